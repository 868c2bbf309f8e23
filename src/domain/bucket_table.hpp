/// Buckets by key, on several levels (user, credential, ...): made when first charged, forgotten when full
/// again, bounded in number. A take is granted by every level or charged to none. Belongs to one actor.
#pragma once

#include "core/clock.hpp"
#include "domain/limit_leases.hpp"
#include "domain/limit_level.hpp"
#include "domain/limit_settings.hpp"
#include "domain/limit_standing.hpp"
#include "domain/token_bucket.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace isacbot::domain {

/// One node on the way from the caller to the root. At most one per level in a take.
struct level_key {
  limit_level level = limit_level::user;
  /// short_hash of its name, with a secret key, so that nobody can choose names that collide; the same key
  /// after a restart, or leases are not found again.
  std::uint64_t hash = 0;
};

/// The answer to a take.
struct limit_decision {
  /// Calls granted: the number asked for, cut to the smallest burst; 0 when refused. Ask again for the rest.
  std::uint64_t granted = 0;
  /// Granted: they may be made after this time. Refused: asking again before is in vain.
  nanoseconds wait{0};
  /// The level with the longest wait, whenever there is a wait.
  std::optional<limit_level> limiting;
  bool overloaded = false; ///< refused because the table is full of buckets in use, not by a limit
  bool unsaved = false;    ///< refused until a lease of a long limit is on disk: see limit_leases
  level_set would_refuse;  ///< shadow levels that would have made the caller wait longer than allowed
  level_set near;          ///< levels with a limit of which no more than a fifth of the burst is left
};

/// What a take leaves for others.
enum class spare : bool {
  nothing,
  most ///< three quarters of every burst that others share: bulk work leaves them to people
};

class bucket_table {
 public:
  using settings = bucket_settings;

  /// @param max_buckets  bound on the buckets in use; 32 to 40 bytes each in a large table, free slots
  ///                     included
  explicit bucket_table(settings levels, std::size_t max_buckets = 4'000'000);

  /// Takes n calls from every level of `path`, or none from any.
  /// @param longest_wait  a grant may lie this far ahead: it is charged at once, so that nobody overtakes it,
  ///                      and `wait` says when its calls may be made. It cannot be given back.
  /// @param leave         asks for more than n to be there; n is what is charged
  limit_decision take(std::span<const level_key> path, std::uint64_t n, steady_time now,
                      nanoseconds longest_wait = nanoseconds{0}, spare leave = spare::nothing);

  /// How long n calls need, taken in portions as soon as each can be, if nobody else takes any.
  [[nodiscard]] nanoseconds wait_for_all(std::span<const level_key> path, std::uint64_t n, steady_time now);

  /// The other side said "not before": nothing is granted on this key for `duration`. A level without limits
  /// cannot be held.
  void hold(level_key where, nanoseconds duration, steady_time now);

  /// The other side counts fewer: no more than `left` calls are there on this key now. Never gives any.
  void lower(level_key where, std::uint64_t left, steady_time now);

  /// Limits with a window of at least this much are leased before they are granted (limit_leases); without
  /// a call of this none are.
  void keep_long_limits(nanoseconds shortest_window) { kept_window_ = shortest_window; }
  [[nodiscard]] limit_leases& leases() noexcept { return leases_; }
  /// Takes up what was on disk at the start: everything up to the lease counts as taken.
  void restore(const bucket_lease& lease, steady_time now);

  /// What is left on each limit of the path.
  [[nodiscard]] std::vector<limit_standing> standing(std::span<const level_key> path, steady_time now);

  /// Changes limits; what has been taken stays taken as far as the new limits can say it.
  void configure(settings levels);

  /// The table's own time, which never steps back.
  steady_time observe(steady_time now) noexcept { return time_.observe(now); }

  /// Buckets in use.
  [[nodiscard]] std::size_t size() const noexcept { return used_; }
  /// What their memory amounts to, in bytes.
  [[nodiscard]] std::size_t memory() const noexcept { return slots_.capacity() * sizeof(slot); }

 private:
  struct slot {
    std::uint64_t key = 0; ///< 0: free
    bucket_state state;
  };
  /// One bucket of a decision under way.
  struct touched {
    const bucket_rule* rule;
    std::uint64_t key;
    std::size_t slot;   ///< where the key is, or may be put
    bucket_state state; ///< full when the table doesn't know it
    limit_level level;
    bool enforced;
    bool granted;
    bool kept; ///< leased before it is granted
  };
  struct level_rules {
    std::vector<limit> limits;
    std::vector<bucket_rule> rules;
    bool enforced = true;
  };

  void look_up(std::span<const level_key> path);
  [[nodiscard]] static std::uint64_t key_of(limit_level level, std::uint64_t hash,
                                            std::size_t limit_index) noexcept;
  [[nodiscard]] bool leased(steady_time at);
  [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept;
  [[nodiscard]] std::size_t next(std::size_t index) const noexcept;
  [[nodiscard]] std::size_t find(std::uint64_t key, std::size_t from) const noexcept;
  [[nodiscard]] std::size_t fresh();
  void reserve(std::size_t buckets);
  [[nodiscard]] std::uint64_t portion(std::uint64_t n) const noexcept;
  [[nodiscard]] bool make_room(std::size_t buckets, steady_time now);
  void store(std::uint64_t key, std::size_t from, const bucket_state& state) noexcept;
  void erase(std::size_t index) noexcept;
  void sweep(std::size_t slots, steady_time now) noexcept;
  void grow();

  std::array<level_rules, bucket_level_count> levels_;
  std::size_t max_buckets_;
  std::vector<slot> slots_; ///< open addressing
  std::size_t used_ = 0;
  std::size_t cursor_ = 0; ///< where the sweep goes on
  std::vector<touched> touched_;
  forward_time time_;
  nanoseconds kept_window_ = nanoseconds::max();
  limit_leases leases_;
};

} // namespace isacbot::domain
