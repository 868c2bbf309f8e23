/// application/x-www-form-urlencoded: names and values as text and back (WHATWG URL standard, section 5).
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::form {

/// Names and values in the order sent; names may repeat.
class fields {
 public:
  fields() = default;
  fields(std::initializer_list<std::pair<std::string, std::string>> list) : list_(list) {}

  void add(std::string name, std::string value) { list_.emplace_back(std::move(name), std::move(value)); }
  /// @returns the value, or nullopt when the name is absent or comes more than once (which of the two would
  ///          be meant is a guess, and guesses differ between programs)
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;

  [[nodiscard]] auto begin() const noexcept { return list_.begin(); }
  [[nodiscard]] auto end() const noexcept { return list_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> list_;
};

/// What a body may be at most before it is refused.
struct limits {
  std::size_t max_bytes = std::size_t{1} << 20U;
  std::size_t max_fields = 256;
};

/// Decodes. "+" is a space; a "%" without two hex digits is refused instead of kept, because everybody we
/// talk to encodes properly. Values may be any bytes, so check UTF-8 where it matters. Empty pieces ("&&")
/// are skipped.
/// @error ec::too_large, ec::malformed; the cause never quotes the body
result<fields> parse(std::string_view body, limits bounds = {});

/// Encodes: letters, digits and "*-._" stay, a space becomes "+", other bytes "%XX" in upper case.
std::string encode(const fields& list);

} // namespace isacbot::form
