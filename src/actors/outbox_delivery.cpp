// The OUTBOX, second half: parts on their way to Station.
#include "actors/caf_error.hpp"
#include "actors/outbox.hpp"
#include "domain/answers.hpp"
#include "domain/row_merge.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds writer_patience{20};
constexpr std::size_t page_of_parts = 256;

trustar::indicator_submission to_wire(const domain::submission& s,
                                      const std::vector<domain::indicator_row>& rows) {
  auto to_tags = [&](const std::vector<std::string>& names) {
    std::vector<trustar::tag> tags;
    for (const auto& name : names)
      tags.push_back({name, s.enclave.value, {}});
    return tags;
  };
  trustar::indicator_submission wire;
  wire.enclave_ids = {s.enclave.value};
  wire.tags = to_tags(s.tags);
  wire.content.reserve(rows.size());
  for (const auto& row : rows) {
    trustar::submitted_row out;
    out.value = trustar::wire_value(row.type, row.value);
    out.first_seen = row.first_seen;
    out.last_seen = row.last_seen;
    out.sightings = row.sightings;
    out.source = row.source;
    out.notes = row.notes;
    // A row's own tags take the place of the submission's there: so it has both.
    if (!row.tags.empty()) {
      std::vector<std::string> both = s.tags;
      domain::join_tags(both, row.tags);
      out.tags = to_tags(both);
    }
    wire.content.push_back(std::move(out));
  }
  return wire;
}

} // namespace

std::string original_part(const domain::part& p) {
  return p.submission.value + '/' + p.number.substr(0, p.number.find('.'));
}

void outbox::tick() {
  if (state.draining)
    return;
  auto now = env_.time.steady_now();
  auto next_due = steady_time::max();
  std::optional<domain::part> last;
  bool readable = true;
  std::string skip; // a submission whose first due part waits: its later parts wait behind it
  while (has_room()) {
    auto page = parts_.table.due(page_of_parts, last ? &*last : nullptr);
    if (!page) {
      env_.log.error("outbox", "the queue cannot be read", {{"error", to_string(page.error())}});
      env_.health.report("outbox", "the queue cannot be read: see the log");
      return tick_after(std::chrono::seconds{5});
    }
    for (const auto& p : *page) {
      if (!has_room())
        break;
      if (p.submission.value == skip || state.under_way.contains(p.submission.value))
        continue;
      if (!config_.sabotage.overtake)
        skip = p.submission.value;
      auto waits = state.not_before.find(p.idempotency_key());
      if (waits != state.not_before.end() && waits->second > now) {
        next_due = std::min(next_due, waits->second);
        continue;
      }
      readable = begin(p) && readable;
    }
    if (page->size() < page_of_parts)
      break;
    last = page->back();
  }
  env_.health.report("outbox", readable ? "" : "a queued part cannot be read: see the log");
  report_depth();
  if (next_due != steady_time::max())
    tick_after(next_due - now);
}

void outbox::tick_after(std::chrono::nanoseconds pause) {
  delayed_send(this, pause, atom::internal_v);
}

