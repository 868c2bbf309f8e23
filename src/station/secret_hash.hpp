/// API secrets at rest: only a slow hash is kept (scrypt, RFC 7914).
#pragma once

#include "core/error.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"

#include <cstdint>
#include <string>

namespace isacbot::station {

/// Cost of one hash. The default takes about 50 ms and 16 MiB.
struct hash_cost {
  std::uint8_t log2_n = 14; ///< 1 to 20
  std::uint8_t r = 8;
  std::uint8_t p = 1;
};

/// @returns "scrypt$<log2 n>$<r>$<p>$<salt, Base64>$<hash, Base64>"
/// @error ec::internal when OpenSSL refuses (memory)
result<std::string> hash_secret(const secret& plain, random_source& random, hash_cost cost);

/// Compares in constant time. A stored text that is no such hash matches nothing.
bool matches_hash(const secret& plain, std::string_view stored);

} // namespace isacbot::station
