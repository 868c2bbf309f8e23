/// SipHash-2-4 with 128 bits: short keys into fixed-size ones that nobody outside can make collide.
/// @see Aumasson and Bernstein, "SipHash: a fast short-input PRF"
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace isacbot::domain {

/// A random key; the two halves are read as little-endian.
struct hash_key {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

struct fingerprint {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  [[nodiscard]] bool empty() const noexcept { return (low | high) == 0; }
  friend bool operator==(const fingerprint&, const fingerprint&) = default;
};

fingerprint keyed_hash(const hash_key& key, std::string_view text) noexcept;

} // namespace isacbot::domain
