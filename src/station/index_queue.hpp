/// What is accepted and not indexed yet. It is written in the synced batch that accepts it, so no answer is
/// given for what would not be indexed after a restart.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "station/accounts.hpp"
#include "station/indicator_row.hpp"
#include "station/report_record.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// A submission whose rows are to be added.
struct pending_submission {
  std::string id;
  std::uint64_t order = 0; ///< in which they are taken: microseconds since the epoch, at least
  sys_time applied{};
  std::vector<enclave> enclaves; ///< ids and numbers
  std::vector<trustar::tag> tags;
  std::vector<typed_row> rows;
};

void put_pending(storage::write_batch& batch, const pending_submission& what);
/// @param key, bytes  as stored. @error ec::corrupted
result<pending_submission> decode_pending_submission(std::string_view key, std::string_view bytes);

/// A report that is not indexed as it is: it is new, or changed, or gone.
struct pending_report {
  std::string id;
  enclave where;    ///< id and number; where it is, or was
  sys_time stamp{}; ///< of the change: another one, another mark
};

void put_pending(storage::write_batch& batch, const pending_report& what);
/// @param key, bytes  as stored. @error ec::corrupted
result<pending_report> decode_pending_report(std::string_view key, std::string_view bytes);

/// How far an entry of the queue has come.
enum class queue_place : std::uint8_t {
  done,      ///< indexed, or there never was one
  waiting,   ///< to be indexed
  set_aside, ///< could not be indexed: it, or what it is about, is damaged
};

// Errors: ec::io_failure.

/// Of a submission's rows.
result<queue_place> find_place(const storage::kv_store& store, std::string_view submission_id,
                               std::uint64_t order);
/// Of a report's last change.
result<queue_place> find_report_place(const storage::kv_store& store, std::string_view report_id);

/// Takes an entry out of the way of the others and keeps it. @param queue, key, bytes  as it stands there
result<void> set_aside(storage::kv_store& store, storage::table queue, const std::string& key,
                       const std::string& bytes);
/// Puts what was set aside back into the queue: whatever was damaged may have been mended.
result<void> bring_back(storage::kv_store& store);
result<std::uint64_t> count_set_aside(const storage::kv_store& store);

/// What the indexes hold of a report: what has to be taken back when it changes.
struct indexed_report {
  enclave where;            ///< id and number
  std::uint32_t number = 0; ///< by which the substring index knows it
  sys_time created{};
  sys_time updated{};
  std::string text_hash; ///< SHA-256 of the folded text that was indexed
  std::vector<report_observable> observables;
};

std::string encode(const indexed_report& what);
/// @error ec::corrupted
result<indexed_report> decode_indexed_report(std::string_view bytes);

} // namespace isacbot::station
