/// Characters of UTF-8 text.
#pragma once

#include <cstddef>
#include <string_view>

namespace isacbot {

/// Code points; broken bytes count as what they claim to be.
constexpr std::size_t count_characters(std::string_view utf8) noexcept {
  std::size_t count = 0;
  for (char c : utf8)
    count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
  return count;
}

} // namespace isacbot
