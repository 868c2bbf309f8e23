/// Character classes of the scanner. Tables instead of locale functions.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace isacbot::observables {

/// Classes of a byte; a run's classes are the OR over its bytes, and most runs are dropped on that alone.
enum char_class : std::uint16_t {
  is_edge = 1U << 0, ///< ends every run: space, control, quote, back tick, `<` `>` `|`
  is_digit = 1U << 1,
  is_hex_letter = 1U << 2,   ///< a-f
  is_other_letter = 1U << 3, ///< g-z
  is_high = 1U << 4,         ///< byte of a letter beyond ASCII
  is_dot = 1U << 5,
  is_at = 1U << 6,
  is_colon = 1U << 7,
  is_backslash = 1U << 8,
  is_bracket = 1U << 9, ///< ( ) [ ] { }
  is_slash = 1U << 10,
  is_joiner = 1U << 11, ///< - _
  is_mark = 1U << 12,   ///< everything else

  is_hex = is_digit | is_hex_letter,
  is_letter = is_hex_letter | is_other_letter,
  is_alnum = is_digit | is_letter,
  is_word = is_alnum | is_high,
  is_host = is_word | is_dot | is_joiner,
};

constexpr std::array<std::uint16_t, 256> make_class_table() {
  std::array<std::uint16_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    std::uint16_t bits = is_mark;
    const int folded = c | 0x20;
    if (c <= ' ' || c == 0x7F || c == '"' || c == '`' || c == '<' || c == '>' || c == '|')
      bits = is_edge;
    else if (c >= 0x80)
      bits = is_high;
    else if (c >= '0' && c <= '9')
      bits = is_digit;
    else if (folded >= 'a' && folded <= 'f')
      bits = is_hex_letter;
    else if (folded >= 'g' && folded <= 'z')
      bits = is_other_letter;
    else if (c == '.')
      bits = is_dot;
    else if (c == '@')
      bits = is_at;
    else if (c == ':')
      bits = is_colon;
    else if (c == '\\')
      bits = is_backslash;
    else if (c == '(' || c == ')' || c == '[' || c == ']' || c == '{' || c == '}')
      bits = is_bracket;
    else if (c == '/')
      bits = is_slash;
    else if (c == '-' || c == '_')
      bits = is_joiner;
    table[static_cast<std::size_t>(c)] = bits;
  }
  return table;
}

inline constexpr std::array<std::uint16_t, 256> class_table = make_class_table();

constexpr unsigned class_of(char c) noexcept {
  return class_table[static_cast<unsigned char>(c)];
}
constexpr bool is(char c, unsigned classes) noexcept {
  return (class_of(c) & classes) != 0;
}
constexpr bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
constexpr char fold(char c) noexcept {
  return is_upper(c) ? static_cast<char>(c | 0x20) : c;
}
constexpr bool is_opener(char c) noexcept {
  return c == '(' || c == '[' || c == '{';
}
constexpr bool is_closer(char c) noexcept {
  return c == ')' || c == ']' || c == '}';
}

/// A set of bytes as a bit mask: cheaper than a search in a text.
class char_set {
 public:
  constexpr explicit char_set(std::string_view chars) {
    for (char c : chars)
      bits_[static_cast<unsigned char>(c) / 64] |= std::uint64_t{1} << static_cast<unsigned char>(c) % 64;
  }
  [[nodiscard]] constexpr bool contains(char c) const noexcept {
    return (bits_[static_cast<unsigned char>(c) / 64] >> static_cast<unsigned char>(c) % 64 & 1U) != 0;
  }

 private:
  std::array<std::uint64_t, 4> bits_{};
};

/// @returns the OR of the classes of `text`
constexpr unsigned classes_of(std::string_view text) noexcept {
  unsigned out = 0;
  for (char c : text)
    out |= class_of(c);
  return out;
}
/// Whether `text` is not empty and has nothing but `classes`.
constexpr bool only(std::string_view text, unsigned classes) noexcept {
  return !text.empty() && (classes_of(text) & ~classes) == 0;
}

constexpr bool equal_folded(std::string_view a, std::string_view lower) noexcept {
  if (a.size() != lower.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (fold(a[i]) != lower[i])
      return false;
  return true;
}
constexpr bool starts_folded(std::string_view a, std::string_view lower) noexcept {
  return a.size() >= lower.size() && equal_folded(a.substr(0, lower.size()), lower);
}
/// Whether `word` (any case) is one of the lower-case words of a small table.
template <class Table>
constexpr bool is_one_of(std::string_view word, const Table& table) noexcept {
  for (std::string_view entry : table)
    if (equal_folded(word, entry))
      return true;
  return false;
}
inline void append_folded(std::string& out, std::string_view text) {
  const std::size_t at = out.size();
  out.append(text);
  for (std::size_t i = at; i < out.size(); ++i)
    out[i] = fold(out[i]);
}
constexpr bool has_upper(std::string_view text) noexcept {
  for (char c : text)
    if (is_upper(c))
      return true;
  return false;
}

} // namespace isacbot::observables
