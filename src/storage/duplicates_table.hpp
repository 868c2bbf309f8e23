/// What Slack has delivered already, so that a repeated delivery changes nothing. Survives a restart. Holds
/// keyed hashes only: nothing that was sent can be read from it.
#pragma once

#include "core/clock.hpp"
#include "storage/kv_store.hpp"
#include "storage/vault.hpp"

#include <chrono>
#include <string_view>

namespace isacbot::storage {

class duplicates_table {
 public:
  /// Slack repeats an event at once, after a minute and after five more; nothing else later than that.
  /// @see Slack documentation, "The Events API", on retries
  static constexpr milliseconds least_memory = std::chrono::minutes{10};

  /// Both outlive the table.
  duplicates_table(const kv_store& store, const vault& sealer) : store_(&store), vault_(&sealer) {}

  /// Adds the identity to the batch unless it is remembered already.
  /// @param kind  what `id` identifies ("trigger", "event", "view"): equal ids of two kinds are different
  /// @param keep  how long to remember it; less than `least_memory` counts as that
  /// @returns true: new, provided the batch commits. Of several concurrent deliveries one commits; the
  /// others'
  ///          batches are refused with ec::precondition_failed, which means "seen".
  ///          false: seen before, nothing was added
  /// @error ec::io_failure, ec::corrupted
  [[nodiscard]] result<bool> remember(write_batch& batch, std::string_view kind, std::string_view id,
                                      sys_time now, milliseconds keep = least_memory) const;

  /// Whether the identity is remembered.
  [[nodiscard]] result<bool> contains(std::string_view kind, std::string_view id, sys_time now) const;

 private:
  const kv_store* store_;
  const vault* vault_;
};

} // namespace isacbot::storage
