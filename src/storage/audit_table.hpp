/// The audit log: append only, each row carries the hash of the one before (keyed, so that nobody without the
/// database's keys can continue the chain), and the newest hash is sealed, so that a row changed, removed,
/// moved or put in by somebody without the master key is found by `verify`. Whoever puts the whole database
/// back to an earlier state is not found by it: compare with a backup.
///
/// Two steps, so that concurrent writers never wait for each other: `add` puts an event into the batch of the
/// deed itself, pending; `chain`, called by one owner now and then, moves pending events into the chain.
#pragma once

#include "core/random.hpp"
#include "storage/kv_store.hpp"
#include "storage/stored_values.hpp"
#include "storage/vault.hpp"

#include <cstdint>
#include <functional>

namespace isacbot::storage {

class audit_table {
 public:
  /// All three outlive the table.
  audit_table(const kv_store& store, const vault& sealer, random_source& random)
      : store_(&store),
        vault_(&sealer),
        random_(&random) {}

  void add(write_batch& batch, const audit_event& event) const;

  /// Adds the move of up to `limit` pending events, oldest first, to the end of the chain. Two of these at
  /// once are safe: the later batch is refused with ec::precondition_failed.
  /// @returns how many it moved; call again at once when that is `limit`
  /// @error ec::corrupted, ec::wrong_key, ec::io_failure
  [[nodiscard]] result<std::size_t> chain(write_batch& batch, std::size_t limit) const;

  /// Adds the removal of up to `limit` chained events older than `before`, from the beginning. The sealed
  /// head tells where the chain begins from now on, so that `verify` holds as before, and still finds what
  /// somebody else has removed. At least the newest event stays.
  /// @returns how many
  /// @error as chain; not in one batch with chain
  [[nodiscard]] result<std::size_t> prune(write_batch& batch, sys_time before, std::size_t limit) const;

  struct verification {
    std::uint64_t rows = 0;    ///< in the chain, all in order
    std::uint64_t pending = 0; ///< not yet chained, all readable
  };
  /// Reads the whole log.
  /// @error ec::corrupted: the cause names the first row that does not fit
  [[nodiscard]] result<verification> verify() const;

  /// Visits chained events, oldest first, until `visit` returns false.
  /// @error ec::corrupted, ec::wrong_key, ec::io_failure
  [[nodiscard]] result<void>
  read(const std::function<bool(std::uint64_t sequence, const audit_event&)>& visit) const;

 private:
  struct head;

  [[nodiscard]] result<head> read_head() const;
  void put_head(write_batch& batch, head&& changed) const;
  [[nodiscard]] std::string hash_of_row(std::string_view key, std::string_view before,
                                        std::string_view event) const;
  [[nodiscard]] result<audit_event> open(std::string_view key, std::string_view sealed) const;

  const kv_store* store_;
  const vault* vault_;
  random_source* random_;
};

} // namespace isacbot::storage
