/// Buckets by key, on several levels (user, credential, ...): made when first charged, forgotten when full
/// again, bounded in number. A take is granted by every level or charged to none. Belongs to one actor.
#pragma once

#include "core/clock.hpp"
#include "domain/keyed_hash.hpp"
#include "domain/token_bucket.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// Whose allowance a call uses up, from the leaf to the root.
enum class limit_level : std::uint8_t { user, credential, workspace, address };

inline constexpr std::size_t limit_level_count = 4;

/// The name in configuration and metrics.
std::string_view to_string(limit_level level) noexcept;

struct level_settings {
  std::vector<limit> limits; ///< empty: the level has no limit
  bool enforced = true;      ///< false (shadow mode): refusals are reported, not made
};

/// One node on the way from the caller to the root. At most one per level in a take.
struct level_key {
  limit_level level = limit_level::user;
  std::string_view key;
};

/// A set of levels, one bit each.
class level_set {
 public:
  void insert(limit_level level) noexcept { bits_ |= 1U << static_cast<unsigned>(level); }
  [[nodiscard]] bool contains(limit_level level) const noexcept {
    return (bits_ >> static_cast<unsigned>(level) & 1U) != 0;
  }
  [[nodiscard]] bool empty() const noexcept { return bits_ == 0; }
  friend bool operator==(level_set, level_set) = default;

 private:
  unsigned bits_ = 0;
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
  level_set would_refuse;  ///< shadow levels that would have made the caller wait longer than allowed
  level_set near;          ///< levels with a limit of which no more than a fifth of the burst is left
};

/// What a member is shown about one limit.
struct limit_standing {
  limit_level level = limit_level::user;
  limit rule;
  std::uint64_t available = 0;
  nanoseconds full_in{0};
};

class bucket_table {
 public:
  using settings = std::array<level_settings, limit_level_count>; ///< by limit_level

  /// @param key          random, so that nobody can choose keys that collide
  /// @param max_buckets  bound on the buckets in use; 32 bytes each, twice that while sparse
  bucket_table(settings levels, hash_key key, std::size_t max_buckets = 1'000'000);

  /// Takes n calls from every level of `path`, or none from any.
  /// @param longest_wait  a grant may lie this far ahead: it is charged at once, so that nobody overtakes it,
  ///                      and `wait` says when its calls may be made. It cannot be given back.
  limit_decision take(std::span<const level_key> path, std::uint64_t n, steady_time now,
                      nanoseconds longest_wait = nanoseconds{0});

  /// How long n calls need, taken in portions as soon as each can be, if nobody else takes any.
  [[nodiscard]] nanoseconds wait_for_all(std::span<const level_key> path, std::uint64_t n, steady_time now);

  /// The other side said "not before": nothing is granted on this key for `duration`. A level without limits
  /// cannot be held.
  void hold(level_key where, nanoseconds duration, steady_time now);

  /// What is left on each limit of the path.
  [[nodiscard]] std::vector<limit_standing> standing(std::span<const level_key> path, steady_time now);

  /// Changes limits; what has been taken stays taken as far as the new limits can say it.
  void configure(settings levels);

  /// Buckets in use.
  [[nodiscard]] std::size_t size() const noexcept { return used_; }

 private:
  struct slot {
    fingerprint key; ///< zero: free
    bucket_state state;
  };
  /// One bucket of a decision under way.
  struct touched {
    const bucket_rule* rule;
    fingerprint key;
    bucket_state state; ///< full when the table doesn't know it
    limit_level level;
    bool enforced;
    bool granted;
  };
  struct level_rules {
    std::vector<limit> limits;
    std::vector<bucket_rule> rules;
    bool enforced = true;
  };

  void look_up(std::span<const level_key> path);
  [[nodiscard]] fingerprint key_of(level_key where, std::size_t limit_index) const noexcept;
  [[nodiscard]] std::size_t home(const fingerprint& key) const noexcept;
  [[nodiscard]] std::size_t find(const fingerprint& key) const noexcept;
  [[nodiscard]] std::uint64_t portion(std::uint64_t n) const noexcept;
  [[nodiscard]] bool make_room(std::size_t buckets, steady_time now);
  void store(const fingerprint& key, const bucket_state& state);
  void erase(std::size_t index) noexcept;
  void sweep(std::size_t slots, steady_time now) noexcept;
  void grow();

  std::array<level_rules, limit_level_count> levels_;
  hash_key key_;
  std::size_t max_buckets_;
  std::vector<slot> slots_; ///< open addressing, a power of two
  std::size_t used_ = 0;
  std::size_t cursor_ = 0; ///< where the sweep goes on
  std::vector<touched> touched_;
  forward_time time_;
};

} // namespace isacbot::domain
