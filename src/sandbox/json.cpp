#include "sandbox/json.hpp"

#include <algorithm>

namespace isacbot::sandbox {

result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  json::error_code failure;
  json::value value = json::parse(text, failure, {}, options);
  if (failure)
    return fail(ec::malformed, "not a JSON text: " + failure.message());
  return value;
}

std::string text_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

const json::object* object_at(const json::object& from, std::string_view key) noexcept {
  const json::value* found = from.if_contains(key);
  return found != nullptr ? found->if_object() : nullptr;
}

const json::array* array_at(const json::object& from, std::string_view key) noexcept {
  const json::value* found = from.if_contains(key);
  return found != nullptr ? found->if_array() : nullptr;
}

bool has(const json::object& from, std::string_view key) noexcept {
  const json::value* found = from.if_contains(key);
  return found != nullptr && !found->is_null();
}

std::size_t count_characters(std::string_view utf8) noexcept {
  auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), starts));
}

} // namespace isacbot::sandbox
