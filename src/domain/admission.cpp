#include "domain/admission.hpp"

#include <algorithm>

namespace isacbot::domain {

using std::chrono::nanoseconds;

admission admit(nanoseconds wait, nanoseconds queued, const admission_policy& policy) noexcept {
  wait = std::max(wait, nanoseconds{0});
  queued = std::max(queued, nanoseconds{0});
  if (wait == nanoseconds{0})
    return {admission_step::go, wait};
  // Compared by subtraction: the sum of two durations from outside could overflow.
  const nanoseconds deadline = std::max<nanoseconds>(policy.queue_deadline, nanoseconds{0});
  if (queued > deadline || wait > deadline - queued)
    return {admission_step::stop, wait};
  if (wait <= policy.wait_out)
    return {admission_step::wait_out, wait};
  return {admission_step::queue, wait};
}

namespace {

/// Rounds up to a number that people would say.
std::int64_t round_up(std::int64_t x, std::int64_t step) noexcept {
  return (x + step - 1) / step * step;
}

std::string say(std::int64_t number, const char* unit) {
  return "about " + std::to_string(number) + " " + unit + (number == 1 ? "" : "s");
}

} // namespace

std::string about(nanoseconds wait) {
  const std::int64_t ns = std::clamp<std::int64_t>(
      wait.count(), 1, std::chrono::nanoseconds{std::chrono::hours{1'000'000}}.count());
  const std::int64_t s = (ns + 999'999'999) / 1'000'000'000;
  if (s <= 10)
    return say(s, "second");
  if (s <= 90)
    return say(round_up(s, 5), "second");
  if (s <= 90 * 60)
    return say(round_up(s, 60) / 60, "minute");
  return say(round_up(s, 3600) / 3600, "hour");
}

} // namespace isacbot::domain
