/// What a member registers: the key and secret of a TruSTAR account.
#pragma once

#include "core/secret.hpp"

namespace isacbot::domain {

/// Both parts are kept secret: the key alone identifies an account, and Slack users treat the two alike.
struct api_credentials {
  secret key;
  secret key_secret;

  [[nodiscard]] bool empty() const noexcept { return key.empty() || key_secret.empty(); }
  friend bool operator==(const api_credentials&, const api_credentials&) = default;
};

} // namespace isacbot::domain
