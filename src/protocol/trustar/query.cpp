#include "protocol/trustar/query.hpp"

#include "protocol/http/message.hpp"

#include <charconv>
#include <cstddef>

namespace isacbot::trustar {

namespace {

constexpr std::size_t max_parameters = 10'000;
constexpr std::uint64_t max_number = std::uint64_t{1} << 53U;
constexpr std::string_view upper_hex = "0123456789ABCDEF";

constexpr bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

} // namespace

std::string percent_encode(std::string_view text, bool space_as_plus) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
    } else if (c == ' ' && space_as_plus) {
      out.push_back('+');
    } else {
      auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(upper_hex[byte >> 4U]);
      out.push_back(upper_hex[byte & 0x0FU]);
    }
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_as_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size())
        return std::nullopt;
      int high = hex_value(text[i + 1]);
      int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0)
        return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i] == '+' && plus_as_space ? ' ' : text[i]);
    }
  }
  return out;
}

query_writer& query_writer::add(std::string_view key, std::string_view value) {
  text_.append(text_.empty() ? "?" : "&").append(percent_encode(key, true)).append("=");
  text_.append(percent_encode(value, true));
  return *this;
}

query_writer& query_writer::add(std::string_view key, std::uint64_t value) {
  return add(key, std::string_view(std::to_string(value)));
}

query_writer& query_writer::add(std::string_view key, const std::vector<std::string>& values) {
  for (const std::string& value : values)
    add(key, std::string_view(value));
  return *this;
}

result<query_reader> query_reader::parse(std::string_view query) {
  query_reader out;
  while (!query.empty()) {
    std::size_t end = query.find('&');
    std::string_view part = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (part.empty())
      continue;
    if (out.parameters_.size() == max_parameters)
      return fail(ec::too_large, "more than 10000 query parameters");
    std::size_t equals = part.find('=');
    auto key = percent_decode(part.substr(0, equals), true);
    auto value =
        percent_decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
    if (!key || !value)
      return fail(ec::malformed, "the query has a broken percent escape");
    out.parameters_.emplace_back(std::move(*key), std::move(*value));
  }
  return out;
}

std::optional<std::string_view> query_reader::text(std::string_view key) const noexcept {
  for (const auto& [name, value] : parameters_)
    if (name == key)
      return value;
  return std::nullopt;
}

std::vector<std::string> query_reader::list(std::string_view key) const {
  std::vector<std::string> out;
  for (const auto& [name, value] : parameters_) {
    if (name != key)
      continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      std::size_t comma = rest.find(',');
      std::string_view element = rest.substr(0, comma);
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
      if (!element.empty())
        out.emplace_back(element);
    }
  }
  return out;
}

std::vector<std::string> query_reader::whole_values(std::string_view key) const {
  std::vector<std::string> out;
  for (const auto& [name, value] : parameters_)
    if (name == key && !value.empty())
      out.push_back(value);
  return out;
}

result<std::optional<std::uint64_t>> query_reader::number(std::string_view key) const {
  auto value = text(key);
  if (!value || value->empty())
    return std::optional<std::uint64_t>();
  std::uint64_t number = 0;
  auto [end, code] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (code != std::errc() || end != value->data() + value->size() || number > max_number)
    return fail(ec::malformed, std::string(key) + " must be a whole number from 0");
  return std::optional(number);
}

result<std::optional<bool>> query_reader::flag(std::string_view key) const {
  auto value = text(key);
  if (!value || value->empty())
    return std::optional<bool>();
  if (http::equal_ignoring_case(*value, "true"))
    return std::optional(true);
  if (http::equal_ignoring_case(*value, "false"))
    return std::optional(false);
  return fail(ec::malformed, std::string(key) + " must be true or false");
}

} // namespace isacbot::trustar
