/// Names a TruSTAR account without saying which it is.
#pragma once

#include "core/bytes.hpp"
#include "core/secret.hpp"
#include "domain/credentials.hpp"

#include <string>
#include <utility>

namespace isacbot::actors {

/// Makes names by a keyed hash of the API key: equal for everybody who registered the same key, meaningless
/// to whoever hasn't the hash's own key. Immutable, so thread-safe.
class account_names {
 public:
  /// @param hash_key  secret; the same for the life of the database
  explicit account_names(std::string hash_key) : hash_key_(std::move(hash_key)) {}

  [[nodiscard]] std::string operator()(const domain::api_credentials& account) const {
    return hmac_sha256(hash_key_.reveal(), account.key.reveal());
  }

 private:
  secret hash_key_;
};

} // namespace isacbot::actors
