/// The one scheme by which anything secret is stored: AES-256-GCM (NIST SP 800-38D), each value bound to the
/// row it stands in. docs/adr/0005 says why.
#pragma once

#include "core/error.hpp"
#include "core/hmac_key.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
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
  /// A change of the master key that was interrupted is taken up where it is: either of its two keys opens
  /// the database.
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
  /// The same, all 32 bytes of it: for chains that nobody without the master key shall continue.
  [[nodiscard]] std::string mac(std::string_view purpose,
                                std::initializer_list<std::string_view> parts) const;

  // -- changing the master key: key_rotation.hpp calls these, nobody else ----------------------------------

  enum class rotation_phase : std::uint8_t {
    none,      ///< one key
    under_way, ///< rows are sealed under either key, and either opens the database
    leftovers  ///< the old key opens the database no more; a row written late may still be sealed under it
  };
  [[nodiscard]] rotation_phase phase() const;
  /// Whether `master` is the key that seals. @pre 32 bytes
  [[nodiscard]] bool seals_under(const secret& master) const;
  /// Whether a sealed value is sealed under another key than the one that seals now.
  [[nodiscard]] bool is_outdated(std::string_view sealed) const;

  /// Adds the first step: each key sealed under the other, so that either opens the database from now on.
  /// @pre phase() is none or leftovers; `next` has 32 bytes and is another key
  void add_rotation(write_batch& batch, const secret& next) const;
  /// After that batch is on disk: `next` seals from now on, what there is still opens.
  void seal_under(const secret& next);
  /// Adds the last step, when no row is outdated any more: the old key opens the database no longer.
  void add_rotation_end(write_batch& batch) const;
  /// After that batch is on disk.
  void end_rotation();
  /// Adds the removal of the old key, when no row can be outdated any more.
  static void add_leftovers_end(write_batch& batch);
  /// After that batch is on disk. What this process has sealed before still opens until it ends.
  void end_leftovers();

 private:
  struct sealing_key {
    std::string id; ///< 4 bytes derived from the key, so that a key file needs to hold nothing but the key
    secret bytes;
    secret master; ///< what both were derived from: sealed under the next one when keys change
  };
  struct ring; ///< the keys, the first of which seals; replaced as a whole

  vault(std::vector<sealing_key> keys, random_source& random);
  static sealing_key derive(const secret& master);
  [[nodiscard]] std::shared_ptr<const std::vector<sealing_key>> keys() const;
  [[nodiscard]] std::string seal_with(const sealing_key& with, table t, std::string_view key,
                                      std::string_view plain) const;
  /// Takes the other key of a change from its row, where that opens with the keys known. @returns whether it
  /// did
  result<bool> learn(const kv_store& store, const std::string& row, bool seals);

  std::shared_ptr<ring> ring_;
  secret fingerprint_key_;
  std::optional<hmac_key> fingerprint_; ///< of that key; there once the vault is open
  random_source* random_;
};

} // namespace isacbot::storage
