/// Text forms of network addresses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::observables {

using ipv6_bytes = std::array<unsigned char, 16>;

/// Four decimal parts of one to three digits, each at most 255; leading zeros are decimal.
std::optional<std::uint32_t> parse_ipv4(std::string_view text) noexcept;
/// RFC 4291 section 2.2, without a zone.
std::optional<ipv6_bytes> parse_ipv6(std::string_view text) noexcept;

std::string format_ipv4(std::uint32_t address);
/// RFC 5952; v4-mapped addresses with the dotted tail.
std::string format_ipv6(const ipv6_bytes& address);

} // namespace isacbot::observables
