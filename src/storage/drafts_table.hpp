/// What waits for a member for a while: previews that wait for agreement, searches that wait for
/// registration. Sealed, and only found together with its owner, so that nobody is shown another's draft.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "storage/expiry.hpp"
#include "storage/kv_store.hpp"
#include "storage/vault.hpp"

#include <optional>
#include <string_view>

namespace isacbot::storage {

class drafts_table {
 public:
  /// Both outlive the table.
  drafts_table(const kv_store& store, const vault& sealer) : store_(&store), vault_(&sealer) {}

  /// Adds a draft, or replaces the one of the same owner and id.
  void put(write_batch& batch, const member& owner, std::string_view id, std::string_view content,
           sys_time expires) const;
  void erase(write_batch& batch, const member& owner, std::string_view id) const;
  /// Takes the draft: erases it in the batch, which is refused with ec::precondition_failed when somebody
  /// else has taken or changed it meanwhile. So of two agreements to one preview exactly one commits.
  /// @returns nullopt: none of that owner and id, or expired; nothing was added
  /// @error as get
  [[nodiscard]] result<std::optional<secret>> consume(write_batch& batch, const member& owner,
                                                      std::string_view id, sys_time now) const;
  /// Erases every draft of a member.
  /// @error ec::io_failure
  [[nodiscard]] result<void> erase_all(write_batch& batch, const member& owner) const;

  /// @returns nullopt: none of that owner and id, or expired
  /// @error ec::corrupted, ec::wrong_key, ec::io_failure
  [[nodiscard]] result<std::optional<secret>> get(const member& owner, std::string_view id,
                                                  sys_time now) const;

 private:
  [[nodiscard]] result<std::optional<secret>> open(std::string_view key, const expiring_row& row) const;

  const kv_store* store_;
  const vault* vault_;
};

} // namespace isacbot::storage
