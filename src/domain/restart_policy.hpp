/// When an actor that failed is started again, and when its failing becomes the operator's business.
#pragma once

#include "core/clock.hpp"
#include "domain/retry_policy.hpp"

#include <cstdint>

namespace isacbot::domain {

struct restart_policy {
  retry_policy pause{milliseconds{100}, seconds{30}, seconds{30}}; ///< between a failure and the next start
  milliseconds stable_after =
      std::chrono::minutes{1};    ///< having lived so long, earlier failures are forgotten
  std::uint32_t unwell_after = 3; ///< failures in a row from which the service no longer counts as ready
};

/// The failures of one actor. Belongs to its supervisor.
class restart_record {
 public:
  explicit restart_record(restart_policy policy) : policy_(policy) {}

  /// @param jitter in [0, 1)
  /// @returns how long to wait before the next start
  milliseconds on_failure(steady_time now, double jitter) noexcept {
    failures_ = now - started_ >= policy_.stable_after ? 1 : failures_ + 1;
    return backoff(policy_.pause, failures_, jitter);
  }
  void on_start(steady_time now) noexcept { started_ = now; }
  /// @returns whether it has lived long enough to be trusted; forgets its failures then
  bool settle(steady_time now) noexcept {
    if (now - started_ < policy_.stable_after)
      return false;
    failures_ = 0;
    return true;
  }
  /// Fails again and again: not ready, and somebody has to look.
  [[nodiscard]] bool unwell() const noexcept { return failures_ >= policy_.unwell_after; }
  [[nodiscard]] std::uint32_t failures() const noexcept { return failures_; }
  [[nodiscard]] milliseconds stable_after() const noexcept { return policy_.stable_after; }

 private:
  restart_policy policy_;
  std::uint32_t failures_ = 0; ///< in a row
  steady_time started_{};
};

} // namespace isacbot::domain
