/// Commands that were acknowledged and not yet answered. Whatever is still here after a restart is told
/// "please run it again".
#pragma once

#include "storage/kv_store.hpp"
#include "storage/stored_values.hpp"
#include "storage/vault.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace isacbot::storage {

class journal_table {
 public:
  /// Both outlive the table.
  journal_table(const kv_store& store, const vault& sealer) : store_(&store), vault_(&sealer) {}

  /// @param entry its id is the key; use make_sortable_id, so that `list` gives the oldest first
  void put(write_batch& batch, const journal_entry& entry) const;
  void erase(write_batch& batch, std::string_view id) const;

  /// @returns up to `limit` entries in the order of their ids
  /// @error ec::corrupted, ec::wrong_key, ec::io_failure
  [[nodiscard]] result<std::vector<journal_entry>> list(std::size_t limit) const;

 private:
  const kv_store* store_;
  const vault* vault_;
};

} // namespace isacbot::storage
