/// One limit, kept exactly: integers only, nothing rounded away. Time is an argument.
///
/// A bucket is remembered as the moment at which it is full again. Taking n tokens moves that moment by n /
/// rate; a take is granted when the moment stays within burst / rate of the time of the take. This holds the
/// definition in domain/limit.hpp in whatever order takes and reservations come
/// (docs/adr/0008-rate-limits.md).
#pragma once

#include "core/clock.hpp"
#include "domain/limit.hpp"
#include "domain/wide_integer.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace isacbot::domain {

using std::chrono::nanoseconds;

/// Turns a clock that may step back into one that never does: a step back counts as no time passed, and time
/// goes on from there.
class forward_time {
 public:
  /// @returns the time since the first observation; never decreases
  steady_time observe(steady_time raw) noexcept;

 private:
  steady_time raw_{};
  nanoseconds passed_{0};
  bool started_ = false;
};

/// A bucket's whole memory: 16 bytes. A new one is full.
struct bucket_state {
  steady_time full_at = steady_time::min();
  /// With a refill rate: the fraction of a nanosecond to add to `full_at`, in 1 / rate. Without one (burst ==
  /// count): tokens taken since the bucket was last full.
  std::uint64_t rest = 0;

  friend bool operator==(const bucket_state&, const bucket_state&) = default;
};

/// A limit made ready for arithmetic; shared by all buckets of a level. `now` must never decrease: see
/// forward_time.
class bucket_rule {
 public:
  /// @param x  as make_limit checks it; anything else is brought into range, so that no limit can divide by 0
  explicit bucket_rule(const limit& x) noexcept;

  /// The most that one take can ever get: the burst.
  [[nodiscard]] std::uint64_t largest_take() const noexcept { return burst_; }

  /// @param n  1 to largest_take(); more is cut
  /// @returns how long after `now` n tokens could be taken at once; 0: now. Exact: not a nanosecond too long.
  [[nodiscard]] nanoseconds wait_for(const bucket_state& s, std::uint64_t n, steady_time now) const noexcept;

  /// As wait_for, for any n: when the last portion could be taken if every portion is taken as soon as it
  /// can.
  [[nodiscard]] nanoseconds wait_for_all(const bucket_state& s, std::uint64_t n,
                                         steady_time now) const noexcept;

  /// Takes n tokens at time `at`, which is no earlier than now + wait_for(n): a reservation lies in the
  /// future.
  /// @returns whether no more than a fifth of the burst is left then
  bool charge(bucket_state& s, std::uint64_t n, steady_time at) const noexcept;

  /// @returns the tokens that could be taken now
  [[nodiscard]] std::uint64_t available(const bucket_state& s, steady_time now) const noexcept;

  /// Whether no more than a fifth of the burst is left.
  [[nodiscard]] bool is_near(const bucket_state& s, steady_time now) const noexcept;

  /// Makes sure that nothing is granted before `until`: the other side has said so.
  void hold(bucket_state& s, steady_time until) const noexcept;

  /// When a bucket in this state will be full again after a further quarter of the burst: how far it is
  /// leased ahead.
  [[nodiscard]] steady_time lease_end(bucket_state s, steady_time at) const noexcept;

  /// A bucket of which nothing is known but that it was never to be full before `full_at`.
  [[nodiscard]] bucket_state restored(steady_time full_at, steady_time now) const noexcept;

 private:
  [[nodiscard]] bool refills() const noexcept { return rate_ != 0; }
  [[nodiscard]] uint128 deficit(const bucket_state& s, steady_time now) const noexcept;
  [[nodiscard]] steady_time last_grant(const bucket_state& s) const noexcept;

  std::uint64_t burst_;
  std::uint64_t rate_;        ///< units that come back per nanosecond; 0: all tokens together, after window_
  std::uint64_t token_units_; ///< units that one token costs
  uint128 capacity_;          ///< burst_ * token_units_
  uint128 near_;              ///< with more than this missing no more than a fifth of the burst is left
  nanoseconds window_;
};

/// Whether the bucket is full, so that forgetting it changes nothing. Needs no rule.
[[nodiscard]] inline bool is_full(const bucket_state& s, steady_time now) noexcept {
  return s.full_at < now;
}

/// One bucket with its limit and a clock that may step back.
class token_bucket {
 public:
  explicit token_bucket(const limit& x) noexcept : rule_(x) {}

  /// Takes min(n, burst) tokens if they are there, else none. What is over the burst has to be asked for
  /// again: a long job goes in portions.
  /// @returns how many were taken
  std::uint64_t take(std::uint64_t n, steady_time now) noexcept;
  /// @returns how long until take(n) gets something; 0: now
  nanoseconds wait_for(std::uint64_t n, steady_time now) noexcept;
  [[nodiscard]] std::uint64_t available(steady_time now) noexcept;
  [[nodiscard]] bool full(steady_time now) noexcept;

 private:
  bucket_rule rule_;
  bucket_state state_;
  forward_time time_;
};

/// Several limits on one key ("60/1m" and "1000/1d"): a take is granted by all of them or charged to none.
class limit_set {
 public:
  explicit limit_set(std::span<const limit> limits);

  /// As token_bucket::take; the portion is cut to the smallest burst. Without limits everything is granted.
  std::uint64_t take(std::uint64_t n, steady_time now) noexcept;
  nanoseconds wait_for(std::uint64_t n, steady_time now) noexcept;
  [[nodiscard]] std::uint64_t largest_take() const noexcept;

 private:
  [[nodiscard]] nanoseconds longest_wait(std::uint64_t n, steady_time now) const noexcept;

  struct entry {
    bucket_rule rule;
    bucket_state state;
  };
  std::vector<entry> entries_;
  forward_time time_;
};

} // namespace isacbot::domain
