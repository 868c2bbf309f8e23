// The MISP DELIVERY, second half: one report on its way to Station.
#include "actors/caf_error.hpp"
#include "actors/misp_delivery.hpp"
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/requests.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::actors {

namespace {

constexpr std::chrono::seconds limiter_patience{40}; // it answers after half a minute in vain
constexpr milliseconds least_pause{50};
constexpr milliseconds after_refused_credentials{300'000};
constexpr milliseconds removal_backoff{1'000};

const domain::part_job& job_of(const misp_delivery_run& r) {
  return r.plan.jobs[r.next_job];
}

/// Submissions don't count on the company's day.
bool is_submission(const telemetry::label& endpoint) noexcept {
  return endpoint.text() == "create_report" || endpoint.text() == "update_report";
}

/// The report as it shall be at Station.
trustar::report wanted_report(const misp_delivery_run& r) {
  const auto& event = *r.what.event;
  const auto& part = event.parts[job_of(r).index];
  trustar::report report;
  report.id = r.fsm->current().report_id;
  report.title = part.title;
  report.body = part.body;
  report.time_began = event.time_began;
  report.external_id = part.external_id;
  if (!event.external_url.empty())
    report.external_url = event.external_url;
  report.enclave_ids = {r.what.enclave.value};
  return report;
}

bool same_content(const trustar::report& there, const trustar::report& wanted) {
  return there.title == wanted.title && there.body == wanted.body && there.time_began == wanted.time_began &&
         there.external_url == wanted.external_url;
}

domain::report_outcome succeeded() {
  domain::report_outcome out;
  out.kind = domain::report_outcome_kind::done;
  return out;
}

} // namespace

void misp_delivery::start_report(const run_ptr& r) {
  const auto& job = job_of(*r);
  const auto* held = domain::find_part(r->plan.intent, job.external_id);
  domain::report_goal goal;
  goal.external_id = job.external_id;
  goal.enclave = r->what.enclave;
  goal.tags = r->plan.tags;
  goal.removed_tags = r->plan.removed_tags;
  goal.replace = true;
  domain::report_progress progress;
  progress.report_id = held->report_id;
  progress.created_at = held->created_at;
  progress.state = held->created_at ? domain::part_state::sent : domain::part_state::queued;
  progress.body_delivered = job.task == domain::part_task::tag && !held->report_id.empty();
  if (config_.sabotage.no_look_up) {
    goal.replace = false;
    progress.created_at.reset();
    progress.state = domain::part_state::queued;
  }
  r->fsm.emplace(std::move(goal), std::move(progress), config_.policy);
  act(r, r->fsm->on_start(env_.time.now()));
}

bool misp_delivery::note_progress(const run_ptr& r) {
  const auto& now = r->fsm->current();
  auto& held = *domain::find_part(r->plan.intent, job_of(*r).external_id);
  auto before = held;
  held.report_id = now.report_id;
  held.created_at = now.created_at;
  if (now.body_delivered)
    held.digest = r->what.event->parts[job_of(*r).index].body_hash;
  return held != before;
}

void misp_delivery::act(const run_ptr& r, const domain::report_action& action) {
  bool changed = note_progress(r);
  using step = domain::report_step;
  switch (action.step) {
  case step::look_up:
    return take_step(r, action.step);
  case step::create:
  case step::update:
  case step::alter_tags:
    if (changed)
      r->intent_written = false;
    return write_intent(r, [this, r, s = action.step] { take_step(r, s); });
  case step::renew_token: // the pool has one by itself; what is refused here was refused twice
    return act(r, r->fsm->on_start(env_.time.now()));
  case step::settle:
    ++r->next_job;
    return next_job(r);
  case step::wait: {
    auto go_on = [this, r, delay = action.delay] {
      wait(r, delay, r->fsm->current().last_error, [this, r] { act(r, r->fsm->on_start(env_.time.now())); });
    };
    if (!changed)
      return go_on();
    r->intent_written = false;
    return write_intent(r, go_on);
  }
  case step::park:
    return postpone(r, after_refused_credentials,
                    "Station refuses the credentials of this MISP server: " + r->fsm->current().last_error);
  case step::split: // nobody has said that it can be cut: its parts are as the mapper made them
  case step::bury: {
    misp_delivery_outcome outcome;
    outcome.kind = misp_delivery_kind::refused;
    outcome.cause = r->fsm->current().last_error;
    return answer(r, std::move(outcome));
  }
  case step::stop:
    return postpone(r, milliseconds{0}, "the service is stopping");
  }
}

void misp_delivery::take_step(const run_ptr& r, domain::report_step step) {
  auto enclave = r->what.enclave.value;
  const auto& goal = r->fsm->goal();
  switch (step) {
  case domain::report_step::look_up:
    return call(
        r, "look_up_report",
        [id = goal.external_id, enclave](const trustar::origin& station,
                                         const secret& token) -> result<http::request> {
          return trustar::make_report_look_up_request(station, token, id, enclave);
        },
        [this, r](result<http_response_ptr> answer) {
          if (!answer)
            return on_outcome(r, domain::report_outcome_of(answer.error()));
          auto found = trustar::parse_report(**answer);
          if (!found)
            return on_outcome(r, domain::report_outcome_of(found.error()));
          auto outcome = succeeded();
          outcome.report_id = found->id;
          outcome.enclave_ids = found->enclave_ids;
          outcome.same_content = same_content(*found, wanted_report(*r));
          on_outcome(r, outcome);
        });
  case domain::report_step::create:
  case domain::report_step::update: {
    const bool create = step == domain::report_step::create;
    constexpr telemetry::label create_endpoint = "create_report";
    constexpr telemetry::label update_endpoint = "update_report";
    telemetry::label endpoint = create_endpoint;
    if (!create)
      endpoint = update_endpoint;
    return call(
        r, endpoint,
        [report = wanted_report(*r), create](const trustar::origin& station,
                                             const secret& token) -> result<http::request> {
          return create ? trustar::make_report_request(station, token, report)
                        : trustar::make_report_update_request(station, token, report);
        },
        [this, r, create](result<http_response_ptr> answer) {
          if (!answer)
            return on_outcome(r, domain::report_outcome_of(answer.error()));
          auto outcome = succeeded();
          if (create) {
            auto id = trustar::parse_report_id(**answer);
            if (!id)
              return on_outcome(r, domain::report_outcome_of(id.error()));
            outcome.report_id = std::move(*id);
          }
          on_outcome(r, outcome);
        });
  }
  case domain::report_step::alter_tags:
    return call(
        r, "alter_tags",
        [id = r->fsm->current().report_id, add = goal.tags, remove = goal.removed_tags](
            const trustar::origin& station, const secret& token) -> result<http::request> {
          return trustar::make_alter_tags_request(station, token, id, add, remove);
        },
        [this, r](result<http_response_ptr> answer) {
          on_outcome(r, answer ? succeeded() : domain::report_outcome_of(answer.error()));
        });
  default:
    return postpone(r, milliseconds{0}, "no such step");
  }
}

void misp_delivery::on_outcome(const run_ptr& r, const domain::report_outcome& outcome) {
  const bool good = outcome.kind == domain::report_outcome_kind::done ||
                    outcome.kind == domain::report_outcome_kind::missing;
  if (good)
    state.budget.on_success();
  else
    env_.log.warning(
        "misp", "a report was not taken",
        {{"server", r->what.server}, {"report", job_of(*r).external_id}, {"cause", outcome.cause}});
  const bool within_budget = good || state.budget.spend();
  act(r, r->fsm->on_outcome(outcome, env_.time.now(), random_unit(env_.random), within_budget));
}

/// Tags or deletes a report whose event must not be there any more. One that is gone needs neither.
void misp_delivery::withdraw_report(const run_ptr& r) {
  const auto& job = job_of(*r);
  const auto* held = domain::find_part(r->plan.intent, job.external_id);
  const bool remove = job.task == domain::part_task::remove;
  if (held->report_id.empty()) {
    // A creation that was never heard of: the report may be there.
    return call(
        r, "look_up_report",
        [id = job.external_id, enclave = r->what.enclave.value](
            const trustar::origin& station, const secret& token) -> result<http::request> {
          return trustar::make_report_look_up_request(station, token, id, enclave);
        },
        [this, r](result<http_response_ptr> answer) {
          if (!answer)
            return withdrawn(r, domain::report_outcome_of(answer.error()));
          auto found = trustar::parse_report(**answer);
          if (!found)
            return withdrawn(r, domain::report_outcome_of(found.error()));
          const auto& where = found->enclave_ids;
          if (std::find(where.begin(), where.end(), r->what.enclave.value) == where.end())
            return withdrawn(r, succeeded());
          domain::find_part(r->plan.intent, job_of(*r).external_id)->report_id = found->id;
          withdraw_report(r);
        });
  }
  constexpr telemetry::label tag_endpoint = "alter_tags";
  constexpr telemetry::label delete_endpoint = "delete_report";
  telemetry::label endpoint = tag_endpoint;
  if (remove)
    endpoint = delete_endpoint;
  call(
      r, endpoint,
      [id = held->report_id, remove, tags = r->plan.tags](const trustar::origin& station,
                                                          const secret& token) -> result<http::request> {
        if (remove)
          return trustar::make_report_delete_request(station, token, id);
        return trustar::make_alter_tags_request(station, token, id, tags, {});
      },
      [this, r](result<http_response_ptr> answer) {
        withdrawn(r, answer ? succeeded() : domain::report_outcome_of(answer.error()));
      });
}

void misp_delivery::withdrawn(const run_ptr& r, const domain::report_outcome& outcome) {
  using kind = domain::report_outcome_kind;
  switch (outcome.kind) {
  case kind::done:
  case kind::missing:
    ++r->next_job;
    return next_job(r);
  case kind::credentials_refused:
    return postpone(r, after_refused_credentials,
                    "Station refuses the credentials of this MISP server: " + outcome.cause);
  case kind::refused:
  case kind::duplicate: {
    misp_delivery_outcome refused;
    refused.kind = misp_delivery_kind::refused;
    refused.cause = "Station refused to withdraw the report: " + outcome.cause;
    return answer(r, std::move(refused));
  }
  case kind::cancelled:
    return postpone(r, milliseconds{0}, "the service is stopping");
  default: {
    auto delay = outcome.wait ? *outcome.wait
                              : domain::backoff({removal_backoff, config_.longest_wait * 4, {}},
                                                ++r->failures, random_unit(env_.random));
    return wait(r, delay, outcome.cause, [this, r] { withdraw_report(r); });
  }
  }
}

void misp_delivery::wait(const run_ptr& r, milliseconds delay, const std::string& cause,
                         std::function<void()> then) {
  if (delay > config_.longest_wait)
    return postpone(r, delay, cause);
  later(delay, std::move(then));
}

void misp_delivery::later(milliseconds delay, std::function<void()> then) {
  auto ticket = ++state.last_ticket;
  state.waiting.emplace(ticket, std::move(then));
  delayed_send(this, delay, atom::step_v, ticket);
}

/// Within the allowance of the account. Bulk work takes what is left and never books ahead of a person.
void misp_delivery::call(const run_ptr& r, telemetry::label endpoint, decltype(trustar_call::make) make,
                         call_then then) {
  acquire_request wanted;
  wanted.who = misp_member(r->what.server);
  wanted.credential = env_.accounts(r->what.account);
  wanted.counted = !is_submission(endpoint);
  wanted.bulk = true;
  auto again = [this, r, endpoint, make, then](std::chrono::nanoseconds pause) {
    auto delay = std::max(std::chrono::ceil<milliseconds>(pause), least_pause);
    later(delay, [this, r, endpoint, make, then] { call(r, endpoint, make, then); });
  };
  request(parts_.limiter, limiter_patience, atom::acquire_v, std::move(wanted))
      .then(
          [this, r, endpoint, make, then, again](const acquire_answer& allowed) {
            if (allowed.granted == 0)
              return again(allowed.admission.wait);
            trustar_call one;
            one.endpoint = endpoint;
            one.who = misp_member(r->what.server);
            one.credentials = r->what.account;
            one.make = make;
            one.deadline = config_.call_deadline;
            one.bulk = true;
            request(parts_.pool, config_.call_deadline + std::chrono::seconds{10}, atom::call_v,
                    std::move(one))
                .then([then](const http_response_ptr& response) { then(response); },
                      [then](caf::error& e) { then(from_caf_error(e)); });
          },
          [again](caf::error&) { again(std::chrono::seconds{1}); });
}

} // namespace isacbot::actors
