/// The one scheme by which anything secret is stored: AES-256-GCM (NIST SP 800-38D), each value bound to the
/// row it stands in. docs/adr/0005 says why.
#pragma once

#include "core/error.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::storage {

/// Seals and opens values. A sealed value is
///   version (1 byte, 1) | key id (4) | nonce (12, random) | ciphertext | tag (16)
/// with version, table number and key of the row as associated data: a value copied to another row does not
/// open. Thread-safe; values sealed under any of its keys open, new ones are sealed under the first.
class vault {
 public:
  static constexpr std::size_t overhead = 1 + 4 + 12 + 16;
  static constexpr std::size_t fingerprint_bytes = 16;

  /// Checks the keys against the database, or ties a database without sealed rows to the first key.
  /// @param keys    32 bytes each (load_master_key); the first one seals
  /// @param random  outlives the vault
  /// @error ec::wrong_key: none of the keys belongs to this database; ec::corrupted: the check value is
  ///        damaged, or missing although there are rows; ec::invalid_argument: no key, or not 32 bytes
  static result<vault> open(kv_store& store, const std::vector<secret>& keys, random_source& random);

  /// @returns `plain` sealed for the row (t, key); differs with every call.
  [[nodiscard]] std::string seal(table t, std::string_view key, std::string_view plain) const;

  /// @error ec::wrong_key: sealed under a key that is not here; ec::corrupted: changed, cut, or moved from
  ///        another row
  [[nodiscard]] result<secret> unseal(table t, std::string_view key, std::string_view sealed) const;

  /// A keyed hash (HMAC-SHA-256, first 16 bytes) for keys of rows that must be found but not read. Stays the
  /// same for the life of the database, also when the master key is changed.
  /// @param purpose  keeps equal texts of different meaning apart
  [[nodiscard]] std::string fingerprint(std::string_view purpose,
                                        std::initializer_list<std::string_view> parts) const;

 private:
  struct sealing_key {
    std::string id; ///< 4 bytes derived from the key, so that a key file needs to hold nothing but the key
    secret bytes;
  };

  vault(std::vector<sealing_key> keys, random_source& random) : keys_(std::move(keys)), random_(&random) {}

  std::vector<sealing_key> keys_;
  secret fingerprint_key_;
  random_source* random_;
};

} // namespace isacbot::storage
