/// Text forms of network addresses, by hand: no locale, no allocation but the result.
#include "observables/address.hpp"

#include "observables/characters.hpp"

#include <algorithm>

namespace isacbot::observables {

std::optional<std::uint32_t> parse_ipv4(std::string_view text) noexcept {
  if (text.size() < 7 || text.size() > 15)
    return std::nullopt;
  std::uint32_t address = 0;
  std::size_t p = 0;
  for (int part = 0; part < 4; ++part) {
    std::uint32_t number = 0;
    const std::size_t begin = p;
    while (p < text.size() && is(text[p], is_digit))
      number = number * 10 + static_cast<std::uint32_t>(text[p++] - '0');
    if (p == begin || p > begin + 3 || number > 255)
      return std::nullopt;
    address = address << 8 | number;
    if (part < 3 && (p >= text.size() || text[p++] != '.'))
      return std::nullopt;
  }
  return p == text.size() ? std::optional(address) : std::nullopt;
}

std::optional<ipv6_bytes> parse_ipv6(std::string_view text) noexcept {
  if (text.size() < 2 || text.size() > 45)
    return std::nullopt;
  ipv6_bytes out{};
  std::size_t filled = 0;
  std::size_t gap = 17;
  std::size_t p = 0;
  if (text.starts_with("::")) {
    gap = 0;
    p = 2;
  } else if (text[0] == ':') {
    return std::nullopt;
  }
  while (p < text.size()) {
    const std::size_t begin = p;
    unsigned group = 0;
    while (p < text.size() && is(text[p], is_hex)) {
      const char c = text[p++];
      group = group * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    if (p < text.size() && text[p] == '.') {
      const auto tail = parse_ipv4(text.substr(begin));
      if (!tail || filled > 12)
        return std::nullopt;
      for (int shift = 24; shift >= 0; shift -= 8)
        out[filled++] = static_cast<unsigned char>(*tail >> shift);
      p = text.size();
      break;
    }
    if (p == begin || p > begin + 4 || filled > 14)
      return std::nullopt;
    out[filled++] = static_cast<unsigned char>(group >> 8);
    out[filled++] = static_cast<unsigned char>(group);
    if (p == text.size())
      break;
    if (text[p++] != ':' || p == text.size())
      return std::nullopt;
    if (text[p] == ':') {
      if (gap != 17)
        return std::nullopt;
      gap = filled;
      ++p;
    }
  }
  if (gap == 17)
    return filled == 16 ? std::optional(out) : std::nullopt;
  if (filled > 14)
    return std::nullopt;
  const auto moved = static_cast<std::ptrdiff_t>(filled - gap);
  std::move_backward(out.begin() + static_cast<std::ptrdiff_t>(gap),
                     out.begin() + static_cast<std::ptrdiff_t>(gap) + moved, out.end());
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(gap), out.end() - moved, static_cast<unsigned char>(0));
  return out;
}

std::string format_ipv4(std::uint32_t address) {
  char text[16];
  std::size_t n = 0;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const unsigned part = address >> shift & 0xFFU;
    if (part >= 100)
      text[n++] = static_cast<char>('0' + part / 100);
    if (part >= 10)
      text[n++] = static_cast<char>('0' + part / 10 % 10);
    text[n++] = static_cast<char>('0' + part % 10);
    if (shift > 0)
      text[n++] = '.';
  }
  return {text, n};
}

std::string format_ipv6(const ipv6_bytes& a) {
  const bool mapped = std::all_of(a.begin(), a.begin() + 10, [](unsigned char b) { return b == 0; }) &&
                      a[10] == 0xFF && a[11] == 0xFF;
  if (mapped)
    return "::ffff:" + format_ipv4(static_cast<std::uint32_t>(a[12]) << 24 |
                                   static_cast<std::uint32_t>(a[13]) << 16 |
                                   static_cast<std::uint32_t>(a[14]) << 8 | a[15]);
  auto group = [&](std::size_t i) { return static_cast<unsigned>(a[i * 2] << 8 | a[i * 2 + 1]); };
  std::size_t best = 0;
  std::size_t best_size = 1; // one group alone is not shortened
  for (std::size_t i = 0; i < 8;) {
    std::size_t end = i;
    while (end < 8 && group(end) == 0)
      ++end;
    if (end - i > best_size) {
      best = i;
      best_size = end - i;
    }
    i = end + 1;
  }
  std::string out;
  for (std::size_t i = 0; i < 8; ++i) {
    if (best_size > 1 && i == best) {
      out += "::";
      i += best_size - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':')
      out += ':';
    constexpr char digits[] = "0123456789abcdef";
    bool started = false;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = group(i) >> shift & 0xFU;
      started |= digit != 0 || shift == 0;
      if (started)
        out += digits[digit];
    }
  }
  return out;
}

} // namespace isacbot::observables
