/// Time as a seam: nobody below the composition root asks the operating system what time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace isacbot {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Wall clock, UTC, whole milliseconds: for stamps that people and other machines read.
using sys_time = std::chrono::time_point<std::chrono::system_clock, milliseconds>;
/// Monotonic clock, nanoseconds: for limits, deadlines and durations.
using steady_time = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// Milliseconds since the epoch, the form TruSTAR and our storage use.
constexpr std::int64_t to_epoch_ms(sys_time t) noexcept {
  return t.time_since_epoch().count();
}
constexpr sys_time from_epoch_ms(std::int64_t ms) noexcept {
  return sys_time{milliseconds{ms}};
}

/// Thread-safe.
class clock {
 public:
  virtual ~clock() = default;
  virtual sys_time now() const = 0;
  virtual steady_time steady_now() const = 0;
};

/// The machine's clocks.
class system_clock final : public clock {
 public:
  sys_time now() const override {
    return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
  }
  steady_time steady_now() const override { return std::chrono::steady_clock::now(); }
};

} // namespace isacbot
