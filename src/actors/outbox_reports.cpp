// The OUTBOX, reports: one step after the other, as domain/report_fsm says.
#include "actors/caf_error.hpp"
#include "actors/outbox.hpp"
#include "domain/answers.hpp"
#include "protocol/trustar/answers.hpp"

#include <utility>

namespace isacbot::actors {

using domain::report_step;

namespace {

telemetry::label endpoint_of(report_step step) noexcept {
  switch (step) {
  case report_step::look_up:
    return "look_up_report";
  case report_step::update:
    return "update_report";
  case report_step::alter_tags:
    return "alter_tags";
  default:
    return "submit_report";
  }
}

trustar::report to_wire(const domain::submission& s, const std::string& external_id,
                        const domain::report_content& content) {
  trustar::report wire;
  wire.title = content.title;
  wire.body = content.body;
  // The moment of acceptance, not of delivery: a repeat has to be the same request.
  wire.time_began = content.time_began.value_or(s.created);
  wire.external_id = external_id;
  if (!content.external_url.empty())
    wire.external_url = content.external_url;
  wire.enclave_ids = {s.enclave.value};
  return wire;
}

} // namespace

domain::report_goal report_goal(const domain::submission& s, const domain::part& p) {
  domain::report_goal goal;
  goal.external_id = domain::report_part_id(s.id, p.number);
  goal.enclave = s.enclave;
  goal.tags = s.tags;
  return goal;
}

void outbox::act(const report_ptr& r, const domain::report_action& action) {
  domain::put_progress(r->current, r->fsm.current());
  if (action.tell_owner)
    tell_owner(r, domain::answers::delivery_delayed(r->submission, r->current));
  auto then = [this, r, action] {
    switch (action.step) {
    case report_step::look_up:
    case report_step::create:
    case report_step::update:
    case report_step::alter_tags:
      return carry_out(r, action.step);
    case report_step::wait:
      return pause(r, action.delay);
    case report_step::renew_token:
      return start(r);
    case report_step::settle:
      ++state.bisections[original_part(r->current)].parts_settled;
      return check_delivered(r);
    case report_step::split:
      return split(r);
    case report_step::park:
      tell_parked(r);
      return release(r);
    case report_step::bury:
      env_.metrics.submission(kind_label(r->submission), "dead_letter");
      tell_owner(r, domain::answers::delivery_failed(r->submission, r->current));
      return check_delivered(r);
    case report_step::stop:
      return release(r);
    }
  };
  if (!action.save)
    return then();
  storage::write_batch batch;
  auto now = env_.time.now();
  auto saved = action.step == report_step::settle ? parts_.table.settle(batch, r->current, now)
                                                  : parts_.table.save(batch, r->current, now);
  record(r, saved ? result<storage::write_batch>{std::move(batch)} : saved.error(), std::move(then));
}

void outbox::carry_out(const report_ptr& r, report_step step) {
  if (step == report_step::look_up && config_.sabotage.create_without_look_up) {
    domain::report_outcome nothing;
    nothing.kind = domain::report_outcome_kind::missing;
    return act(r, r->fsm.on_outcome(nothing, env_.time.now() + config_.report_policy.visible_after, 0));
  }
  const bool submits = step == report_step::create || step == report_step::update;
  with_allowance(
      r, !submits,
      [this, r, step](domain::api_credentials account) { send_step(r, step, std::move(account)); },
      [this, r] {
        domain::report_outcome refused;
        refused.kind = domain::report_outcome_kind::credentials_refused;
        refused.cause = no_credentials;
        on_outcome(r, refused);
      });
}

void outbox::send_step(const report_ptr& r, report_step step, domain::api_credentials account) {
  trustar_call call;
  call.endpoint = endpoint_of(step);
  call.who = r->submission.who;
  call.credentials = std::move(account);
  call.deadline = config_.call_deadline;
  call.bulk = true;
  call.make = [step, s = r->submission, external_id = r->fsm.goal().external_id, content = r->content,
               id = r->fsm.current().report_id](const trustar::origin& station,
                                                const secret& token) -> result<http::request> {
    switch (step) {
    case report_step::look_up:
      return trustar::make_report_look_up_request(station, token, external_id, s.enclave.value);
    case report_step::alter_tags:
      return trustar::make_alter_tags_request(station, token, id, s.tags, {});
    case report_step::update: {
      auto wire = to_wire(s, external_id, *content);
      wire.id = id;
      return trustar::make_report_update_request(station, token, wire);
    }
    default:
      return trustar::make_report_request(station, token, to_wire(s, external_id, *content));
    }
  };
  request(parts_.pool, config_.call_deadline + std::chrono::seconds{10}, atom::call_v, std::move(call))
      .then([this, r, step](http_response_ptr& response) { on_answer(r, step, std::move(response)); },
            [this, r, step](caf::error& e) { on_answer(r, step, from_caf_error(e)); });
}

void outbox::on_answer(const report_ptr& r, report_step step, result<http_response_ptr> response) {
  if (!response)
    return on_outcome(r, domain::report_outcome_of(response.error()));
  domain::report_outcome outcome;
  outcome.kind = domain::report_outcome_kind::done;
  if (step == report_step::create) {
    auto id = trustar::parse_report_id(**response);
    if (!id)
      return on_outcome(r, domain::report_outcome_of(id.error()));
    outcome.report_id = std::move(*id);
  } else if (step == report_step::look_up) {
    auto found = trustar::parse_report(**response);
    if (!found)
      return on_outcome(r, domain::report_outcome_of(found.error()));
    outcome.report_id = std::move(found->id);
    outcome.enclave_ids = std::move(found->enclave_ids);
  }
  on_outcome(r, outcome);
}

void outbox::on_outcome(const report_ptr& r, domain::report_outcome outcome) {
  using kind = domain::report_outcome_kind;
  if (outcome.kind == kind::ambiguous && config_.sabotage.split_in_doubt)
    outcome.kind = kind::too_large;
  if (outcome.kind == kind::too_large) {
    // Where nothing was taken and the smallest piece was too large, it is not the size.
    auto& siblings = state.bisections[original_part(r->current)];
    if (siblings.parts_settled > 0 || siblings.rows_refused == 0)
      r->halves =
          domain::halve_report(*r->content, r->current.number, config_.smallest_report, config_.names);
    outcome.divisible = r->halves.has_value();
    siblings.rows_refused += outcome.divisible ? 0 : 1;
  }
  bool as_expected = outcome.kind == kind::done || outcome.kind == kind::missing;
  bool within_budget = take_note(r, as_expected, outcome.cause);
  act(r, r->fsm.on_outcome(outcome, env_.time.now(), random_unit(env_.random), within_budget));
}

/// One write, before either piece is sent: a crash finds the whole part or both of them.
void outbox::split(const report_ptr& r) {
  storage::write_batch batch;
  auto replaced = parts_.table.replace_report(batch, r->current, *r->halves, env_.time.now());
  record(r, replaced ? result<storage::write_batch>{std::move(batch)} : replaced.error(),
         [this, r] { release(r); });
}

} // namespace isacbot::actors
