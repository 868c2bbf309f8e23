/// Addresses that mean something else everywhere (RFC 6890 and the registries behind it).
#include "observables/observables.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>

namespace isacbot::observables {
namespace {

struct range {
  std::uint32_t network;
  int bits;
};

constexpr range special_v4[] = {
    {0x00000000, 8},  // "this network"
    {0x0A000000, 8},  // private
    {0x64400000, 10}, // shared by carriers
    {0x7F000000, 8},  // loopback
    {0xA9FE0000, 16}, // link-local
    {0xAC100000, 12}, // private
    {0xC0000000, 24}, // protocol assignments
    {0xC0000200, 24}, // documentation
    {0xC0A80000, 16}, // private
    {0xC6120000, 15}, // benchmarks
    {0xC6336400, 24}, // documentation
    {0xCB007100, 24}, // documentation
    {0xE0000000, 4},  // multicast
    {0xF0000000, 4},  // reserved, broadcast
};

bool is_special_v4(std::uint32_t address) noexcept {
  return std::any_of(std::begin(special_v4), std::end(special_v4),
                     [&](range r) { return (address ^ r.network) >> (32 - r.bits) == 0; });
}

bool is_special_v6(const std::array<unsigned char, 16>& a) noexcept {
  auto leading_zeros =
      static_cast<std::size_t>(std::find_if(a.begin(), a.end(), [](auto b) { return b != 0; }) - a.begin());
  if (leading_zeros >= 15 && a[15] <= 1)
    return true; // :: and ::1
  if (leading_zeros == 10 && a[10] == 0xFF && a[11] == 0xFF)
    return is_special_v4(static_cast<std::uint32_t>(a[12]) << 24 | static_cast<std::uint32_t>(a[13]) << 16 |
                         static_cast<std::uint32_t>(a[14]) << 8 | a[15]);
  bool documentation = a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0D && a[3] == 0xB8;
  bool discard =
      a[0] == 0x01 && a[1] == 0 && std::all_of(a.begin() + 2, a.begin() + 8, [](auto b) { return b == 0; });
  return documentation || discard || (a[0] & 0xFE) == 0xFC || (a[0] == 0xFE && (a[1] & 0x80) != 0) ||
         a[0] == 0xFF;
}

} // namespace

bool is_special(type kind, std::string_view value) noexcept {
  if (kind != type::ip && kind != type::cidr_block)
    return false;
  value = value.substr(0, value.find('/'));
  char text[INET6_ADDRSTRLEN];
  if (value.size() >= sizeof text)
    return false;
  std::memcpy(text, value.data(), value.size());
  text[value.size()] = '\0';
  std::array<unsigned char, 16> bytes{};
  if (value.find(':') != std::string_view::npos)
    return inet_pton(AF_INET6, text, bytes.data()) == 1 && is_special_v6(bytes);
  std::uint32_t address = 0;
  return inet_pton(AF_INET, text, &address) == 1 && is_special_v4(ntohl(address));
}

} // namespace isacbot::observables
