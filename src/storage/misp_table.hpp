/// What the MISP feed remembers on disk: per server a checkpoint, the queue and the dead events; per enclave
/// and event what was made of it. Layouts in keys.hpp, bytes in misp_values.hpp.
#pragma once

#include "core/ids.hpp"
#include "domain/misp/poll_model.hpp"
#include "storage/kv_store.hpp"
#include "storage/vault.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::storage {

/// Readers read the store. Writers add to a batch that the caller commits; what belongs together goes into
/// ONE: a listing's entries with the checkpoint they cover, a record with the removal of its queue entry.
///
/// All readers fail with ec::corrupted, ec::wrong_key or ec::io_failure when stored bytes cannot be read.
class misp_table {
 public:
  /// Both outlive the table.
  misp_table(const kv_store& store, const vault& sealer) : store_(&store), vault_(&sealer) {}

  [[nodiscard]] result<std::optional<domain::poll_checkpoint>> checkpoint(std::string_view server) const;
  void put_checkpoint(write_batch& batch, std::string_view server, const domain::poll_checkpoint& x) const;

  /// The whole queue of a server, by UUID.
  [[nodiscard]] result<std::vector<domain::queued_event>> queue(std::string_view server) const;
  [[nodiscard]] result<std::optional<domain::queued_event>> queued(std::string_view server,
                                                                   std::string_view uuid) const;
  void put_queued(write_batch& batch, std::string_view server, const domain::queued_event& x) const;
  /// Adds the removal of the entry, unless it is of a later version than was fetched. The batch is refused
  /// with ec::precondition_failed when the entry is replaced meanwhile.
  /// @returns whether it was added, or nothing was there
  [[nodiscard]] result<bool> erase_queued(write_batch& batch, std::string_view server, std::string_view uuid,
                                          const domain::event_version& fetched, domain::poll_order by) const;

  [[nodiscard]] result<std::optional<domain::event_record>> record(const enclave_id& enclave,
                                                                   std::string_view uuid) const;
  void put_record(write_batch& batch, const enclave_id& enclave, std::string_view uuid,
                  const domain::event_record& x) const;
  /// Visits every record of an enclave until `visit` returns false.
  [[nodiscard]] result<void>
  records(const enclave_id& enclave,
          const std::function<bool(const std::string& uuid, const domain::event_record&)>& visit) const;

  [[nodiscard]] result<std::vector<domain::dead_event>> dead(std::string_view server) const;
  [[nodiscard]] result<std::optional<domain::dead_event>> dead(std::string_view server,
                                                               std::string_view uuid) const;
  /// Buries: adds the dead event and removes the queue entry of that UUID.
  void bury(write_batch& batch, std::string_view server, const domain::dead_event& x) const;
  /// Adds the removal of up to `limit` dead events since before `before`, of any server. @returns how many
  [[nodiscard]] result<std::size_t> expire_dead(write_batch& batch, sys_time before, std::size_t limit) const;
  void erase_dead(write_batch& batch, std::string_view server, std::string_view uuid) const;

 private:
  template <class T>
  void put(write_batch& batch, table t, std::string key, const T& value) const;
  template <class T>
  result<std::optional<T>> get(table t, const std::string& key, result<T> (*decode)(std::string_view)) const;
  template <class T>
  result<std::vector<T>> list(table t, std::string_view owner, result<T> (*decode)(std::string_view)) const;

  const kv_store* store_;
  const vault* vault_;
};

} // namespace isacbot::storage
