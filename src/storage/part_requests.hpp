/// What a person decides about a submission that got stuck: send it again, or give it up. Used by the OUTBOX,
/// and by the operator's commands when no service runs, so that both decide alike.
#pragma once

#include "domain/submit_fsm.hpp"
#include "storage/outbox_table.hpp"

#include <cstdint>
#include <string_view>

namespace isacbot::storage {

enum class part_request_kind : std::uint8_t {
  retry, ///< parked, held and buried parts are sent again, under the keys that they have
  cancel ///< whatever is not delivered and not under way becomes a dead letter
};

struct part_request {
  part_request_kind kind = part_request_kind::retry;
  submission_id submission;
};

struct part_request_outcome {
  std::uint32_t changed = 0;   ///< parts to which it was done
  std::uint32_t under_way = 0; ///< being sent right now: ask again in a moment
  std::uint32_t doubtful = 0;  ///< of those changed: an earlier attempt may have reached Station
};

/// Adds the changes to the batch, which the caller commits, synced.
/// @param under_way  number of the part that is being sent; empty: none
/// @error ec::not_found: no such submission; ec::conflict: it has nothing left to which that could be done;
///        errors of outbox_table
result<part_request_outcome> apply_part_request(write_batch& batch, const outbox_table& table,
                                                const part_request& request,
                                                const domain::submit_policy& policy, sys_time now,
                                                std::string_view under_way = {});

} // namespace isacbot::storage
