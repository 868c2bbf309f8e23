/// Slows down who guesses secrets: a few wrong ones for a key, then a pause.
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace isacbot::station {

/// Thread-safe. Keys that don't exist are treated alike, so that nobody learns which do.
class login_limit {
 public:
  static constexpr std::uint32_t max_attempts = 5;
  static constexpr seconds window{5 * 60};
  static constexpr std::size_t max_keys = 10'000; ///< beyond that the oldest are forgotten

  explicit login_limit(const clock& time) : time_(time) {}

  /// Counts an attempt before it is checked: many at once are no way around.
  /// @returns how long to wait when there were too many; nullopt: go on
  std::optional<seconds> admit(const std::string& key);
  /// The secret was right.
  void forget(const std::string& key);

 private:
  struct entry {
    std::uint32_t attempts = 0;
    steady_time began;
  };

  const clock& time_;
  std::mutex mutex_;
  std::unordered_map<std::string, entry> by_key_;
  std::deque<std::pair<steady_time, std::string>> in_order_; ///< of their first attempt
};

} // namespace isacbot::station
