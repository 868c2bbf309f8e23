/// What was applied, when, for whom, and under which idempotency key: the memory that makes a repeated batch
/// harmless, and the log that shows whether one was applied twice.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/trustar/model.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// One applied indicator submission.
struct submission_record {
  std::string id;
  std::uint32_t company = 0;
  std::string user_key;
  std::string idempotency_key; ///< empty when the client sent none
  std::string content_hash;    ///< SHA-256 over what was asked for (hash_content)
  sys_time applied{};
  std::uint64_t order = 0;    ///< its place in the queue of the index (index_queue.hpp)
  std::uint64_t accepted = 0; ///< rows stored
  std::vector<std::string> enclave_ids;
  std::vector<trustar::skipped_row> skipped;

  friend bool operator==(const submission_record&, const submission_record&) = default;
};

/// A hash over the meaning of a submission, not its bytes: field order and blanks in JSON don't count.
std::string hash_content(const trustar::indicator_submission& submission);

/// Puts the record and its place in the log into `batch`.
void put_submission(storage::write_batch& batch, const submission_record& record);

// Errors of the readers: ec::io_failure, ec::corrupted.

result<std::optional<submission_record>> find_submission(const storage::kv_store& store, std::string_view id);

/// Every applied submission, oldest first: what crash tests count.
result<std::vector<submission_record>> list_submissions(const storage::kv_store& store);

/// What is remembered under an idempotency key.
struct idempotency_record {
  std::string submission_id;
  std::string content_hash;
  sys_time applied{};
};

struct remembered {
  std::optional<idempotency_record> record; ///< nullopt: never used, or forgotten
  std::optional<std::string> raw;           ///< the stored bytes, for the precondition of the write
};

/// @param memory  how long a key is remembered
result<remembered> find_idempotency(const storage::kv_store& store, std::uint32_t company,
                                    std::string_view key, sys_time now, milliseconds memory);

/// Remembers the key within `batch`, on condition that it is still as it was read.
void put_idempotency(storage::write_batch& batch, const submission_record& record, const remembered& before,
                     milliseconds memory);

/// Forgets a few keys that have run out, within `batch`: the work is shared among submissions.
result<void> forget_expired(storage::write_batch& batch, const storage::kv_store& store, sys_time now,
                            milliseconds memory);

} // namespace isacbot::station
