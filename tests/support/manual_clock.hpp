/// A clock that moves when the test says so.
#pragma once

#include "core/clock.hpp"

#include <mutex>

namespace isacbot::test {

class manual_clock final : public clock {
 public:
  explicit manual_clock(sys_time start = from_epoch_ms(1'700'000'000'000))
      : now_(start),
        steady_(seconds{1'000}) {}

  sys_time now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }
  steady_time steady_now() const override {
    std::lock_guard lock(mutex_);
    return steady_;
  }
  /// Moves both clocks.
  void advance(std::chrono::nanoseconds by) {
    std::lock_guard lock(mutex_);
    steady_ += by;
    now_ += std::chrono::duration_cast<milliseconds>(by);
  }
  /// Steps the wall clock only, as an administrator or NTP does.
  void step_wall(milliseconds by) {
    std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;
  sys_time now_;
  steady_time steady_;
};

} // namespace isacbot::test