void outbox::unpark(const member& owner) {
  auto parked = parts_.table.parked(owner, 10'000);
  if (!parked)
    return env_.log.error("outbox", "parked parts cannot be read", {{"error", to_string(parked.error())}});
  storage::write_batch batch;
  auto now = env_.time.now();
  for (const auto& p : *parked) {
    state.told_parked.erase(p.submission.value); // should these be refused, too, their owner hears of it
    domain::submit_fsm fsm{p, config_.policy};
    if (fsm.on_mended().step == domain::submit_step::stop)
      continue;
    if (auto saved = parts_.table.save(batch, fsm.current(), now); !saved)
      env_.log.error("outbox", "a parked part cannot be resumed", {{"error", to_string(saved.error())}});
  }
  if (batch.empty())
    return;
  request(parts_.writer, writer_patience, atom::write_v,
          write_request{std::make_shared<const storage::write_batch>(std::move(batch)), storage::sync::yes})
      .then([this](atom::done) { tick(); },
            [this](caf::error& e) {
              env_.log.error("outbox", "parked parts were not resumed",
                             {{"error", to_string(from_caf_error(e))}});
            });
}

bool outbox::begin(const domain::part& p) {
  auto errand = load(p);
  if (!errand) {
    env_.log.error("outbox", "a part cannot be read",
                   {{"submission", p.submission}, {"part", p.number}, {"error", to_string(errand.error())}});
    state.not_before[p.idempotency_key()] = env_.time.steady_now() + std::chrono::minutes{5};
    return false;
  }
  state.under_way.emplace(p.submission.value, *errand);
  start(*errand);
  return true;
}

result<outbox::errand_ptr> outbox::load(const domain::part& p) const {
  auto submission = parts_.table.find_submission(p.submission);
  if (!submission)
    return submission.error();
  if (!*submission)
    return fail(ec::corrupted, "a part without submission");
  auto& s = **submission;
  if (s.kind == domain::submission_kind::report) {
    auto content = parts_.table.report(p);
    if (!content)
      return content.error();
    domain::report_fsm fsm{report_goal(s, p), domain::progress_of(p), config_.report_policy};
    return errand_ptr{std::make_shared<outbox_report>(std::move(s), p, std::move(fsm), std::move(*content))};
  }
  auto rows = parts_.table.rows(p);
  if (!rows)
    return rows.error();
  domain::submit_fsm fsm{p, config_.policy};
  return errand_ptr{std::make_shared<outbox_delivery>(std::move(s), std::move(fsm), std::move(*rows))};
}

void outbox::start(const errand_ptr& e) {
  if (auto list = std::dynamic_pointer_cast<outbox_delivery>(e))
    return acquire_and_send(list);
  auto report = std::static_pointer_cast<outbox_report>(e);
  act(report, report->fsm.on_start(env_.time.now()));
}

void outbox::acquire_and_send(const delivery_ptr& d) {
  auto begin_attempt = [this, d](const std::function<void()>& then) {
    auto action = d->fsm.on_start(env_.time.now());
    if (action.step == domain::submit_step::send)
      return then();
    act(d, action);
  };
  with_allowance(
      d, false,
      [this, d, begin_attempt](const domain::api_credentials& account) {
        begin_attempt([this, d, account] { send_part(d, account); });
      },
      [this, d, begin_attempt] {
        begin_attempt([this, d] {
          on_outcome(d, {domain::submit_outcome_kind::credentials_refused, no_credentials, {}, {}, false});
        });
      });
}

void outbox::send_part(const delivery_ptr& d, domain::api_credentials account) {
  auto transmit = [this, d, account = std::move(account)] {
    trustar_call call;
    call.endpoint = "submit_indicators";
    call.who = d->submission.who;
    call.credentials = account;
    call.deadline = config_.call_deadline;
    call.bulk = true;
    std::string key = config_.sabotage.no_idempotency_key ? "" : d->fsm.current().idempotency_key();
    call.make = [rows = d->rows, s = d->submission, key](const trustar::origin& station,
                                                         const secret& token) {
      return trustar::make_submission_request(station, token, to_wire(s, *rows), key);
    };
    request(parts_.pool, config_.call_deadline + std::chrono::seconds{10}, atom::call_v, std::move(call))
        .then(
            [this, d](const http_response_ptr& response) {
              auto answer = trustar::parse_submission_answer(*response);
              if (!answer)
                return on_outcome(d, domain::outcome_of_answer(answer.error()));
              domain::submit_outcome outcome;
              outcome.kind = domain::submit_outcome_kind::applied;
              outcome.station_submission_id = answer->submission_id.value_or("");
              outcome.replayed = answer->replayed;
              on_outcome(d, outcome);
            },
            // The pool has read the answer: too_large, upstream_rejected and not_found are Station's verdict.
            [this, d](caf::error& e) { on_outcome(d, domain::outcome_of_answer(from_caf_error(e))); });
  };
  storage::write_batch batch;
  auto now = env_.time.now();
  auto saved = config_.sabotage.dequeue_before_send ? parts_.table.settle(batch, d->fsm.current(), now)
                                                    : parts_.table.save(batch, d->fsm.current(), now);
  record(d, saved ? result<storage::write_batch>{std::move(batch)} : saved.error(), transmit);
}

void outbox::on_outcome(const delivery_ptr& d, const domain::submit_outcome& outcome) {
  bool within_budget = take_note(d, outcome.kind == domain::submit_outcome_kind::applied, outcome.cause);
  auto& siblings = state.bisections[original_part(d->fsm.current())];
  act(d, d->fsm.on_outcome(outcome, env_.time.now(), random_unit(env_.random), within_budget, siblings));
}

void outbox::act(const delivery_ptr& d, const domain::submit_action& action) {
  auto now = env_.time.now();
  storage::write_batch batch;
  auto save = [&]() -> result<storage::write_batch> {
    if (config_.sabotage.dequeue_before_send)
      return std::move(batch); // it is gone already, which is the sabotage
    auto saved = parts_.table.save(batch, d->fsm.current(), now);
    if (!saved)
      return saved.error();
    return std::move(batch);
  };
  if (action.tell_owner)
    tell_owner(d, domain::answers::delivery_delayed(d->submission, d->fsm.current()));
  switch (action.step) {
  case domain::submit_step::send:
  case domain::submit_step::renew_token:
    return acquire_and_send(d);
  case domain::submit_step::wait:
    return record(d, save(), [this, d, delay = action.delay] { pause(d, delay); });
  case domain::submit_step::settle: {
    if (config_.sabotage.dequeue_before_send)
      return release(d);
    auto settled = parts_.table.settle(batch, d->fsm.current(), now);
    ++state.bisections[original_part(d->fsm.current())].parts_settled;
    return record(d, settled ? result<storage::write_batch>{std::move(batch)} : settled.error(),
                  [this, d] { check_delivered(d); });
  }
  case domain::submit_step::refuse: {
    auto refused = parts_.table.refuse(batch, d->fsm.current(), action.reason, now);
    ++state.bisections[original_part(d->fsm.current())].rows_refused;
    return record(d, refused ? result<storage::write_batch>{std::move(batch)} : refused.error(),
                  [this, d] { check_delivered(d); });
  }
  case domain::submit_step::split:
    return split(d);
  case domain::submit_step::park:
    return record(d, save(), [this, d] {
      tell_parked(d);
      release(d);
    });
  case domain::submit_step::bury:
  case domain::submit_step::hold:
    return record(d, save(), [this, d] {
      env_.metrics.submission(kind_label(d->submission), "dead_letter");
      tell_owner(d, domain::answers::delivery_failed(d->submission, d->fsm.current()));
      check_delivered(d);
    });
  case domain::submit_step::stop:
    return release(d);
  }
}

void outbox::split(const delivery_ptr& d) {
  auto halves = domain::halve({d->fsm.current(), *d->rows});
  if (!halves)
    return record(d, halves.error(), [] {});
  storage::write_batch batch;
  std::array<domain::planned_part, 2> pieces{std::move(halves->first), std::move(halves->second)};
  auto replaced = parts_.table.replace(batch, d->fsm.current(), pieces, env_.time.now());
  record(d, replaced ? result<storage::write_batch>{std::move(batch)} : replaced.error(),
         [this, d] { release(d); });
}

} // namespace isacbot::actors
