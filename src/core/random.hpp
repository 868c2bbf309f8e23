/// Randomness as a seam: ids, nonces and jitter come from a source that a test can seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace isacbot {

/// Thread-safe.
class random_source {
 public:
  virtual ~random_source() = default;
  /// Fills all of `out`. Does not fail: a system without randomness ends the process (nothing safe is left to
  /// do).
  virtual void fill(std::span<std::byte> out) = 0;
};

/// The operating system's generator (getrandom(2)): nothing is kept that a fork would share.
class system_random final : public random_source {
 public:
  void fill(std::span<std::byte> out) override;
};

/// @returns 64 uniform bits.
std::uint64_t random_bits(random_source& source);

/// @returns a uniform number in [0, 1), for jitter.
double random_unit(random_source& source);

/// @returns a lower-case UUID version 4 (RFC 4122 section 4.4), 36 characters.
std::string random_uuid(random_source& source);

/// @returns `bytes` random bytes as lower-case hex, twice as many characters.
std::string random_hex(random_source& source, std::size_t bytes);

} // namespace isacbot
