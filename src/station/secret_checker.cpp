#include "station/secret_checker.hpp"

#include "core/bytes.hpp"

#include <span>

namespace isacbot::station {

secret_checker::secret_checker(random_source& random, hash_cost cost) : process_key_(32, '\0') {
  random.fill(std::as_writable_bytes(std::span(process_key_)));
  // Of a random secret that nobody knows; only its cost matters.
  if (auto decoy = hash_secret(secret(random_hex(random, 32)), random, cost))
    decoy_hash_ = std::move(*decoy);
}

bool secret_checker::matches(const std::optional<user>& who, const secret& presented) {
  if (!who) {
    (void)matches_slowly(presented, decoy_hash_);
    return false;
  }
  std::string mac = hmac_sha256(process_key_, presented.reveal());
  {
    std::lock_guard lock(mutex_);
    auto known = verified_.find(who->key);
    if (known != verified_.end() && known->second.stored_hash == who->secret_hash &&
        equal_constant_time(known->second.mac, mac))
      return true;
  }
  if (!matches_slowly(presented, who->secret_hash))
    return false;
  std::lock_guard lock(mutex_);
  verified_.insert_or_assign(who->key, verified{who->secret_hash, std::move(mac)});
  return true;
}

bool secret_checker::matches_slowly(const secret& presented, const std::string& stored_hash) {
  slots_.acquire();
  bool matched = matches_hash(presented, stored_hash);
  slots_.release();
  return matched;
}

} // namespace isacbot::station
