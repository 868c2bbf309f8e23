#include "storage/part_requests.hpp"

#include <string>

namespace isacbot::storage {

namespace {

error nothing_to_do(const part_request& request, const domain::receipt& receipt) {
  std::string which = "submission " + receipt.submission.id.value;
  if (receipt.delivered && request.kind == part_request_kind::cancel)
    return fail(ec::conflict, which + " is delivered or given up already: there is nothing left to cancel");
  if (request.kind == part_request_kind::cancel)
    return fail(ec::conflict, which + " has nothing left to cancel");
  return fail(ec::conflict, which + " has no part that waits for a person: nothing to send again",
              "`isacbot submissions show " + receipt.submission.id.value + "` tells where its parts are");
}

} // namespace

result<part_request_outcome> apply_part_request(write_batch& batch, const outbox_table& table,
                                                const part_request& request,
                                                const domain::submit_policy& policy, sys_time now,
                                                std::string_view under_way) {
  auto receipt = table.find(request.submission);
  if (!receipt)
    return receipt.error();
  if (!*receipt)
    return fail(ec::not_found, "no submission " + request.submission.value.substr(0, 60),
                "`isacbot submissions list` shows them");
  part_request_outcome outcome;
  for (const domain::part& part : (*receipt)->parts) {
    if (!under_way.empty() && part.number == under_way) {
      ++outcome.under_way;
      continue;
    }
    if (part.state == domain::part_state::buried) {
      auto kept = table.has_load(part);
      if (!kept)
        return kept.error();
      if (!*kept)
        continue; // expired: there is nothing left to send
    }
    domain::submit_fsm fsm(part, policy);
    auto action = request.kind == part_request_kind::retry ? fsm.on_request(now) : fsm.on_cancel();
    if (action.step == domain::submit_step::stop)
      continue;
    if (auto saved = table.save(batch, fsm.current(), now); !saved)
      return saved.error();
    ++outcome.changed;
    outcome.doubtful += fsm.doubtful() ? 1 : 0;
  }
  if (outcome.changed == 0 && outcome.under_way == 0)
    return nothing_to_do(request, **receipt);
  return outcome;
}

} // namespace isacbot::storage
