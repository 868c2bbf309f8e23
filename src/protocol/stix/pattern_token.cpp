#include "protocol/stix/pattern_token.hpp"

#include <algorithm>

namespace isacbot::stix {

namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_blank(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

error malformed(std::string_view what, std::size_t at) {
  return fail(ec::malformed, "STIX pattern: " + std::string(what) + " at byte " + std::to_string(at));
}

/// @returns where the next token begins
result<std::size_t> skip_blanks(std::string_view pattern, std::size_t at) {
  while (at < pattern.size()) {
    if (is_blank(pattern[at])) {
      ++at;
    } else if (pattern.substr(at).starts_with("//")) {
      at = std::min(pattern.find_first_of("\r\n", at), pattern.size());
    } else if (pattern.substr(at).starts_with("/*")) {
      const std::size_t end = pattern.find("*/", at + 2);
      if (end == std::string_view::npos)
        return malformed("a comment that does not end", at);
      at = end + 2;
    } else {
      break;
    }
  }
  return at;
}

result<void> take_quoted(std::string_view pattern, std::size_t& at, std::string& text) {
  const std::size_t begin = at++;
  while (at < pattern.size() && pattern[at] != '\'') {
    if (pattern[at] == '\\') { // only a quote and a backslash are escaped
      ++at;
      if (at == pattern.size() || (pattern[at] != '\'' && pattern[at] != '\\'))
        return malformed("an escape that is none", at);
    }
    text.push_back(pattern[at++]);
  }
  if (at == pattern.size())
    return malformed("a text that does not end", begin);
  ++at;
  return {};
}

/// Length of the number at the start, 0 if there is none.
std::size_t number_length(std::string_view text) noexcept {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && is_digit(text[at]))
      ++at;
    return at - from;
  };
  std::size_t found = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    const std::size_t fraction = digits();
    if (fraction == 0)
      --at;
    found += fraction;
  }
  if (found == 0)
    return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const std::size_t before = at++;
    if (at < text.size() && (text[at] == '-' || text[at] == '+'))
      ++at;
    if (digits() == 0)
      at = before;
  }
  return at;
}

} // namespace

result<token> take_token(std::string_view pattern, std::size_t& at) {
  auto begin = skip_blanks(pattern, at);
  if (!begin)
    return begin.error();
  at = *begin;
  token out;
  out.at = at;
  const std::string_view rest = pattern.substr(at);
  if (rest.empty())
    return out;
  const char c = rest.front();
  if (c == '\'' || ((c == 't' || c == 'b' || c == 'h') && rest.size() > 1 && rest[1] == '\'')) {
    out.kind = c == '\''  ? token_kind::text
               : c == 't' ? token_kind::timestamp
               : c == 'b' ? token_kind::binary
                          : token_kind::hex;
    at += c == '\'' ? 0 : 1;
    if (auto taken = take_quoted(pattern, at, out.text); !taken)
      return taken.error();
    return out;
  }
  std::size_t length = 0;
  if (is_letter(c)) {
    out.kind = token_kind::word;
    while (length < rest.size() && (is_letter(rest[length]) || is_digit(rest[length]) || rest[length] == '-'))
      ++length;
  } else if (length = number_length(rest); length > 0) {
    out.kind = token_kind::number;
  } else {
    out.kind = token_kind::symbol;
    for (const std::string_view symbol : {"==", "!=", "<>", "<=", ">="})
      if (rest.starts_with(symbol))
        length = 2;
    if (length == 0 && std::string_view("[]():.,*=<>").find(c) != std::string_view::npos)
      length = 1;
    if (length == 0)
      return malformed("a character that does not belong there", at);
  }
  out.text = rest.substr(0, length);
  at += length;
  return out;
}

} // namespace isacbot::stix
