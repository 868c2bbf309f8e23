// The OUTBOX, third part: what the operator decides about parts that got stuck.
#include "actors/caf_error.hpp"
#include "actors/outbox.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};

} // namespace

void outbox::change(const storage::part_request& request_made,
                    caf::typed_response_promise<storage::part_request_outcome> promise) {
  auto refuse = [&](const error& e) { promise.deliver(to_caf_error(e)); };
  if (state.draining)
    return refuse(fail(ec::cancelled, "the service is stopping", "run the command again when it is up"));
  const submission_id id = request_made.submission;
  std::string sending;
  if (auto found = state.under_way.find(id.value); found != state.under_way.end())
    sending = found->second->part().number;
  storage::write_batch batch;
  auto outcome = storage::apply_part_request(batch, parts_.table, request_made, config_.policy,
                                             env_.time.now(), sending);
  if (!outcome)
    return refuse(outcome.error());
  if (batch.empty()) {
    promise.deliver(*outcome);
    return;
  }
  request(parts_.writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::yes})
      .then(
          [this, id, promise, changed = *outcome](atom::done) mutable {
            promise.deliver(changed);
            std::erase_if(state.not_before, // a person does not wait for a backoff
                          [&](const auto& item) { return item.first.starts_with(id.value + '/'); });
            auto receipt = parts_.table.find(id);
            if (receipt && *receipt && (*receipt)->delivered && !(*receipt)->processed)
              send(parts_.follower, atom::follow_v, std::move(**receipt));
            tick();
          },
          [promise](caf::error& e) mutable {
            // The part was picked for sending between our look at it and the write.
            auto raced = from_caf_error(e).code == ec::precondition_failed;
            promise.deliver(raced ? to_caf_error(fail(ec::conflict, "a part is being sent right now",
                                                      "try again in a moment"))
                                  : std::move(e));
          });
}

} // namespace isacbot::actors
