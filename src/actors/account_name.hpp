/// Names a TruSTAR account without saying which it is.
#pragma once

#include "core/bytes.hpp"
#include "domain/credentials.hpp"

#include <string>

namespace isacbot::actors {

/// A hash of the API key: equal for everybody who registered the same account, for the RATE LIMITER only.
inline std::string account_name(const domain::api_credentials& account) {
  return sha256(account.key.reveal());
}

} // namespace isacbot::actors
