#include "app/config_value.hpp"

#include <algorithm>
#include <charconv>

namespace isacbot::app {

namespace {

constexpr std::size_t longest_text = 4096;

std::string_view trim(std::string_view text) {
  auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  return text;
}

bool is_clean(std::string_view text) {
  return text.size() <= longest_text &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

/// @returns the text of a text value.
std::optional<std::string> text_of(const raw_value& raw) {
  const auto* text = std::get_if<std::string>(&raw.data);
  if (text == nullptr || !is_clean(*text))
    return std::nullopt;
  return raw.from_environment ? std::string(trim(*text)) : *text;
}

read_outcome check_range(std::int64_t value, const bounds& range, std::string (*show)(std::int64_t)) {
  if (value < range.lowest)
    return problem{"too small, the least is " + show(range.lowest)};
  if (value > range.highest)
    return problem{"too large, the most is " + show(range.highest)};
  return std::nullopt;
}

std::string show_number(std::int64_t value) {
  return std::to_string(value);
}

std::string show_duration(std::int64_t value) {
  return to_duration_text(milliseconds{value});
}

std::optional<std::int64_t> number_of(const raw_value& raw) {
  if (const auto* number = std::get_if<std::int64_t>(&raw.data))
    return *number;
  if (raw.from_environment)
    if (auto text = text_of(raw))
      return parse_number<std::int64_t>(*text);
  return std::nullopt;
}

struct unit {
  std::string_view name;
  std::int64_t factor;
};

// Longest unit first: the shortest exact form is found by taking the first that divides.
constexpr std::int64_t day_ms = 86'400'000;
constexpr unit duration_units[] = {{"y", 365 * day_ms}, {"d", day_ms}, {"h", 3'600'000},
                                   {"m", 60'000},       {"s", 1'000},  {"ms", 1}};
constexpr unit size_units[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}};

} // namespace

read_outcome read_value(const raw_value& raw, bool& out, read_context&) {
  if (const auto* value = std::get_if<bool>(&raw.data)) {
    out = *value;
    return std::nullopt;
  }
  if (auto text = raw.from_environment ? text_of(raw) : std::nullopt; text == "true" || text == "false") {
    out = *text == "true";
    return std::nullopt;
  }
  return problem{"neither true nor false"};
}

read_outcome read_value(const raw_value& raw, std::uint64_t& out, read_context& context) {
  auto number = number_of(raw);
  if (!number)
    return problem{"not a whole number"};
  if (auto wrong = check_range(*number, context.range, show_number))
    return wrong;
  out = static_cast<std::uint64_t>(*number); // bounds are never negative
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, std::string& out, read_context&) {
  auto text = text_of(raw);
  if (!text)
    return problem{"not a text in double quotes"};
  out = *text;
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, std::vector<std::string>& out, read_context&) {
  std::vector<std::string> items;
  if (const auto* list = std::get_if<std::vector<std::string>>(&raw.data)) {
    items = *list;
  } else if (auto text = raw.from_environment ? text_of(raw) : std::nullopt) {
    std::string_view rest = *text;
    while (!rest.empty()) {
      auto comma = rest.find(',');
      items.emplace_back(trim(rest.substr(0, comma)));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
  } else {
    return problem{"not a list of texts"};
  }
  if (!std::all_of(items.begin(), items.end(), [](const auto& x) { return !x.empty() && is_clean(x); }))
    return problem{"the list has an empty or unprintable entry"};
  out = std::move(items);
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, milliseconds& out, read_context& context) {
  auto text = text_of(raw);
  auto value = text ? parse_duration(*text) : fail(ec::malformed, "");
  if (!value)
    return problem{"not a duration: a number and one of ms, s, m, h, d, w, y, in double quotes"};
  if (auto wrong = check_range(value->count(), context.range, show_duration))
    return wrong;
  out = *value;
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, byte_count& out, read_context& context) {
  auto number = number_of(raw);
  if (auto text = text_of(raw); !number && text) {
    for (const unit& u : size_units) {
      if (!text->ends_with(u.name))
        continue;
      auto count = parse_number<std::int64_t>(trim(std::string_view(*text).substr(0, text->size() - 3)));
      if (count && *count >= 0 && *count <= std::numeric_limits<std::int64_t>::max() / u.factor)
        number = *count * u.factor;
    }
  }
  if (!number)
    return problem{"not a size: a number of bytes, or \"1MiB\" (KiB, MiB, GiB)"};
  if (auto wrong = check_range(*number, context.range, show_number))
    return wrong;
  out.bytes = static_cast<std::uint64_t>(*number);
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, file_path& out, read_context&) {
  auto text = text_of(raw);
  if (!text || text->empty())
    return problem{"not a path in double quotes"};
  out.text = *text;
  return std::nullopt;
}

read_outcome read_value(const raw_value& raw, limit_list& out, read_context& context) {
  std::vector<std::string> texts;
  if (auto text = raw.from_environment ? std::nullopt : text_of(raw))
    texts.push_back(*text);
  else if (auto wrong = read_value(raw, texts, context))
    return problem{"not a limit: \"60/1m\", \"60/1m;burst 15\", a list of such, or \"none\""};
  limit_list limits;
  if (texts != std::vector<std::string>{"none"}) {
    for (const std::string& text : texts) {
      auto one = domain::parse_limit(text);
      if (!one)
        return problem{one.error().cause, one.error().mend};
      limits.push_back(*one);
    }
  }
  out = std::move(limits);
  return std::nullopt;
}

result<std::size_t> read_word(const raw_value& raw, const std::vector<std::string_view>& allowed) {
  auto text = text_of(raw);
  auto found = text ? std::find(allowed.begin(), allowed.end(), *text) : allowed.end();
  if (found != allowed.end())
    return static_cast<std::size_t>(found - allowed.begin());
  std::string list;
  for (std::string_view word : allowed)
    list += (list.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  return fail(ec::bad_configuration, "not one of " + list);
}

result<milliseconds> parse_duration(std::string_view text) {
  auto digits = std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
  auto length = static_cast<std::size_t>(digits - text.begin());
  auto number = parse_number<std::int64_t>(text.substr(0, length));
  std::string_view name = trim(text.substr(length));
  constexpr std::int64_t longest = 1000 * 365 * day_ms; // keeps every sum of a time and a duration in range
  std::int64_t factor = name == "w" ? 7 * day_ms : 0;
  for (const unit& u : duration_units)
    if (u.name == name)
      factor = u.factor;
  if (!number || factor == 0 || *number > longest / factor)
    return fail(ec::bad_configuration, "not a duration");
  return milliseconds{*number * factor};
}

std::string to_duration_text(milliseconds value) {
  for (const unit& u : duration_units)
    if (value.count() != 0 && value.count() % u.factor == 0)
      return std::to_string(value.count() / u.factor) + std::string(u.name);
  return "0s";
}

} // namespace isacbot::app
