/// What a rate limit is, and its text form. docs/adr/0008-rate-limits.md has the definition and its proof.
#pragma once

#include "core/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace isacbot::domain {

/// In any window of length `window`, ends included, at most `count` calls are granted; at most `burst` of
/// them at one moment. Tokens come back at (count - burst) / window; when burst equals count, all of them
/// together one window after the last grant.
struct limit {
  std::uint64_t count = 0;            ///< 1 to `max_limit_count`
  std::chrono::nanoseconds window{0}; ///< 1 ms to 366 days
  std::uint64_t burst = 0;            ///< 1 to count

  friend bool operator==(const limit&, const limit&) = default;
};

inline constexpr std::uint64_t max_limit_count = 1'000'000'000;
inline constexpr std::chrono::nanoseconds min_limit_window = std::chrono::milliseconds{1};
inline constexpr std::chrono::nanoseconds max_limit_window = std::chrono::hours{24} * 366;
/// An empty bucket must be full again within this time, or the limit is a mistake in writing.
inline constexpr std::chrono::nanoseconds max_refill_time = std::chrono::hours{24} * 36'525;

/// @returns a quarter of `count`, at least 1.
std::uint64_t default_burst(std::uint64_t count) noexcept;

/// Checks the ranges above.
/// @error ec::invalid_argument, with the mend
result<limit> make_limit(std::uint64_t count, std::chrono::nanoseconds window, std::uint64_t burst);

/// Reads "60/1m" or "60/1m;burst 15". Units are ms, s, m, h and d; blanks between the pieces don't matter.
/// @error ec::malformed, ec::invalid_argument, with the mend
result<limit> parse_limit(std::string_view text);

/// The form that parse_limit reads, burst included.
std::string to_string(const limit& x);

} // namespace isacbot::domain
