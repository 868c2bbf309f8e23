/// Which member may reach Station with what. Sealed; the secrets are only ever in `secret`.
#pragma once

#include "core/random.hpp"
#include "storage/kv_store.hpp"
#include "storage/stored_values.hpp"
#include "storage/vault.hpp"

#include <optional>
#include <vector>

namespace isacbot::storage {

/// Readers read the store; writers add to a batch that the caller commits.
class credentials_table {
 public:
  /// All outlive the table. Without `random` changes are not recorded in the audit log: for readers.
  credentials_table(const kv_store& store, const vault& sealer, random_source* random = nullptr)
      : store_(&store),
        vault_(&sealer),
        random_(random) {}

  /// Registers, or replaces what was registered; recorded as "credentials_registered".
  void put(write_batch& batch, const member& who, const credentials& value) const;
  /// Forgets what the member has registered, who asked for it; recorded as "credentials_removed".
  void erase(write_batch& batch, const member& who, sys_time now) const;
  /// The same, unrecorded: by somebody who records it himself.
  void erase(write_batch& batch, const member& who) const;

  /// @error ec::corrupted, ec::wrong_key, ec::io_failure
  [[nodiscard]] result<std::optional<credentials>> get(const member& who) const;

  /// Everybody who is registered, ordered by team and user.
  [[nodiscard]] result<std::vector<member>> list() const;

  /// Everybody who has registered this API key: found by its keyed hash, no secret is read or compared.
  /// @param most  more are not read
  [[nodiscard]] result<std::vector<member>> sharing(const domain::api_credentials& account,
                                                    std::size_t most) const;
  /// Makes the index that `sharing` reads, for a database that has none yet; reads every row then.
  /// @error as get
  [[nodiscard]] result<void> index_accounts(write_batch& batch) const;

 private:
  [[nodiscard]] std::string account_row(const domain::api_credentials& account, const member& who) const;
  void forget_account(write_batch& batch, const member& who) const;
  void note(write_batch& batch, const member& who, const char* action, sys_time when) const;

  const kv_store* store_;
  const vault* vault_;
  random_source* random_;
};

} // namespace isacbot::storage
