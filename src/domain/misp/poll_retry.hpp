/// When a failed event is tried again, and when it is given up. Only failures that are about the event count:
/// a MISP or Station that is down holds everything up without wearing anything out.
#pragma once

#include "domain/misp/poll_model.hpp"
#include "domain/retry_policy.hpp"

#include <map>
#include <optional>

namespace isacbot::domain {

struct poll_retry_policy {
  retry_policy backoff{milliseconds{30'000}, milliseconds{3'600'000}, milliseconds{25 * 3'600'000}};
  std::uint32_t most_tries = 8;
  std::uint32_t most_server_errors = 3; ///< clean 500s on one event mean that it is too large for the server
};

enum class event_fault : std::uint8_t {
  server_error, ///< a clean 500 for this event, from a server that answers other requests
  other,        ///< unreadable, cut, timed out, refused by Station
};

enum class retry_verdict : std::uint8_t { later, bury };

/// Counts the failure in the entry and sets its next try.
/// @param jitter  in [0, 1), drawn by the caller
retry_verdict count_failure(queued_event& entry, event_fault fault, std::string reason, sys_time now,
                            double jitter, const poll_retry_policy& policy);

/// The entries of one server, by UUID.
using event_queue = std::map<std::string, queued_event, std::less<>>;

/// @returns the entry to be fetched now: of those that are due the one listed first; nullptr: none is due
const queued_event* next_due(const event_queue& queue, poll_order by, sys_time now);

/// @returns when the next entry is due; nullopt: the queue is empty
std::optional<sys_time> next_time(const event_queue& queue);

} // namespace isacbot::domain
