/// Walks through a JSON text and keeps nothing: the listener is told the members it wants, in order, and
/// everything else is skipped without being stored. So an answer of hundreds of megabytes costs the memory of
/// what the listener keeps. Internal to this folder.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace isacbot::misp {

/// A number, flag, text or null, as MISP mixes them: "1", 1, true and null can stand in the same field.
struct json_scalar {
  enum class kind : std::uint8_t { null, flag, number, text };
  kind what = kind::null;
  bool flag = false;
  std::string_view text; ///< of texts and numbers, the number as written; lives as long as the call

  /// @returns 0 for null and an empty text; nullopt for what is no whole number of 64 bits
  [[nodiscard]] std::optional<std::int64_t> to_integer() const noexcept;
  /// Booleans, 0 and 1 as numbers or texts; anything else, null too, is false.
  [[nodiscard]] bool to_flag() const noexcept;
};

/// What a place in the text is called by its listener; `skip` is not looked into.
using json_place = std::uint8_t;
inline constexpr json_place skip_place = 0;

class json_listener {
 public:
  virtual ~json_listener() = default;

  /// @returns how to call the value of member `key` of an object at `place`, or `skip_place`. Elements of an
  ///          array are at the array's place.
  virtual json_place enter(json_place place, std::string_view key) = 0;
  virtual void begin_object(json_place place) = 0;
  virtual void end_object(json_place place) = 0;
  virtual void begin_array(json_place) {}
  virtual void end_array(json_place) {}
  virtual void scalar(json_place place, const json_scalar& value) = 0;
};

inline constexpr std::size_t max_misp_depth = 64; // events with galaxy relations reach over 16

/// @param root  what the outermost value is called
/// @error ec::upstream_failed  the text is no complete JSON (cut short, or something before it)
/// @error ec::protocol_violation  nested too deep
/// The cause never quotes the text.
result<void> walk_json(std::string_view text, json_place root, json_listener& listener);

} // namespace isacbot::misp
