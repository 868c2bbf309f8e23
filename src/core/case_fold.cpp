#include "core/case_fold.hpp"

#include <cstddef>
#include <cstdint>

namespace isacbot {

namespace {

constexpr bool between(std::uint32_t c, std::uint32_t first, std::uint32_t last) noexcept {
  return c >= first && c <= last;
}

/// Simple case folding of one letter (Unicode CaseFolding.txt, status C and S) for the blocks named above.
std::uint32_t fold(std::uint32_t c) noexcept {
  if (between(c, 0xC0, 0xDE))
    return c == 0xD7 ? c : c + 32;
  if (between(c, 0x100, 0x137) || between(c, 0x14A, 0x177))
    return c == 0x130 ? c : c | 1U; // pairs: even upper, odd lower
  if (between(c, 0x139, 0x148) || between(c, 0x179, 0x17E))
    return (c & 1U) != 0 ? c + 1 : c; // pairs: odd upper, even lower
  if (c == 0x178)
    return 0xFF;
  if (between(c, 0x391, 0x3AB))
    return c == 0x3A2 ? c : c + 32;
  if (c == 0x3C2)
    return 0x3C3; // final sigma
  if (c == 0x386)
    return 0x3AC;
  if (between(c, 0x388, 0x38A))
    return c + 37;
  if (c == 0x38C)
    return 0x3CC;
  if (c == 0x38E || c == 0x38F)
    return c + 63;
  if (between(c, 0x400, 0x40F))
    return c + 80;
  if (between(c, 0x410, 0x42F))
    return c + 32;
  if (between(c, 0x460, 0x481) || between(c, 0x48A, 0x4BF) || between(c, 0x4D0, 0x52F))
    return c | 1U;
  if (between(c, 0x531, 0x556))
    return c + 48;
  if (between(c, 0x1E00, 0x1E95) || between(c, 0x1EA0, 0x1EFF))
    return c | 1U; // accented Latin, also Vietnamese
  if (between(c, 0xFF21, 0xFF3A))
    return c + 32;
  return c;
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (c >> 6U)));
  } else {
    out.push_back(static_cast<char>(0xE0U | (c >> 12U)));
    out.push_back(static_cast<char>(0x80U | ((c >> 6U) & 0x3FU)));
  }
  out.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
}

} // namespace

std::string fold_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  auto byte = [&](std::size_t i) -> std::uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t lead = byte(i);
    if (lead < 0x80) {
      out.push_back(between(lead, 'A', 'Z') ? static_cast<char>(lead + 32) : text[i]);
      ++i;
    } else if (between(lead, 0xC2, 0xDF) && continues(i + 1)) {
      append_utf8(out, fold((lead & 0x1FU) << 6U | (byte(i + 1) & 0x3FU)));
      i += 2;
    } else if (between(lead, 0xE1, 0xEF) && continues(i + 1) && continues(i + 2)) {
      append_utf8(out, fold((lead & 0x0FU) << 12U | (byte(i + 1) & 0x3FU) << 6U | (byte(i + 2) & 0x3FU)));
      i += 3;
    } else { // four-byte sequences have no case worth folding; broken ones stay
      out.push_back(text[i]);
      ++i;
    }
  }
  return out;
}

} // namespace isacbot
