#include "actors/misp_delivery.hpp"

#include "actors/caf_error.hpp"
#include "actors/exception_log.hpp"

#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};
constexpr milliseconds after_own_fault{5'000};

misp_delivery_kind kind_of(const domain::delivery_plan& plan) {
  switch (plan.verdict) {
  case domain::delivery_verdict::deliver:
    return plan.known ? misp_delivery_kind::replaced : misp_delivery_kind::created;
  case domain::delivery_verdict::unchanged:
    return misp_delivery_kind::unchanged;
  case domain::delivery_verdict::ignore:
    return misp_delivery_kind::ignored;
  case domain::delivery_verdict::withhold:
    return plan.jobs.empty() ? misp_delivery_kind::withheld : misp_delivery_kind::withdrawn;
  }
  return misp_delivery_kind::ignored;
}

} // namespace

member misp_member(const std::string& server) {
  return {team_id{"isacbot"}, user_id{"misp/" + server}};
}

misp_delivery::misp_delivery(caf::actor_config& cfg, misp_delivery_config config, misp_delivery_parts parts,
                             environment env)
    : super(cfg),
      config_(std::move(config)),
      parts_(std::move(parts)),
      env_(env) {}

misp_delivery::behavior_type misp_delivery::make_behavior() {
  log_exceptions(*this, env_.log, state.name);
  return {
      [this](atom::deliver, misp_delivery_request& what) -> caf::result<misp_delivery_outcome> {
        auto promise = make_response_promise<misp_delivery_outcome>();
        accept(std::move(what), promise);
        return promise;
      },
      [this](atom::step, std::uint64_t ticket) {
        auto found = state.waiting.extract(ticket);
        if (!found.empty())
          found.mapped()();
      },
  };
}

void misp_delivery::accept(misp_delivery_request what,
                           caf::typed_response_promise<misp_delivery_outcome> promise) {
  auto key = what.enclave.value + '/' + what.event->uuid;
  auto [line, first] = state.under_way.try_emplace(key);
  if (!first) {
    line->second.push_back({std::move(what), promise});
    return;
  }
  auto r = std::make_shared<misp_delivery_run>();
  r->what = std::move(what);
  r->promise = promise;
  r->key = std::move(key);
  begin(r);
}

void misp_delivery::begin(const run_ptr& r) {
  const auto& what = r->what;
  auto before = parts_.table.record(what.enclave, what.event->uuid);
  if (!before) {
    env_.log.error("misp", "the record of an event cannot be read",
                   {{"event", what.event->uuid}, {"error", to_string(before.error())}});
    return postpone(r, after_own_fault, "the database cannot be read");
  }
  r->plan = domain::plan_delivery(*before ? &**before : nullptr, *what.event, what.server, what.version,
                                  what.rules);
  next_job(r);
}

void misp_delivery::next_job(const run_ptr& r) {
  r->fsm.reset();
  r->failures = 0;
  if (r->next_job == r->plan.jobs.size())
    return finish(r);
  switch (r->plan.jobs[r->next_job].task) {
  case domain::part_task::put:
  case domain::part_task::tag:
    return start_report(r);
  case domain::part_task::mark:
  case domain::part_task::remove:
    return write_intent(r, [this, r] { withdraw_report(r); });
  }
}

/// The record and the end of the queue entry, in one batch: the event is done.
void misp_delivery::finish(const run_ptr& r) {
  const auto& what = r->what;
  const auto& uuid = what.event->uuid;
  auto& record = r->plan.outcome;
  for (auto& part : record.parts)
    if (const auto* known = domain::find_part(r->plan.intent, part.external_id))
      part.report_id = known->report_id;
  if (!r->plan.jobs.empty())
    record.changed = env_.time.now();
  storage::write_batch batch;
  parts_.table.put_record(batch, what.enclave, uuid, record);
  auto dequeued = parts_.table.erase_queued(batch, what.server, uuid, what.version, what.order);
  if (!dequeued)
    return postpone(r, after_own_fault, "the database cannot be read");
  parts_.table.erase_dead(batch, what.server, uuid);
  misp_delivery_outcome outcome;
  outcome.kind = kind_of(r->plan);
  outcome.cause = record.reason;
  outcome.dequeued = *dequeued;
  write(r, std::move(batch), [this, r, outcome] { answer(r, outcome); });
}

void misp_delivery::answer(const run_ptr& r, misp_delivery_outcome outcome) {
  r->promise.deliver(std::move(outcome));
  auto line = state.under_way.find(r->key);
  if (line == state.under_way.end())
    return;
  if (line->second.empty()) {
    state.under_way.erase(line);
    return;
  }
  auto next = std::make_shared<misp_delivery_run>();
  next->what = std::move(line->second.front().what);
  next->promise = line->second.front().promise;
  next->key = r->key;
  line->second.pop_front();
  begin(next);
}

void misp_delivery::postpone(const run_ptr& r, milliseconds wait, std::string cause) {
  misp_delivery_outcome outcome;
  outcome.kind = misp_delivery_kind::postponed;
  outcome.wait = wait;
  outcome.cause = std::move(cause);
  answer(r, std::move(outcome));
}

/// From here on Station may hold anything between the old version and the new one; the record says so.
void misp_delivery::write_intent(const run_ptr& r, std::function<void()> then) {
  if (r->intent_written)
    return then();
  r->intent_written = true;
  storage::write_batch batch;
  parts_.table.put_record(batch, r->what.enclave, r->what.event->uuid, r->plan.intent);
  write(r, std::move(batch), std::move(then));
}

void misp_delivery::write(const run_ptr& r, storage::write_batch batch, std::function<void()> then) {
  request(parts_.writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::yes})
      .then([then = std::move(then)](atom::done) { then(); },
            [this, r](caf::error& e) {
              // What is on disk is the last safe state: the event is fetched again and goes on from there.
              auto cause = from_caf_error(e);
              env_.log.error("misp", "the state of an event could not be written",
                             {{"event", r->what.event->uuid}, {"error", to_string(cause)}});
              postpone(r, after_own_fault, "the database could not be written");
            });
}

} // namespace isacbot::actors
