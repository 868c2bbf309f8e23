/// Characters beyond ASCII: look-alikes become what they look like, invisible ones go, spaces and signs
/// become edges, letters stay.
#include "observables/dress.hpp"

#include "observables/characters.hpp"

#include <array>

namespace isacbot::observables {
namespace {

struct code_range {
  char32_t first;
  char32_t last;
};

template <std::size_t n>
constexpr bool lies_in(char32_t c, const code_range (&ranges)[n]) noexcept {
  for (const code_range& r : ranges)
    if (c >= r.first && c <= r.last)
      return true;
  return false;
}

/// Invisible, or a mark on another character: dropped, so that it cannot split a value.
constexpr code_range dropped[] = {
    {0x00AD, 0x00AD}, {0x0300, 0x036F}, {0x061C, 0x061C},   {0x180B, 0x180F},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},   {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0000, 0xE0FFF},
};

/// Scripts written without spaces: a value in Latin letters stands right beside their letters.
constexpr code_range unspaced[] = {
    {0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1100, 0x11FF}, {0x1780, 0x17FF},
    {0x2E80, 0x2FDF}, {0x3005, 0x3007}, {0x3040, 0x30FA}, {0x30FC, 0x312F},
    {0x3130, 0x318F}, {0x3190, 0x4DBF}, {0x4E00, 0x9FFF}, {0xA960, 0xA97F},
    {0xAC00, 0xD7FF}, {0xF900, 0xFAFF}, {0xFF66, 0xFF9F}, {0x20000, 0x3FFFF},
};

/// Spaces, punctuation, symbols, pictures: edges.
constexpr code_range edges[] = {
    {0x0080, 0x00A9}, {0x00AB, 0x00B4},   {0x00B6, 0x00B9}, {0x00BB, 0x00BF}, {0x00D7, 0x00D7},
    {0x00F7, 0x00F7}, {0x060C, 0x060C},   {0x061B, 0x061B}, {0x061F, 0x061F}, {0x066A, 0x066D},
    {0x06D4, 0x06D4}, {0x1680, 0x1680},   {0x2000, 0x200A}, {0x2010, 0x2029}, {0x202F, 0x205F},
    {0x2070, 0x20CF}, {0x2190, 0x2BFF},   {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x303F},
    {0x30FB, 0x30FB}, {0xD800, 0xF8FF},   {0xFE10, 0xFE1F}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF65},
    {0xFFE0, 0xFFFF}, {0x1F000, 0x1FBFF},
};

bool is_unspaced(char32_t c) noexcept {
  return c >= 0x0E00 && lies_in(c, unspaced);
}

/// What a sign stands for in ASCII; empty when it is none of those.
std::string_view ascii_sign(char32_t c) noexcept {
  switch (c) {
  case 0xFF0E: // full-width full stop
  case 0x2024: // one dot leader
  case 0xFE52: // small full stop
    return "[.]";
  case 0xFF20: // full-width commercial at
  case 0xFE6B:
    return "[@]";
  case 0x2018:
  case 0x2019:
  case 0x201A:
  case 0x201B:
  case 0x2032:
    return "'";
  case 0x2010:
  case 0x2011:
  case 0x2212:
    return "-";
  case 0x2044:
  case 0x2215:
    return "/";
  case 0xFF08:
    return "(";
  case 0xFF09:
    return ")";
  case 0xFF0C: // in prose of those scripts these end a value
  case 0xFF1B:
  case 0xFF01:
  case 0xFF1F:
    return " ";
  default:
    return {};
  }
}

/// The rest of the full-width forms: letters, digits, other signs.
constexpr char narrow(char32_t c) noexcept {
  return static_cast<char>(c - 0xFF00 + 0x20);
}

char at(std::string_view text, std::size_t position) noexcept {
  return position < text.size() ? text[position] : ' ';
}

/// A dash of its own stays one inside a number (`CVE-2031-...`, address ranges) and is an edge elsewhere.
bool is_dash_inside(std::string_view text, std::size_t before, std::size_t after) noexcept {
  const char left = before > 0 ? text[before - 1] : ' ';
  return is(at(text, after), is_digit) && (is(left, is_digit) || left == 'E' || left == 'e');
}

} // namespace

utf8_character read_utf8(std::string_view text, std::size_t position) noexcept {
  auto byte = [&](std::size_t i) -> unsigned {
    return position + i < text.size() ? static_cast<unsigned char>(text[position + i]) : 0U;
  };
  auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80)
    return {first, 1};
  if (first >= 0xC2 && first < 0xE0 && tail(1))
    return {(first & 0x1FU) << 6 | (byte(1) & 0x3FU), 2};
  if (first >= 0xE0 && first < 0xF0 && tail(1) && tail(2)) {
    const char32_t code = (first & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    if (code >= 0x800 && (code < 0xD800 || code > 0xDFFF))
      return {code, 3};
  }
  if (first >= 0xF0 && first < 0xF5 && tail(1) && tail(2) && tail(3)) {
    const char32_t code =
        (first & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
    if (code >= 0x10000 && code <= 0x10FFFF)
      return {code, 4};
  }
  return {};
}

void append_utf8(std::string& out, char32_t code) {
  auto put = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    out += ' ';
  } else if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0U | code >> 6);
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    put(0xE0U | code >> 12);
    put(0x80U | (code >> 6 & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | code >> 18);
    put(0x80U | (code >> 12 & 0x3FU));
    put(0x80U | (code >> 6 & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

std::size_t undress_unicode(layer& out, std::string_view text, std::size_t position) {
  const utf8_character c = read_utf8(text, position);
  auto replace = [&](std::size_t end, std::string_view with) {
    out.copy_to(position);
    out.replace_to(end, with);
    return end;
  };
  if (c.length == 0)
    return replace(position + 1, " "); // a broken byte splits and loses nothing else
  const std::size_t after = position + c.length;
  if (c.code < 0x2000 ? c.code >= 0x0400 && c.code < 0x0600 : c.code >= 0x3400 && c.code < 0xA000) {
    if (c.code < 0x2000)
      return after; // Cyrillic, Greek neighbours: letters, the common case
  } else if (lies_in(c.code, dropped)) {
    return replace(after, "");
  } else if (c.code == 0x2013 || c.code == 0x2012) {
    return replace(after, is_dash_inside(text, position, after) ? "-" : " ");
  } else if (c.code == 0x3002 ||
             c.code == 0xFF61) { // ideographic full stop: a dot only between ASCII letters
    const bool inside = position > 0 && is(text[position - 1], is_alnum) && is(at(text, after), is_alnum);
    return replace(after, inside ? "[.]" : " ");
  } else if (std::string_view sign = ascii_sign(c.code); !sign.empty()) {
    return replace(after, sign);
  } else if (c.code >= 0xFF01 && c.code <= 0xFF5E) {
    const char narrowed = narrow(c.code);
    return replace(after, {&narrowed, 1});
  } else if (lies_in(c.code, edges)) {
    return replace(after, " ");
  }
  if (is_unspaced(c.code)) {
    if (position > 0 && is(text[position - 1], is_alnum)) {
      out.copy_to(position);
      out.replace_to(position, " ");
    }
    if (is(at(text, after), is_alnum)) {
      out.copy_to(after);
      out.replace_to(after, " ");
    }
  }
  return after;
}

} // namespace isacbot::observables
