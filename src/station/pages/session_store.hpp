/// Who is logged in to the pages. Kept in memory: a restart asks everybody to log in again.
#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "station/accounts.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace isacbot::station {

/// Thread-safe. Sessions are held by the SHA-256 of their token: neither the duration of a look-up nor a
/// memory dump gives one away.
class session_store {
 public:
  static constexpr seconds life{8 * 60 * 60};
  static constexpr std::size_t max_sessions = 10'000;

  session_store(const clock& time, random_source& random) : time_(time), random_(random) {}

  /// @returns a token of 64 hex digits; when there are too many, the oldest session ends
  std::string begin(const user& who);

  struct finding {
    std::string user_key;
    std::string secret_hash; ///< as it was at login: another one now means that the secret was changed
  };
  [[nodiscard]] std::optional<finding> find(std::string_view token) const;

  void end(std::string_view token);

 private:
  struct entry {
    finding who;
    steady_time expires;
  };

  const clock& time_;
  random_source& random_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, entry> by_digest_;
  std::deque<std::pair<steady_time, std::string>> in_order_; ///< of expiry
};

} // namespace isacbot::station
