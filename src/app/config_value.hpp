/// One configured value: how each type of setting is read from TOML or the environment, and how it is
/// written. Problems are described without the value itself.
#pragma once

#include "app/config.hpp"

#include <array>
#include <limits>
#include <utility>
#include <variant>

namespace isacbot::app {

/// A value that no setting has (date, float out of place, table, mixed list).
struct other_value {};

/// What stood there, before anybody asked what it means.
struct raw_value {
  std::variant<other_value, bool, std::int64_t, double, std::string, std::vector<std::string>> data;
  /// Environment values are all text: "true", "42" and "a, b" are read as what the setting wants.
  bool from_environment = false;
};

/// Bounds of a number, a size in bytes or a duration in milliseconds, both included.
struct bounds {
  std::int64_t lowest = 0;
  std::int64_t highest = std::numeric_limits<std::int64_t>::max();
};

/// What reading needs besides the value.
struct read_context {
  const environment& variables;
  const file_reader& read_file;
  bounds range;
  /// Set by a reader when the value works but should not stay.
  std::optional<std::pair<std::string, std::string>> warning{}; ///< cause, mend
};

/// What is wrong with a value.
struct problem {
  std::string cause;
  std::string mend{}; ///< empty: "write <key> = <example>" says it all
};
using read_outcome = std::optional<problem>; ///< nullopt: read

read_outcome read_value(const raw_value& raw, bool& out, read_context& context);
read_outcome read_value(const raw_value& raw, std::uint64_t& out, read_context& context);
read_outcome read_value(const raw_value& raw, std::string& out, read_context& context);
read_outcome read_value(const raw_value& raw, std::vector<std::string>& out, read_context& context);
read_outcome read_value(const raw_value& raw, milliseconds& out, read_context& context);
read_outcome read_value(const raw_value& raw, byte_count& out, read_context& context);
read_outcome read_value(const raw_value& raw, listen_address& out, read_context& context);
read_outcome read_value(const raw_value& raw, web_address& out, read_context& context);
read_outcome read_value(const raw_value& raw, web_origin& out, read_context& context);
read_outcome read_value(const raw_value& raw, file_path& out, read_context& context);
read_outcome read_value(const raw_value& raw, std::vector<host_name>& out, read_context& context);
read_outcome read_value(const raw_value& raw, secret& out, read_context& context);
read_outcome read_value(const raw_value& raw, encryption_key& out, read_context& context);
read_outcome read_value(const raw_value& raw, limit_list& out, read_context& context);

/// The words an enumeration is written with.
template <class E>
inline constexpr std::array<std::pair<std::string_view, E>, 0> words{};
template <>
inline constexpr std::array words<slack_mode>{std::pair{std::string_view("http"), slack_mode::http},
                                              std::pair{std::string_view("socket"), slack_mode::socket}};
template <>
inline constexpr std::array words<limit_mode>{std::pair{std::string_view("enforce"), limit_mode::enforce},
                                              std::pair{std::string_view("shadow"), limit_mode::shadow}};
template <>
inline constexpr std::array words<withhold_rule>{
    std::pair{std::string_view("safelisted"), withhold_rule::safelisted},
    std::pair{std::string_view("special_address"), withhold_rule::special_address}};
template <>
inline constexpr std::array words<misp_updates>{std::pair{std::string_view("replace"), misp_updates::replace},
                                                std::pair{std::string_view("ignore"), misp_updates::ignore}};
template <>
inline constexpr std::array words<misp_withdrawal>{
    std::pair{std::string_view("keep"), misp_withdrawal::keep},
    std::pair{std::string_view("tag"), misp_withdrawal::tag},
    std::pair{std::string_view("delete"), misp_withdrawal::remove}};
template <>
inline constexpr std::array words<misp_body>{std::pair{std::string_view("text"), misp_body::text},
                                             std::pair{std::string_view("json"), misp_body::json}};
template <>
inline constexpr std::array words<misp_untagged>{
    std::pair{std::string_view("allow"), misp_untagged::allow},
    std::pair{std::string_view("refuse"), misp_untagged::refuse}};
template <>
inline constexpr std::array words<misp_oversize>{std::pair{std::string_view("split"), misp_oversize::split},
                                                 std::pair{std::string_view("trim"), misp_oversize::trim}};
template <>
inline constexpr std::array words<tlp_level>{
    std::pair{std::string_view("clear"), tlp_level::clear},
    std::pair{std::string_view("green"), tlp_level::green},
    std::pair{std::string_view("amber"), tlp_level::amber},
    std::pair{std::string_view("amber+strict"), tlp_level::amber_strict},
    std::pair{std::string_view("red"), tlp_level::red}};
template <>
inline constexpr std::array words<log_level>{std::pair{std::string_view("trace"), log_level::trace},
                                             std::pair{std::string_view("debug"), log_level::debug},
                                             std::pair{std::string_view("info"), log_level::info},
                                             std::pair{std::string_view("warning"), log_level::warning},
                                             std::pair{std::string_view("error"), log_level::error}};
template <>
inline constexpr std::array words<log_format>{std::pair{std::string_view("text"), log_format::text},
                                              std::pair{std::string_view("json"), log_format::json}};

/// @returns the position of the word in `allowed`, or what is wrong.
result<std::size_t> read_word(const raw_value& raw, const std::vector<std::string_view>& allowed);

template <class E>
std::vector<std::string_view> words_of() {
  std::vector<std::string_view> all;
  for (const auto& [word, value] : words<E>)
    all.push_back(word);
  return all;
}

template <class E>
requires std::is_enum_v<E> read_outcome read_value(const raw_value& raw, E& out, read_context&) {
  auto position = read_word(raw, words_of<E>());
  if (!position)
    return problem{position.error().cause};
  out = words<E>[*position].second;
  return std::nullopt;
}

template <class E>
requires std::is_enum_v<E> read_outcome read_value(const raw_value& raw, std::vector<E>& out,
                                                   read_context& context) {
  std::vector<std::string> texts;
  if (auto wrong = read_value(raw, texts, context))
    return wrong;
  std::vector<E> values;
  for (const std::string& text : texts) {
    E value{};
    if (auto wrong = read_value(raw_value{text}, value, context))
      return wrong;
    values.push_back(value);
  }
  out = std::move(values);
  return std::nullopt;
}

/// The value as TOML text; empty when there is none (no default).
std::string show_value(bool value);
std::string show_value(std::uint64_t value);
std::string show_value(const std::string& value);
std::string show_value(const std::vector<std::string>& value);
std::string show_value(milliseconds value);
std::string show_value(const byte_count& value);
std::string show_value(const listen_address& value);
std::string show_value(const web_address& value);
std::string show_value(const web_origin& value);
std::string show_value(const file_path& value);
std::string show_value(const std::vector<host_name>& value);
std::string show_value(const limit_list& value);
inline std::string show_value(const secret&) {
  return {}; // a secret has no default, and is not shown
}
inline std::string show_value(const encryption_key&) {
  return {};
}

template <class E>
requires std::is_enum_v<E> std::string show_value(E value) {
  for (const auto& [word, listed] : words<E>)
    if (listed == value)
      return show_value(std::string(word));
  return {};
}

template <class E>
requires std::is_enum_v<E> std::string show_value(const std::vector<E>& values) {
  std::string text;
  for (E value : values)
    text += (text.empty() ? "" : ", ") + show_value(value);
  return "[" + text + "]";
}

/// "90s", "15m", "24h", "30d", "2w", "2y" (365 days), "500ms".
result<milliseconds> parse_duration(std::string_view text);
/// The shortest exact form of the above.
std::string to_duration_text(milliseconds value);
/// "host:port", "[IPv6]:port"
result<listen_address> parse_listen_address(std::string_view text);

} // namespace isacbot::app
