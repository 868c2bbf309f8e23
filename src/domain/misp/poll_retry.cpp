#include "domain/misp/poll_retry.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

retry_verdict count_failure(queued_event& entry, event_fault fault, std::string reason, sys_time now,
                            double jitter, const poll_retry_policy& policy) {
  ++entry.tries;
  if (fault == event_fault::server_error)
    ++entry.server_errors;
  entry.reason = std::move(reason);
  entry.next_try = now + backoff(policy.backoff, entry.tries, jitter);
  const bool hopeless = entry.tries >= policy.most_tries || entry.server_errors >= policy.most_server_errors;
  return hopeless ? retry_verdict::bury : retry_verdict::later;
}

const queued_event* next_due(const event_queue& queue, poll_order by, sys_time now) {
  const queued_event* first = nullptr;
  for (const auto& [uuid, entry] : queue)
    if (entry.next_try <= now && (!first || order_time(entry.version, by) < order_time(first->version, by)))
      first = &entry;
  return first;
}

std::optional<sys_time> next_time(const event_queue& queue) {
  std::optional<sys_time> first;
  for (const auto& [uuid, entry] : queue)
    first = first ? std::min(*first, entry.next_try) : entry.next_try;
  return first;
}

} // namespace isacbot::domain
