#include "domain/line_text.hpp"

#include <cstdint>

namespace isacbot::domain {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd"; // U+FFFD

/// @returns the length of the UTF-8 character at the start (RFC 3629), 0 if there is none
std::size_t character_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const std::uint8_t first = byte(0);
  if (first < 0x80)
    return 1;
  if (first < 0xC2 || first > 0xF4 || !follows(1))
    return 0;
  if (first < 0xE0)
    return 2;
  const std::uint8_t second = byte(1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) || !follows(2))
    return 0;
  if (first < 0xF0)
    return 3;
  return follows(3) ? 4 : 0;
}

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\v';
}

} // namespace

std::string shown_text(std::string_view bytes, std::size_t max_bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    const auto first = static_cast<unsigned char>(bytes.front());
    std::string_view piece = length == 0 ? replacement : bytes.substr(0, length);
    if (length == 1 && (first < 0x20 || first == 0x7f))
      piece = " ";
    if (out.size() + piece.size() > max_bytes)
      break;
    out.append(piece);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

} // namespace isacbot::domain
