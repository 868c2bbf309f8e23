/// Bytes as text and back: hex, Base64, constant-time comparison.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace isacbot {

/// @returns what a hex digit of either case stands for, or -1
int hex_value(char c) noexcept;

/// Lower-case hex.
std::string to_hex(std::span<const std::byte> bytes);

/// Reads hex of either case.
/// @error ec::malformed on an odd length or another character
result<std::string> from_hex(std::string_view text);

/// RFC 4648 section 4, with padding.
std::string to_base64(std::string_view bytes);

/// Reads RFC 4648 section 4; padding required, nothing else tolerated.
/// @error ec::malformed
result<std::string> from_base64(std::string_view text);

/// Compares without telling by its duration where the texts differ; different lengths are unequal at once.
bool equal_constant_time(std::string_view a, std::string_view b) noexcept;

/// SHA-256 (FIPS 180-4), 32 raw bytes.
std::string sha256(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104), 32 raw bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

} // namespace isacbot
