/// Checks API secrets: slowly the first time, quickly while they stay the same.
#pragma once

#include "core/random.hpp"
#include "core/secret.hpp"
#include "station/accounts.hpp"

#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <unordered_map>

namespace isacbot::station {

/// Thread-safe. At most two slow hashes run at once, so that guessing cannot occupy every worker's memory.
class secret_checker {
 public:
  secret_checker(random_source& random, hash_cost cost);

  /// @param who  nullopt for an unknown key: takes as long as a wrong secret, so that keys cannot be probed
  bool matches(const std::optional<user>& who, const secret& presented);

 private:
  struct verified {
    std::string stored_hash; ///< a changed secret makes the entry worthless
    std::string mac;         ///< HMAC of the secret under a key of this process
  };

  bool matches_slowly(const secret& presented, const std::string& stored_hash);

  std::string process_key_;
  std::string decoy_hash_;
  std::counting_semaphore<2> slots_{2};
  std::mutex mutex_;
  std::unordered_map<std::string, verified> verified_; ///< by API key; only users who exist
};

} // namespace isacbot::station
