#include "protocol/http/structured_fields.hpp"

#include <algorithm>
#include <charconv>

namespace isacbot::http {

namespace {

constexpr std::size_t longest_text = 4'096;
constexpr std::size_t most_members = 64;
constexpr std::size_t most_parameters = 32;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) noexcept {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
/// tchar of RFC 9110, with ':' and '/'.
bool is_token_character(char c) noexcept {
  return is_letter(c) || is_digit(c) ||
         std::string_view{":/!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

/// Reads from the left; false or nullopt means that the grammar is broken.
class reader {
 public:
  explicit reader(std::string_view text) : left_(text) {}

  [[nodiscard]] bool done() const noexcept { return left_.empty(); }
  bool take(char c) noexcept {
    if (left_.empty() || left_.front() != c)
      return false;
    left_.remove_prefix(1);
    return true;
  }
  void skip_spaces(bool tabs_too) noexcept {
    while (!left_.empty() && (left_.front() == ' ' || (tabs_too && left_.front() == '\t')))
      left_.remove_prefix(1);
  }

  std::optional<std::string> key() {
    if (left_.empty() || !(is_lower(left_.front()) || left_.front() == '*'))
      return std::nullopt;
    return take_while(
        [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*'; });
  }

  std::optional<structured_value> value() {
    if (left_.empty())
      return std::nullopt;
    const char c = left_.front();
    if (c == '-' || is_digit(c))
      return number();
    if (c == '"')
      return quoted();
    if (c == ':')
      return bytes();
    if (c == '?')
      return boolean();
    if (is_letter(c) || c == '*')
      return structured_value{take_while(is_token_character), {}};
    return std::nullopt;
  }

  bool parameters(structured_item& item) {
    while (take(';')) {
      skip_spaces(false);
      auto name = key();
      if (!name || item.parameters.size() == most_parameters)
        return false;
      structured_value value_of{"?1", {}};
      if (take('=')) {
        auto read = value();
        if (!read)
          return false;
        value_of = std::move(*read);
      }
      item.parameters.emplace_back(std::move(*name), std::move(value_of));
    }
    return true;
  }

  /// Between two members. @returns false at a fault; `more` tells whether another member has to follow
  bool separator(bool& more) {
    skip_spaces(true);
    more = false;
    if (done())
      return true;
    if (!take(','))
      return false;
    skip_spaces(true);
    more = true;
    return !done(); // a comma at the end is a fault
  }

 private:
  template <class Wanted>
  std::string take_while(Wanted wanted) {
    const auto end = std::find_if_not(left_.begin(), left_.end(), wanted);
    std::string out(left_.begin(), end);
    left_.remove_prefix(out.size());
    return out;
  }

  std::optional<structured_value> number() {
    structured_value out;
    const bool negative = take('-');
    const std::string whole = take_while(is_digit);
    if (whole.empty() || whole.size() > 15)
      return std::nullopt;
    out.text = (negative ? "-" : "") + whole;
    if (take('.')) {
      const std::string fraction = take_while(is_digit);
      if (whole.size() > 12 || fraction.empty() || fraction.size() > 3)
        return std::nullopt;
      out.text += '.' + fraction;
      return out;
    }
    std::int64_t number = 0;
    std::from_chars(out.text.data(), out.text.data() + out.text.size(), number);
    out.integer = number;
    return out;
  }

  std::optional<structured_value> quoted() {
    structured_value out;
    (void)take('"');
    while (!left_.empty()) {
      char c = left_.front();
      left_.remove_prefix(1);
      if (c == '"')
        return out;
      if (c == '\\') {
        if (left_.empty() || (left_.front() != '"' && left_.front() != '\\'))
          return std::nullopt;
        c = left_.front();
        left_.remove_prefix(1);
      } else if (c < ' ' || c > '~') {
        return std::nullopt;
      }
      out.text += c;
    }
    return std::nullopt;
  }

  std::optional<structured_value> bytes() {
    (void)take(':');
    structured_value out{
        take_while([](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '/' || c == '='; }),
        {}};
    if (!take(':'))
      return std::nullopt;
    return out;
  }

  std::optional<structured_value> boolean() {
    (void)take('?');
    if (take('0'))
      return structured_value{"?0", {}};
    if (take('1'))
      return structured_value{"?1", {}};
    return std::nullopt;
  }

  std::string_view left_;
};

} // namespace

const structured_value* structured_item::parameter(std::string_view name) const noexcept {
  const auto found =
      std::find_if(parameters.rbegin(), parameters.rend(), [&](const auto& p) { return p.first == name; });
  return found == parameters.rend() ? nullptr : &found->second;
}

std::optional<std::vector<structured_item>> parse_structured_list(std::string_view text) {
  if (text.size() > longest_text)
    return std::nullopt;
  reader from{text};
  from.skip_spaces(false);
  std::vector<structured_item> out;
  bool more = !from.done();
  while (more) {
    auto value = from.value();
    if (!value || out.size() == most_members)
      return std::nullopt;
    structured_item item{std::move(*value), {}};
    if (!from.parameters(item) || !from.separator(more))
      return std::nullopt;
    out.push_back(std::move(item));
  }
  return out;
}

std::optional<std::vector<std::pair<std::string, structured_value>>>
parse_structured_dictionary(std::string_view text) {
  if (text.size() > longest_text)
    return std::nullopt;
  reader from{text};
  from.skip_spaces(false);
  std::vector<std::pair<std::string, structured_value>> out;
  bool more = !from.done();
  while (more) {
    auto name = from.key();
    if (!name || out.size() == most_members)
      return std::nullopt;
    structured_item member{{"?1", {}}, {}};
    if (from.take('=')) {
      auto value = from.value();
      if (!value)
        return std::nullopt;
      member.value = std::move(*value);
    }
    if (!from.parameters(member) || !from.separator(more))
      return std::nullopt;
    std::erase_if(out, [&](const auto& known) { return known.first == *name; });
    out.emplace_back(std::move(*name), std::move(member.value));
  }
  return out;
}

} // namespace isacbot::http
