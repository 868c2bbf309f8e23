/// JSON from outside, read safely: size and depth limits, memory that goes in one piece, typed fields, no
/// exceptions. Every codec of this project reads through these helpers.
#pragma once

#include "core/error.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::json {

/// What a text may be at most before it is refused.
struct limits {
  std::size_t max_bytes = std::size_t{1} << 20U;
  std::size_t max_depth = 32;
};

/// A parsed text together with the memory it lives in. Copy what you keep into structs of your own.
class document {
 public:
  document(document&&) noexcept;
  document& operator=(document&&) noexcept;
  ~document();

  [[nodiscard]] const boost::json::value& root() const noexcept;

 private:
  struct state;
  explicit document(std::unique_ptr<state> s) noexcept;
  friend result<document> parse(std::string_view text, limits bounds);

  std::unique_ptr<state> state_;
};

/// Parses one JSON text (RFC 8259, strict; UTF-8 is checked). Of a doubled member the last one counts.
/// @error ec::too_large over `bounds.max_bytes`; ec::malformed otherwise. The cause never quotes the text.
result<document> parse(std::string_view text, limits bounds = {});

/// The first thing that was wrong while reading a document. Readers of one document share it, so that a codec
/// reads all its fields and looks once at the end:
///
///     json::fault fault;
///     json::reader payload{doc.root(), "payload", fault};
///     view.id = payload.object("view").text("id");
///     if (fault)
///       return fault.error();      // "payload.view.id: a text is expected, it is missing"
class fault {
 public:
  explicit operator bool() const noexcept { return first_.has_value(); }
  /// @pre there is one
  [[nodiscard]] isacbot::error error() const { return first_.value_or(isacbot::error{}); }
  /// Records; only the first one stays.
  void report(ec code, std::string cause);

 private:
  std::optional<isacbot::error> first_;
};

/// Reads the members of one JSON object by name and type. A wrong or missing member is reported to the fault
/// (ec::malformed, with the path, never the value) and reads as empty; `null` counts as missing, as Slack and
/// TruSTAR use it. Must not outlive the document and the fault.
class reader {
 public:
  /// @param path what to call this object in errors
  reader(const boost::json::value& value, std::string path, fault& sink);

  /// Whether the member exists and is not null.
  [[nodiscard]] bool has(std::string_view key) const noexcept;
  /// The member as it is, or nullptr when missing or null.
  [[nodiscard]] const boost::json::value* find(std::string_view key) const noexcept;

  // Required members: missing is a fault. Numbers accept integral doubles up to 2^53.
  [[nodiscard]] std::string text(std::string_view key) const;
  /// As `text`, and empty is a fault too: for ids.
  [[nodiscard]] std::string filled_text(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  [[nodiscard]] double number(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key) const;
  [[nodiscard]] reader object(std::string_view key) const;
  [[nodiscard]] std::vector<reader> objects(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;

  // Optional members: missing is fine, a wrong type is a fault.
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view key) const;
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view fallback = {}) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view key) const;
  [[nodiscard]] std::optional<double> optional_number(std::string_view key) const;
  [[nodiscard]] std::optional<bool> optional_flag(std::string_view key) const;
  [[nodiscard]] bool flag_or(std::string_view key, bool fallback) const;
  [[nodiscard]] std::optional<reader> optional_object(std::string_view key) const;
  [[nodiscard]] std::vector<reader> optional_objects(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> optional_texts(std::string_view key) const;

  /// The object itself; nullptr when the value was none (which has been reported).
  [[nodiscard]] const boost::json::object* members() const noexcept { return object_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Reports a fault of the codec's own at `key` ("unknown kind").
  void refuse(std::string_view key, std::string_view why) const;

 private:
  const boost::json::value* find_required(std::string_view key, std::string_view wanted) const;
  [[nodiscard]] std::string path_of(std::string_view key) const;

  const boost::json::object* object_ = nullptr;
  std::string path_;
  fault* sink_;
};

/// Reads a text that is one array of objects, as TruSTAR answers lists.
std::vector<reader> read_objects(const boost::json::value& value, const std::string& path, fault& sink);

} // namespace isacbot::json
