#include "protocol/form.hpp"

#include "protocol/percent.hpp"

#include <algorithm>

namespace isacbot::form {

std::size_t fields::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(list_.begin(), list_.end(), [&](const auto& field) { return field.first == name; }));
}

std::optional<std::string_view> fields::find(std::string_view name) const noexcept {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : list_) {
    if (key != name)
      continue;
    if (found)
      return std::nullopt;
    found = value;
  }
  return found;
}

result<fields> parse(std::string_view body, limits bounds) {
  if (body.size() > bounds.max_bytes)
    return fail(ec::too_large, "form body over " + std::to_string(bounds.max_bytes) + " bytes");
  fields list;
  while (!body.empty()) {
    std::string_view piece = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(piece.size() + 1, body.size()));
    if (piece.empty())
      continue;
    if (list.size() == bounds.max_fields)
      return fail(ec::too_large, "form body has over " + std::to_string(bounds.max_fields) + " fields");
    std::size_t equals = piece.find('=');
    auto name = percent::decode(piece.substr(0, equals), true);
    auto value = percent::decode(
        equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1), true);
    if (!name || !value)
      return fail(ec::malformed, "form body has a percent sign without two hex digits");
    list.add(std::move(*name), std::move(*value));
  }
  return list;
}

std::string encode(const fields& list) {
  std::string body;
  for (const auto& [name, value] : list) {
    if (!body.empty())
      body.push_back('&');
    percent::append_encoded(body, name, percent::alphabet::form);
    body.push_back('=');
    percent::append_encoded(body, value, percent::alphabet::form);
  }
  return body;
}

} // namespace isacbot::form
