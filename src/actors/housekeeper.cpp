#include "actors/housekeeper.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"
#include "storage/expiry.hpp"
#include "storage/list_stage.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};

enum job : std::size_t {
  expiry,
  staged_lists,
  merging,
  accepted,
  receipts,
  letters,
  audit,
  misp_letters,
  jobs
};

} // namespace

housekeeper::housekeeper(caf::actor_config& cfg, housekeeper_config config, storage_writer_actor writer,
                         housekeeper_tables tables, environment env)
    : housekeeper_actor::base(cfg),
      config_(config),
      writer_(std::move(writer)),
      tables_(tables),
      env_(env),
      state_(tables.store) {}

housekeeper::behavior_type housekeeper::make_behavior() {
  log_exceptions(*this, env_.log, "housekeeper");
  send(this, atom::internal_v);
  return {
      [this](atom::internal) { step(); },
  };
}

result<bool> housekeeper::add_step(storage::write_batch& batch) {
  const auto now = env_.time.now();
  const auto rows = config_.rows_at_once;
  auto full = [&](result<std::size_t> outcome) -> result<bool> {
    if (!outcome)
      return outcome.error();
    return *outcome >= rows;
  };
  auto round = [](result<void> outcome, const std::string& cursor) -> result<bool> {
    if (!outcome)
      return outcome.error();
    return !cursor.empty();
  };
  switch (state_.job) {
  case job::expiry: {
    auto swept = storage::sweep_expired(tables_.store, batch, now, rows);
    auto chained = swept ? tables_.audit.chain(batch, rows) : swept;
    if (!chained)
      return chained.error();
    return *swept == rows || *chained == rows;
  }
  case job::staged_lists:
    return full(storage::sweep_stages(tables_.store, batch,
                                      std::max(config_.started, now - config_.list_patience), rows));
  case job::merging:
    return state_.merge.step(batch, now - config_.keep.receipts);
  case job::accepted:
    // One piece of it in a round: reading everything once a minute would be too much.
    return round(storage::expire_accepted(tables_.store, batch, now - config_.keep.receipts,
                                          state_.accepted_cursor, rows),
                 {});
  case job::receipts:
    return round(tables_.outbox.expire_receipts(batch, now - config_.keep.receipts, state_.receipts_cursor,
                                                config_.receipts_at_once),
                 {});
  case job::letters:
    return round(tables_.outbox.expire_dead_letters(batch, now - config_.keep.dead_letters, now,
                                                    state_.letters_cursor, config_.receipts_at_once),
                 state_.letters_cursor);
  case job::audit:
    return full(tables_.audit.prune(batch, now - config_.keep.audit, rows));
  case job::misp_letters:
    return full(tables_.misp.expire_dead(batch, now - config_.keep.dead_letters, rows));
  default:
    return false;
  }
}

void housekeeper::step() {
  storage::write_batch batch;
  auto again = add_step(batch);
  if (!again)
    return give_up(again.error());
  if (batch.empty())
    return go_on(*again);
  request(writer_, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::no})
      .then([this, more = *again](atom::done) { go_on(more); },
            [this](caf::error& e) { give_up(from_caf_error(e)); });
}

void housekeeper::go_on(bool again) {
  if (!again)
    ++state_.job;
  if (state_.job < job::jobs)
    return send(this, atom::internal_v);
  state_.job = 0;
  delayed_send(this, config_.interval, atom::internal_v);
}

/// This job's turn is over; the others have theirs.
void housekeeper::give_up(const error& cause) {
  state_.merge.reset();
  if (cause.code != ec::precondition_failed) // somebody was quicker: the next round finds the rest
    env_.log.error("housekeeper", "a step could not be done", {{"error", to_string(cause)}});
  go_on(false);
}

} // namespace isacbot::actors
