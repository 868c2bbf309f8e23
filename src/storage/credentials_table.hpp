/// Which member may reach Station with what. Sealed; the secrets are only ever in `secret`.
#pragma once

#include "storage/kv_store.hpp"
#include "storage/stored_values.hpp"
#include "storage/vault.hpp"

#include <optional>
#include <vector>

namespace isacbot::storage {

/// Readers read the store; writers add to a batch that the caller commits.
class credentials_table {
 public:
  /// Both outlive the table.
  credentials_table(const kv_store& store, const vault& sealer) : store_(&store), vault_(&sealer) {}

  /// Registers, or replaces what was registered.
  void put(write_batch& batch, const member& who, const credentials& value) const;
  void erase(write_batch& batch, const member& who) const;

  /// @error ec::corrupted, ec::wrong_key, ec::io_failure
  [[nodiscard]] result<std::optional<credentials>> get(const member& who) const;

  /// Everybody who is registered, ordered by team and user.
  [[nodiscard]] result<std::vector<member>> list() const;

 private:
  const kv_store* store_;
  const vault* vault_;
};

} // namespace isacbot::storage
