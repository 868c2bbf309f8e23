#include "protocol/slack/utf8.hpp"

namespace isacbot::slack {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD
constexpr std::string_view ellipsis = "\xE2\x80\xA6";    // U+2026

unsigned byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<unsigned char>(text[i]);
}

} // namespace

std::size_t character_length(std::string_view text) noexcept {
  if (text.empty())
    return 0;
  unsigned first = byte_at(text, 0);
  if (first < 0x80U)
    return 1;
  // Table 3-7 of the Unicode standard: the second byte's range shuts out overlong forms and surrogates.
  unsigned low = 0x80U;
  unsigned high = 0xBFU;
  std::size_t length = 0;
  if (first >= 0xC2U && first <= 0xDFU) {
    length = 2;
  } else if (first >= 0xE0U && first <= 0xEFU) {
    length = 3;
    low = first == 0xE0U ? 0xA0U : low;
    high = first == 0xEDU ? 0x9FU : high;
  } else if (first >= 0xF0U && first <= 0xF4U) {
    length = 4;
    low = first == 0xF0U ? 0x90U : low;
    high = first == 0xF4U ? 0x8FU : high;
  } else {
    return 0;
  }
  if (text.size() < length || byte_at(text, 1) < low || byte_at(text, 1) > high)
    return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (byte_at(text, i) < 0x80U || byte_at(text, i) > 0xBFU)
      return 0;
  return length;
}

std::size_t count_characters(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    std::size_t length = character_length(text);
    text.remove_prefix(length == 0 ? 1 : length);
    ++count;
  }
  return count;
}

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = character_length(text);
    bool is_control = length == 1 && (byte_at(text, 0) < 0x20U || byte_at(text, 0) == 0x7FU) &&
                      text[0] != '\n' && text[0] != '\t';
    if (length == 0)
      out.append(replacement);
    else if (!is_control)
      out.append(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string cut_text(std::string_view text, std::size_t limit) {
  std::string clean = clean_text(text);
  if (count_characters(clean) <= limit)
    return clean;
  if (limit == 0)
    return {};
  std::size_t bytes = 0;
  for (std::size_t count = 0; count + 1 < limit; ++count)
    bytes += character_length(std::string_view(clean).substr(bytes));
  clean.resize(bytes);
  return clean.append(ellipsis);
}

} // namespace isacbot::slack
