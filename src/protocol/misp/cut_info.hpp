/// Titles in listings: for alerts, so a part of a long one will do. Internal to this folder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace isacbot::misp {

inline constexpr std::size_t max_info_bytes = 300;

/// At most `max_info_bytes`, not cut inside a UTF-8 character.
inline std::string cut_info(std::string_view text) {
  std::size_t end = std::min(text.size(), max_info_bytes);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return std::string(text.substr(0, end));
}

} // namespace isacbot::misp
