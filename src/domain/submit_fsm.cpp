#include "domain/submit_fsm.hpp"

#include "domain/certain_outcome.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

submit_outcome outcome_of_failure(const error& e) {
  using kind = submit_outcome_kind;
  submit_outcome out{
      certain_outcome<kind>(e.code).value_or(kind::ambiguous), e.cause, std::nullopt, {}, false};
  if (out.kind == kind::rate_limited)
    out.wait = e.retry_after;
  return out;
}

submit_outcome outcome_of_answer(const error& e) {
  submit_outcome out = outcome_of_failure(e);
  if (e.code == ec::too_large)
    out.kind = submit_outcome_kind::too_large;
  else if (e.code == ec::upstream_rejected)
    out.kind = submit_outcome_kind::rejected;
  else if (e.code == ec::not_found)
    out.kind = submit_outcome_kind::enclave_missing;
  return out;
}

submit_fsm::submit_fsm(part p, submit_policy policy) : part_(std::move(p)), policy_(policy) {}

submit_action submit_fsm::on_start(sys_time now) {
  if (under_way_ || (part_.state != part_state::queued && part_.state != part_state::sent))
    return {};
  if (doubtful() && now - *part_.first_attempt > policy_.longest_doubt) {
    part_.state = part_state::held;
    return {submit_step::hold};
  }
  return send(now);
}

submit_action submit_fsm::send(sys_time now) {
  // A part found `sent` without a time can only come from a damaged record: count its doubt from now.
  doubtful_before_ = doubtful() || part_.state == part_state::sent;
  if (!doubtful())
    part_.first_attempt = now;
  part_.state = part_state::sent;
  ++part_.attempts;
  under_way_ = true;
  return {submit_step::send};
}

/// The attempt under way had no effect. What was before it keeps its doubt.
void submit_fsm::not_applied() noexcept {
  if (doubtful_before_)
    return;
  part_.state = part_state::queued;
  part_.first_attempt.reset();
}

submit_action submit_fsm::on_outcome(const submit_outcome& outcome, sys_time now, double jitter,
                                     bool within_budget, const bisection& siblings) {
  using kind = submit_outcome_kind;
  if (!under_way_)
    return {};
  under_way_ = false;
  if (outcome.kind != kind::applied)
    part_.last_error = outcome.cause;
  if (outcome.kind != kind::token_refused)
    renewals_ = 0;

  switch (outcome.kind) {
  case kind::applied:
    part_.state = part_state::settled;
    part_.last_error.clear();
    if (!outcome.station_submission_id.empty())
      part_.station_submission_id = outcome.station_submission_id;
    return {submit_step::settle};
  case kind::rate_limited:
    not_applied();
    if (!outcome.wait)
      return back_off(jitter, within_budget);
    --part_.attempts; // turned away with an appointment: no failure
    // Everybody was told the same moment: a little apart is kinder, and never earlier than asked.
    return wait(std::clamp(*outcome.wait, milliseconds{1}, policy_.retry.longest_asked) +
                backoff(policy_.retry, 1, jitter) / 4);
  case kind::not_sent:
    not_applied();
    return back_off(jitter, within_budget);
  case kind::ambiguous:
    // A step of the wall clock must not make doubt look younger than it is.
    part_.first_attempt = std::min(*part_.first_attempt, now);
    return back_off(jitter, within_budget);
  case kind::token_refused:
    not_applied();
    if (renewals_++ < policy_.token_renewals) {
      --part_.attempts; // its age is nobody's failure
      return {submit_step::renew_token};
    }
    return back_off(jitter, within_budget);
  case kind::credentials_refused:
    not_applied();
    part_.state = part_state::parked;
    return {submit_step::park};
  case kind::too_large:
    return divide(line_reason::too_long, siblings);
  case kind::rejected:
    return divide(line_reason::refused_by_station, siblings);
  case kind::enclave_missing:
    not_applied();
    return bury("the enclave does not exist any more, or this account cannot see it: " + outcome.cause);
  case kind::cancelled:
    return {};
  }
  return {};
}

submit_action submit_fsm::back_off(double jitter, bool within_budget) {
  constexpr std::uint32_t many = 64;
  submit_action out = wait(backoff(policy_.retry, within_budget ? part_.attempts : many, jitter));
  out.tell_owner = part_.attempts == policy_.tell_after;
  return out;
}

submit_action submit_fsm::wait(milliseconds delay) {
  return {submit_step::wait, delay};
}

/// 400 or 413: certainly not applied, so pieces of it may have keys of their own.
submit_action submit_fsm::divide(line_reason reason, const bisection& siblings) {
  part_.state = part_state::queued;
  part_.first_attempt.reset();
  doubtful_before_ = false;
  if (siblings.parts_settled == 0 && siblings.rows_refused >= policy_.hopeless_rows)
    return bury("every row tried alone was refused: " + part_.last_error);
  if (part_.rows > 1)
    return {submit_step::split};
  part_.state = part_state::settled;
  part_.rows = 0;
  return {submit_step::refuse, milliseconds{0}, reason};
}

submit_action submit_fsm::bury(std::string cause) {
  part_.state = part_state::buried;
  part_.last_error = std::move(cause);
  return {submit_step::bury};
}

submit_action submit_fsm::on_mended() {
  return part_.state == part_state::parked ? resume() : submit_action{};
}

submit_action submit_fsm::on_request(sys_time now) {
  if (part_.state != part_state::parked && part_.state != part_state::buried &&
      part_.state != part_state::held)
    return {};
  if (doubtful() && now - *part_.first_attempt > policy_.longest_doubt)
    part_.first_attempt = now;
  return resume();
}

submit_action submit_fsm::resume() {
  part_.state = doubtful() ? part_state::sent : part_state::queued;
  part_.attempts = 0; // what was in the way is gone: begin with short waits
  return wait(milliseconds{0});
}

submit_action submit_fsm::on_cancel() {
  if (under_way_ || part_.state == part_state::settled || part_.state == part_state::buried)
    return {};
  return bury(doubtful() ? "cancelled; an earlier attempt may have reached Station" : "cancelled");
}

} // namespace isacbot::domain
