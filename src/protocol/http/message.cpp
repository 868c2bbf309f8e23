#include "protocol/http/message.hpp"

#include <algorithm>

namespace isacbot::http {

namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

void fields::set(std::string name, std::string value) {
  std::erase_if(list_, [&](const auto& field) { return equal_ignoring_case(field.first, name); });
  list_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string_view> fields::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : list_)
    if (equal_ignoring_case(key, name))
      return value;
  return std::nullopt;
}

std::size_t fields::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::count_if(
      list_.begin(), list_.end(), [&](const auto& f) { return equal_ignoring_case(f.first, name); }));
}

response make_response(unsigned status, std::string content_type, std::string body) {
  response r;
  r.status = status;
  if (!content_type.empty())
    r.headers.add("Content-Type", std::move(content_type));
  r.body = std::move(body);
  return r;
}

} // namespace isacbot::http
