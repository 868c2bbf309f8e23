#include "domain/token_bucket.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace isacbot::domain {

namespace {

constexpr nanoseconds tick{1};
/// Ends forward_time's count early enough (146 years) that no sum with a refill time reaches the end of 64
/// bits.
constexpr nanoseconds longest_passed{std::int64_t{1} << 62};
/// No limit's window is longer, so a leap beyond it counts as this much.
constexpr nanoseconds longest_step = max_limit_window;
constexpr auto most = std::numeric_limits<std::int64_t>::max();

/// Saturates: no sum of times may wrap round into the past.
constexpr nanoseconds add(nanoseconds a, nanoseconds b) noexcept {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.count(), b.count(), &sum))
    return a.count() < 0 ? nanoseconds::min() : nanoseconds::max();
  return nanoseconds{sum};
}

constexpr steady_time add(steady_time t, nanoseconds d) noexcept {
  return steady_time{add(t.time_since_epoch(), d)};
}

/// later - earlier, at least 0, in nanoseconds: the whole range of two clock readings fits 64 bits unsigned.
constexpr std::uint64_t elapsed(steady_time earlier, steady_time later) noexcept {
  if (later <= earlier)
    return 0;
  return static_cast<std::uint64_t>(later.time_since_epoch().count()) -
         static_cast<std::uint64_t>(earlier.time_since_epoch().count());
}

constexpr nanoseconds to_duration(uint128 x) noexcept {
  return nanoseconds{x > static_cast<uint128>(most) ? most : static_cast<std::int64_t>(x)};
}

/// Most quotients fit 64 bits, for which processors have an instruction.
constexpr uint128 divide(uint128 x, std::uint64_t by) noexcept {
  if (x <= std::numeric_limits<std::uint64_t>::max())
    return static_cast<std::uint64_t>(x) / by;
  return x / by;
}

constexpr uint128 divide_up(uint128 x, std::uint64_t by) noexcept {
  return divide(x + by - 1, by);
}

} // namespace

steady_time forward_time::observe(steady_time raw) noexcept {
  if (started_)
    passed_ = std::min(passed_ + std::min(to_duration(elapsed(raw_, raw)), longest_step), longest_passed);
  started_ = true;
  raw_ = raw;
  return steady_time{passed_};
}

bucket_rule::bucket_rule(const limit& x) noexcept {
  const std::uint64_t count = std::clamp<std::uint64_t>(x.count, 1, max_limit_count);
  burst_ = std::clamp<std::uint64_t>(x.burst, 1, count);
  window_ = std::clamp(x.window, tick, max_limit_window);
  const auto window = static_cast<std::uint64_t>(window_.count());
  const std::uint64_t divisor = std::gcd(count - burst_, window);
  rate_ = (count - burst_) / divisor;
  token_units_ = window / divisor;
  capacity_ = uint128{burst_} * token_units_;
  near_ = capacity_ - uint128{burst_ / 5 + 1} * token_units_;
}

/// Units missing at `now`; more than the capacity when reservations lie ahead.
uint128 bucket_rule::deficit(const bucket_state& s, steady_time now) const noexcept {
  if (s.full_at < now)
    return 0;
  return uint128{elapsed(now, s.full_at)} * rate_ + s.rest;
}

/// Only without a refill rate: a tick more than the window lies between the last grant and the full bucket,
/// so that no window holds grants from before and after, its ends included.
steady_time bucket_rule::last_grant(const bucket_state& s) const noexcept {
  return add(s.full_at, -(window_ + tick));
}

nanoseconds bucket_rule::wait_for(const bucket_state& s, std::uint64_t n, steady_time now) const noexcept {
  n = std::min(n, burst_);
  if (n == 0)
    return nanoseconds{0};
  if (refills()) {
    const uint128 needed = deficit(s, now) + uint128{n} * token_units_;
    return needed <= capacity_ ? nanoseconds{0} : to_duration(divide_up(needed - capacity_, rate_));
  }
  if (s.full_at <= now)
    return nanoseconds{0};
  const bool fits = s.rest <= burst_ && n <= burst_ - s.rest;
  // Grants of one filling are kept in order of time, so that a reservation's filling has no earlier guests.
  return to_duration(elapsed(now, fits ? last_grant(s) : s.full_at));
}

nanoseconds bucket_rule::wait_for_all(const bucket_state& s, std::uint64_t n,
                                      steady_time now) const noexcept {
  if (n <= burst_)
    return wait_for(s, n, now);
  if (refills()) {
    const uint128 needed = deficit(s, now) + uint128{n} * token_units_;
    return to_duration(divide_up(needed - capacity_, rate_));
  }
  const std::uint64_t left = available(s, now);
  const std::uint64_t fillings = (n - left + burst_ - 1) / burst_;
  // Taking what is left begins the window anew.
  const nanoseconds first = left > 0 ? window_ + tick : to_duration(elapsed(now, s.full_at));
  return to_duration(uint128{static_cast<std::uint64_t>(first.count())} +
                     uint128{fillings - 1} * static_cast<std::uint64_t>((window_ + tick).count()));
}

