/// Access tokens: opaque, ten minutes, one live token a user. Kept in memory only: after a restart every
/// client hears "Invalid oauth2 access token" once, renews and goes on.
#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace isacbot::station {

/// Thread-safe.
class token_store {
 public:
  enum class verdict : std::uint8_t { live, expired, unknown };
  struct finding {
    verdict what = verdict::unknown;
    std::string user_key;    ///< empty when unknown
    std::string secret_hash; ///< as it was when the token was given: another one now ends the token
  };

  token_store(const clock& time, random_source& random, seconds life)
      : time_(time),
        random_(random),
        life_(life) {}

  /// The user's live token again, with the seconds it has left, or a new one.
  trustar::access_token issue(const user& who);

  /// Expired tokens are told apart from unknown ones for an hour.
  [[nodiscard]] finding find(std::string_view token) const;

 private:
  struct entry {
    std::string user_key;
    std::string secret_hash;
    steady_time expires;
  };
  struct live_token {
    secret token;
    std::string secret_hash;
    steady_time expires;
  };

  void forget_old(steady_time now);

  const clock& time_;
  random_source& random_;
  seconds life_;
  mutable std::mutex mutex_;
  // By the SHA-256 of the token: neither the duration of a look-up nor a memory dump gives one away.
  std::unordered_map<std::string, entry> by_digest_;
  std::unordered_map<std::string, live_token> by_user_;
  std::deque<std::pair<steady_time, std::string>> forget_at_; ///< in order of time
};

} // namespace isacbot::station
