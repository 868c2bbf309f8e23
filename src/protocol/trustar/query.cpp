#include "protocol/trustar/query.hpp"

#include "protocol/http/message.hpp"
#include "protocol/percent.hpp"

#include <charconv>
#include <cstddef>

namespace isacbot::trustar {

namespace {

constexpr std::size_t max_parameters = 10'000;
constexpr std::uint64_t max_number = std::uint64_t{1} << 53U;

} // namespace

query_writer& query_writer::add(std::string_view key, std::string_view value) {
  text_.append(text_.empty() ? "?" : "&").append(percent::encode(key, percent::alphabet::query)).append("=");
  text_.append(percent::encode(value, percent::alphabet::query));
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
    auto key = percent::decode(part.substr(0, equals), true);
    auto value = percent::decode(
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
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
