#include "protocol/form.hpp"

#include <algorithm>

namespace isacbot::form {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

constexpr bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void append_percent(std::string& out, char c) {
  auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(hex_digits[byte >> 4U]);
  out.push_back(hex_digits[byte & 0x0FU]);
}

std::optional<std::string> decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
    } else if (text[i] == '%') {
      if (text.size() - i < 3)
        return std::nullopt;
      int high = hex_value(text[i + 1]);
      int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0)
        return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

void append_encoded(std::string& out, std::string_view text) {
  for (char c : text) {
    if (is_alphanumeric(c) || c == '*' || c == '-' || c == '.' || c == '_')
      out.push_back(c);
    else if (c == ' ')
      out.push_back('+');
    else
      append_percent(out, c);
  }
}

} // namespace

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
    auto name = decode(piece.substr(0, equals));
    auto value = decode(equals == std::string_view::npos ? std::string_view{} : piece.substr(equals + 1));
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
    append_encoded(body, name);
    body.push_back('=');
    append_encoded(body, value);
  }
  return body;
}

std::string encode_path_segment(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~')
      out.push_back(c);
    else
      append_percent(out, c);
  }
  return out;
}

} // namespace isacbot::form