bool bucket_rule::charge(bucket_state& s, std::uint64_t n, steady_time at) const noexcept {
  if (n == 0)
    return is_near(s, at);
  if (refills()) {
    const uint128 missing = deficit(s, at) + uint128{n} * token_units_;
    const uint128 whole = divide(missing, rate_);
    s.full_at = add(at, to_duration(whole));
    s.rest = static_cast<std::uint64_t>(missing - whole * rate_);
    return missing > near_;
  }
  s.rest = s.full_at <= at ? n : s.rest + n;
  s.full_at = std::max(s.full_at, add(at, window_ + tick));
  return is_near(s, at);
}

std::uint64_t bucket_rule::available(const bucket_state& s, steady_time now) const noexcept {
  if (refills()) {
    const uint128 missing = deficit(s, now);
    return missing >= capacity_ ? 0 : static_cast<std::uint64_t>((capacity_ - missing) / token_units_);
  }
  if (s.full_at <= now)
    return burst_;
  return s.rest >= burst_ || last_grant(s) > now ? 0 : burst_ - s.rest;
}

bool bucket_rule::is_near(const bucket_state& s, steady_time now) const noexcept {
  if (refills())
    return deficit(s, now) > near_;
  return available(s, now) <= burst_ / 5;
}

void bucket_rule::hold(bucket_state& s, steady_time until) const noexcept {
  if (!refills()) {
    s = {std::max(s.full_at, until), burst_};
    return;
  }
  const uint128 missing = capacity_ - token_units_; // one token is there at `until`
  const uint128 whole = divide(missing, rate_);
  const bucket_state held{add(until, to_duration(whole)),
                          static_cast<std::uint64_t>(missing - whole * rate_)};
  if (held.full_at > s.full_at || (held.full_at == s.full_at && held.rest > s.rest))
    s = held;
}

steady_time bucket_rule::lease_end(bucket_state s, steady_time at) const noexcept {
  if (refills())
    charge(s, std::max<std::uint64_t>(1, burst_ / 4), at);
  else
    s.full_at = add(add(std::max(s.full_at, at), window_ / 16), tick);
  return add(s.full_at, tick); // and the fraction of a nanosecond
}

bucket_state bucket_rule::restored(steady_time full_at, steady_time now) const noexcept {
  if (!refills())
    return {std::min(full_at, add(now, add(window_, tick))), burst_};
  const steady_time empty = add(now, to_duration(divide_up(capacity_, rate_)));
  return {std::min(full_at, empty), 0};
}

std::uint64_t token_bucket::take(std::uint64_t n, steady_time now) noexcept {
  const steady_time t = time_.observe(now);
  n = std::min(n, rule_.largest_take());
  if (rule_.wait_for(state_, n, t) > nanoseconds{0})
    return 0;
  rule_.charge(state_, n, t);
  return n;
}

nanoseconds token_bucket::wait_for(std::uint64_t n, steady_time now) noexcept {
  return rule_.wait_for(state_, n, time_.observe(now));
}

std::uint64_t token_bucket::available(steady_time now) noexcept {
  return rule_.available(state_, time_.observe(now));
}

bool token_bucket::full(steady_time now) noexcept {
  return is_full(state_, time_.observe(now));
}

limit_set::limit_set(std::span<const limit> limits) {
  for (const limit& x : limits)
    entries_.push_back({bucket_rule{x}, bucket_state{}});
}

std::uint64_t limit_set::largest_take() const noexcept {
  std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
  for (const entry& e : entries_)
    smallest = std::min(smallest, e.rule.largest_take());
  return smallest;
}

nanoseconds limit_set::longest_wait(std::uint64_t n, steady_time now) const noexcept {
  nanoseconds longest{0};
  for (const entry& e : entries_)
    longest = std::max(longest, e.rule.wait_for(e.state, n, now));
  return longest;
}

std::uint64_t limit_set::take(std::uint64_t n, steady_time now) noexcept {
  const steady_time t = time_.observe(now);
  n = std::min(n, largest_take());
  if (longest_wait(n, t) > nanoseconds{0})
    return 0;
  for (entry& e : entries_)
    e.rule.charge(e.state, n, t);
  return n;
}

nanoseconds limit_set::wait_for(std::uint64_t n, steady_time now) noexcept {
  const steady_time t = time_.observe(now);
  return longest_wait(std::min(n, largest_take()), t);
}

} // namespace isacbot::domain
