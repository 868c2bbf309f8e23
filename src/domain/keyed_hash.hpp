/// SipHash: short keys into fixed-size ones that nobody outside can make collide.
/// @see Aumasson and Bernstein, "SipHash: a fast short-input PRF"
#pragma once

#include "domain/sip_hash.hpp"

#include <cstdint>
#include <string_view>

namespace isacbot::domain {

struct fingerprint {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  [[nodiscard]] bool empty() const noexcept { return (low | high) == 0; }
  friend bool operator==(const fingerprint&, const fingerprint&) = default;
};

/// SipHash-2-4 with 128 bits: for what is kept on disk or shown.
fingerprint keyed_hash(const hash_key& key, std::string_view text) noexcept;

/// SipHash-1-3 with 64 bits, for tables: as strong as a hash has to be whose results nobody outside ever
/// sees, and several times as fast as keyed_hash. The round counts are those of Rust's maps.
inline std::uint64_t short_hash(const hash_key& key, std::string_view text) noexcept {
  sip_hash<1, 3> sip(key);
  sip.absorb(text);
  return sip.squeeze(0xff);
}

} // namespace isacbot::domain
