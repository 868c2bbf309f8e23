/// Access tokens by account, so that one sign-in serves many calls.
#pragma once

#include "core/clock.hpp"
#include "domain/credentials.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace isacbot::actors {

/// Thread-safe; shared by the workers of a pool. Tokens live in memory only: after a restart Station gives
/// the same one again. Bounded: when full, the token that ends first makes room.
class token_cache {
 public:
  explicit token_cache(std::size_t capacity = 4096) : capacity_(capacity) {}

  /// @returns a token that lives for at least ten more seconds
  std::optional<secret> find(const domain::api_credentials& account, steady_time now);
  void put(const domain::api_credentials& account, secret token, steady_time ends, steady_time now);
  /// Forgets the account's token if it is still `token`: another worker may have renewed it meanwhile.
  void drop(const domain::api_credentials& account, const secret& token);

 private:
  struct entry {
    secret token;
    steady_time ends;
  };

  std::mutex mutex_;
  std::map<std::string, entry> tokens_; ///< by hash over key and secret: a wrong secret never finds a token
  std::size_t capacity_;
};

} // namespace isacbot::actors
