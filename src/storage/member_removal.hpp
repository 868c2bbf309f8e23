/// Forgets a member: credentials, drafts, commands under way, and everything that was ever handed in.
#pragma once

#include "storage/kv_store.hpp"
#include "storage/vault.hpp"

#include "core/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace isacbot::storage {

/// What there is of a member.
struct member_traces {
  bool registered = false;
  std::uint64_t drafts = 0;
  std::uint64_t commands = 0; ///< acknowledged and not yet answered
  std::vector<submission_id> submissions;
  std::vector<submission_id> undelivered; ///< those of them with parts that still have to reach Station
};

/// Reads every submission.
/// @error ec::corrupted, ec::wrong_key, ec::io_failure
result<member_traces> find_traces(const kv_store& store, const vault& sealer, const member& who);

/// Adds the removal of one submission: receipt, parts, rows, index entries. What Station got stays there;
/// that its values were accepted into an enclave stays known, without saying from whom.
/// @error as find_traces
result<void> remove_submission(write_batch& batch, const kv_store& store, const submission_id& id);

/// Adds the removal of credentials, drafts and commands under way: the last step, so that an interrupted
/// removal is found by its credentials.
/// @error as find_traces
result<void> remove_member(write_batch& batch, const kv_store& store, const vault& sealer, const member& who);

} // namespace isacbot::storage
