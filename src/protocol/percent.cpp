#include "protocol/percent.hpp"

#include "core/bytes.hpp"

namespace isacbot::percent {

namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

constexpr bool stays(char c, alphabet safe) noexcept {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
    return true;
  return c == '-' || c == '.' || c == '_' || c == (safe == alphabet::form ? '*' : '~');
}

} // namespace

void append_encoded(std::string& out, std::string_view text, alphabet safe) {
  for (char c : text) {
    if (stays(c, safe)) {
      out.push_back(c);
    } else if (c == ' ' && safe != alphabet::path) {
      out.push_back('+');
    } else {
      auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(hex_digits[byte >> 4U]);
      out.push_back(hex_digits[byte & 0x0FU]);
    }
  }
}

std::string encode(std::string_view text, alphabet safe) {
  std::string out;
  out.reserve(text.size());
  append_encoded(out, text, safe);
  return out;
}

std::optional<std::string> decode(std::string_view text, bool plus_as_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' && plus_as_space ? ' ' : text[i]);
      continue;
    }
    if (text.size() - i < 3)
      return std::nullopt;
    int high = hex_value(text[i + 1]);
    int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0)
      return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

} // namespace isacbot::percent
