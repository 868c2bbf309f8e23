/// How long to wait before the next try, and how much trying again the other side can be asked to bear.
#pragma once

#include "core/clock.hpp"

#include <cstdint>

namespace isacbot::domain {

struct retry_policy {
  milliseconds first{1'000};     ///< before the second try
  milliseconds longest{300'000}; ///< no wait is longer, except when the other side asks for one
  milliseconds longest_asked{
      25 * 3'600'000}; ///< bound on what the other side can ask for: a day's quota and a bit
};

/// Doubles with every failure up to the longest, and takes a random part of the upper half away, so that
/// callers who failed together don't return together.
/// @param failures  in a row, 1 after the first
/// @param jitter    in [0, 1), drawn by the caller
milliseconds backoff(const retry_policy& policy, std::uint32_t failures, double jitter) noexcept;

/// Bounds the share of repeats in the traffic to one other side: a repeat costs ten tokens, a success earns
/// one. While the budget is spent, callers wait the longest time instead of joining a storm; nothing is given
/// up.
class retry_budget {
 public:
  /// @param repeats  how many repeats a full budget pays for
  explicit retry_budget(std::uint32_t repeats = 20) noexcept;

  void on_success() noexcept;
  /// Pays for one repeat.
  /// @returns whether there was enough
  bool spend() noexcept;

 private:
  std::uint64_t capacity_;
  std::uint64_t tokens_;
};

} // namespace isacbot::domain
