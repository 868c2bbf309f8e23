/// Settings written as TOML, as the example file and the mends show them.
#include "app/config_value.hpp"

namespace isacbot::app {

namespace {

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

template <class List, class Text>
std::string show_list(const List& list, Text text) {
  std::string shown;
  for (const auto& item : list)
    shown += (shown.empty() ? "" : ", ") + quote(text(item));
  return "[" + shown + "]";
}

} // namespace

std::string show_value(bool value) {
  return value ? "true" : "false";
}

std::string show_value(std::uint64_t value) {
  return std::to_string(value);
}

std::string show_value(const std::string& value) {
  return value.empty() ? "" : quote(value);
}

std::string show_value(const std::vector<std::string>& value) {
  return show_list(value, [](const std::string& x) { return x; });
}

std::string show_value(milliseconds value) {
  return quote(to_duration_text(value));
}

std::string show_value(const byte_count& value) {
  constexpr std::uint64_t mebibyte = 1U << 20U;
  if (value.bytes != 0 && value.bytes % mebibyte == 0)
    return quote(std::to_string(value.bytes / mebibyte) + "MiB");
  return std::to_string(value.bytes);
}

std::string show_value(const listen_address& value) {
  return quote(to_string(value));
}

std::string show_value(const web_address& value) {
  return show_value(value.text);
}

std::string show_value(const web_origin& value) {
  return show_value(value.text);
}

std::string show_value(const file_path& value) {
  return show_value(value.text);
}

std::string show_value(const std::vector<host_name>& value) {
  return show_list(value, [](const host_name& x) { return x.text; });
}

std::string show_value(const limit_list& value) {
  if (value.empty())
    return quote("none");
  if (value.size() == 1)
    return quote(to_string(value.front()));
  return show_list(value, [](const domain::limit& x) { return to_string(x); });
}

} // namespace isacbot::app
