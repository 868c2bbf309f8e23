/// HMAC-SHA-256 (RFC 2104) under one key, for many messages: the key is prepared once.
#pragma once

#include "core/secret.hpp"

#include <memory>
#include <string>
#include <string_view>

struct evp_mac_ctx_st; // OpenSSL's EVP_MAC_CTX

namespace isacbot {

/// Thread-safe; copies share what was prepared.
class hmac_key {
 public:
  explicit hmac_key(const secret& key);

  /// @returns 32 raw bytes, those of hmac_sha256
  [[nodiscard]] std::string operator()(std::string_view message) const;

 private:
  std::shared_ptr<const evp_mac_ctx_st> prepared_;
};

} // namespace isacbot
