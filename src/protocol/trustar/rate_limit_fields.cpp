#include "protocol/trustar/rate_limit_fields.hpp"

#include "protocol/http/structured_fields.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

namespace isacbot::trustar {

namespace {

constexpr std::size_t most_reports = 16;
constexpr std::int64_t longest_seconds = 366LL * 86'400;

/// The field's lines as one, or nullopt when there is none (RFC 9110 section 5.3).
std::optional<std::string> joined(const http::fields& headers, std::string_view name) {
  std::optional<std::string> out;
  for (const auto& [key, value] : headers)
    if (http::equal_ignoring_case(key, name))
      out = out ? *out + ", " + value : value;
  return out;
}

std::optional<std::uint64_t> count_of(const http::structured_item& item, std::string_view name) {
  const auto* value = item.parameter(name);
  if (value == nullptr || !value->integer || *value->integer < 0)
    return std::nullopt;
  return static_cast<std::uint64_t>(*value->integer);
}

std::optional<std::chrono::seconds> time_of(const http::structured_item& item, std::string_view name) {
  const auto count = count_of(item, name);
  if (!count)
    return std::nullopt;
  return std::chrono::seconds{std::min(static_cast<std::int64_t>(*count), longest_seconds)};
}

/// Whether the policy counts requests, which is what it does unless it says otherwise.
bool counts_requests(const http::structured_item& policy) {
  const auto* unit = policy.parameter("qu");
  return unit == nullptr || unit->text == "requests";
}

const http::structured_item* named(const std::vector<http::structured_item>& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& x) { return x.value.text == name; });
  return found == items.end() ? nullptr : &*found;
}

/// `"default";r=50;t=30`, with the policy of the same name.
std::vector<limit_report> of_list(const std::vector<http::structured_item>& limits,
                                  const std::vector<http::structured_item>& policies) {
  std::vector<limit_report> out;
  for (const auto& item : limits) {
    const auto remaining = count_of(item, "r");
    if (!remaining || item.value.integer || out.size() == most_reports)
      continue;
    limit_report report{*remaining, time_of(item, "t"), {}, {}};
    if (const auto* policy = named(policies, item.value.text)) {
      if (!counts_requests(*policy))
        continue;
      report.quota = count_of(*policy, "q");
      report.window = time_of(*policy, "w");
    }
    out.push_back(report);
  }
  return out;
}

/// `limit=100, remaining=50, reset=30` of version 7: a dictionary, whose members look like items with a
/// value.
std::vector<limit_report> of_dictionary(const std::string& text) {
  const auto members = http::parse_structured_dictionary(text);
  if (!members)
    return {};
  limit_report report;
  bool told = false;
  for (const auto& [name, value] : *members) {
    if (!value.integer || *value.integer < 0)
      continue;
    const auto number = static_cast<std::uint64_t>(*value.integer);
    if (name == "remaining") {
      report.remaining = number;
      told = true;
    } else if (name == "limit") {
      report.quota = number;
    } else if (name == "reset") {
      report.reset = std::chrono::seconds{std::min(*value.integer, longest_seconds)};
    }
  }
  return told ? std::vector{report} : std::vector<limit_report>{};
}

std::optional<std::uint64_t> plain_number(const http::fields& headers, std::string_view name) {
  const auto text = headers.find(name);
  std::uint64_t number = 0;
  if (!text || text->size() > 15)
    return std::nullopt;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (fault != std::errc{} || end != text->data() + text->size())
    return std::nullopt;
  return number;
}

/// Three fields of a number each, up to version 6.
std::vector<limit_report> of_three_fields(const http::fields& headers) {
  const auto remaining = plain_number(headers, "RateLimit-Remaining");
  if (!remaining)
    return {};
  limit_report report{*remaining, {}, plain_number(headers, "RateLimit-Limit"), {}};
  if (const auto reset = plain_number(headers, "RateLimit-Reset"))
    report.reset =
        std::chrono::seconds{static_cast<std::int64_t>(std::min<std::uint64_t>(*reset, longest_seconds))};
  return {report};
}

} // namespace

std::vector<limit_report> parse_limit_fields(const http::fields& headers) {
  const auto limits = joined(headers, "RateLimit");
  if (!limits)
    return of_three_fields(headers);
  const auto items = http::parse_structured_list(*limits);
  if (!items)
    return of_dictionary(*limits);
  const auto policy_text = joined(headers, "RateLimit-Policy");
  const auto policies = policy_text ? http::parse_structured_list(*policy_text) : std::nullopt;
  return of_list(*items, policies.value_or(std::vector<http::structured_item>{}));
}

} // namespace isacbot::trustar
