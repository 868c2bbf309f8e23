#include "domain/report_fsm.hpp"

#include "domain/certain_outcome.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

report_outcome report_outcome_of(const error& e) {
  using kind = report_outcome_kind;
  report_outcome out;
  out.cause = e.cause;
  if (auto certain = certain_outcome<kind>(e.code)) {
    out.kind = *certain;
    if (out.kind == kind::rate_limited)
      out.wait = e.retry_after;
    return out;
  }
  switch (e.code) {
  case ec::not_found:
    out.kind = kind::missing;
    break;
  case ec::too_large:
    out.kind = kind::too_large;
    break;
  case ec::conflict:
    out.kind = kind::duplicate;
    break;
  case ec::upstream_rejected:
  case ec::invalid_argument: // our own codec would not write it
    out.kind = kind::refused;
    break;
  default:
    break;
  }
  return out;
}

report_fsm::report_fsm(report_goal goal, report_progress progress, report_policy policy)
    : goal_(std::move(goal)),
      progress_(std::move(progress)),
      policy_(policy) {}

bool report_fsm::doubtful() const noexcept {
  return progress_.created_at.has_value() || progress_.state == part_state::sent;
}

report_action report_fsm::on_start(sys_time now) {
  if (under_way_ != report_step::stop)
    return {};
  if (progress_.state != part_state::queued && progress_.state != part_state::sent)
    return {};
  return next(now);
}

report_action report_fsm::next(sys_time now) {
  if (progress_.body_delivered)
    return deliver_tags();
  if (!progress_.report_id.empty())
    return begin(report_step::update);
  if (goal_.replace || doubtful() || refusal_)
    return begin(report_step::look_up);
  return create(now);
}

report_action report_fsm::begin(report_step step, bool save) {
  under_way_ = step;
  report_action out;
  out.step = step;
  out.save = save;
  return out;
}

report_action report_fsm::create(sys_time now) {
  progress_.created_at = now;
  progress_.state = part_state::sent;
  return begin(report_step::create, true);
}

/// The content is there. With its id on disk, nothing after this can create it again.
report_action report_fsm::deliver_tags() {
  if (!goal_.tags.empty() || !goal_.removed_tags.empty())
    return begin(report_step::alter_tags, true);
  progress_.state = part_state::settled;
  report_action out;
  out.step = report_step::settle;
  out.save = true;
  return out;
}

report_action report_fsm::on_outcome(const report_outcome& outcome, sys_time now, double jitter,
                                     bool within_budget) {
  using kind = report_outcome_kind;
  auto step = std::exchange(under_way_, report_step::stop);
  if (step == report_step::stop)
    return {};
  circumstances c{now, jitter, within_budget};
  if (outcome.kind != kind::done && !(outcome.kind == kind::missing && step == report_step::look_up))
    progress_.last_error = outcome.cause;
  if (outcome.kind != kind::token_refused)
    renewals_ = 0;
  // Only these leave open whether a creation took place; a success takes the doubt away with the id.
  bool open =
      outcome.kind == kind::done || outcome.kind == kind::ambiguous || outcome.kind == kind::cancelled;
  if (step == report_step::create && !open)
    not_created();

  switch (outcome.kind) {
  case kind::done:
    return succeed(step, outcome, c);
  case kind::missing:
    return missing(step, outcome, c);
  case kind::rate_limited: {
    if (!outcome.wait)
      return back_off(c);
    report_action out; // turned away with an appointment: no failure, and never earlier than asked
    out.step = report_step::wait;
    out.save = true;
    out.delay = std::clamp(*outcome.wait, milliseconds{1}, policy_.retry.longest_asked) +
                backoff(policy_.retry, 1, jitter) / 4;
    return out;
  }
  case kind::token_refused: {
    if (renewals_++ >= policy_.token_renewals)
      return back_off(c);
    report_action out;
    out.step = report_step::renew_token;
    return out;
  }
  case kind::credentials_refused: {
    progress_.state = part_state::parked;
    report_action out;
    out.step = report_step::park;
    out.save = true;
    return out;
  }
  case kind::too_large:
    if (step == report_step::create && outcome.divisible) { // certainly not there, and no doubt was before
      report_action out;
      out.step = report_step::split;
      return out;
    }
    if (step == report_step::create || step == report_step::update)
      return bury("the report is too large for Station: " + outcome.cause);
    return back_off(c); // an answer too large to read says nothing about the report
  case kind::duplicate:
  case kind::refused:
    return refused(step, outcome, c);
  case kind::cancelled:
    return {};
  case kind::not_sent:
  case kind::ambiguous:
    return back_off(c);
  }
  return {};
}

report_action report_fsm::succeed(report_step step, const report_outcome& outcome, const circumstances& c) {
  if (step == report_step::alter_tags) {
    progress_.state = part_state::settled;
    progress_.last_error.clear();
    report_action out;
    out.step = report_step::settle;
    out.save = true;
    return out;
  }
  if (step == report_step::look_up) {
    // A look-up spans every enclave the account can read: only the target's report is this one.
    const auto& where = outcome.enclave_ids;
    if (std::find(where.begin(), where.end(), goal_.enclave.value) == where.end())
      return absent(c);
  }
  if (step != report_step::update)
    progress_.report_id = outcome.report_id;
  not_created(); // no doubt is left
  refusal_.reset();
  progress_.attempts = 0;
  progress_.last_error.clear();
  progress_.body_delivered = step != report_step::look_up || !goal_.replace || outcome.same_content;
  return progress_.body_delivered ? deliver_tags() : begin(report_step::update);
}

/// A look-up found nothing of ours.
report_action report_fsm::absent(const circumstances& c) {
  if (progress_.created_at) {
    // A wall clock that was set back must not make this wait for longer than it takes.
    auto age = std::chrono::duration_cast<milliseconds>(c.now - *progress_.created_at);
    if (age < policy_.visible_after) {
      report_action out;
      out.step = report_step::wait;
      out.delay = policy_.visible_after - std::max(age, milliseconds{0});
      if (age < milliseconds{0}) {
        progress_.created_at = c.now;
        out.save = true;
      }
      return out;
    }
  }
  not_created();
  if (!refusal_)
    return create(c.now);
  if (looks_left_ > 0)
    --looks_left_;
  // A run may end between two looks: what the part has been through counts, too.
  bool look_again = looks_left_ > 0 && progress_.attempts < policy_.patience;
  return look_again ? back_off(c) : bury(*refusal_);
}

report_action report_fsm::missing(report_step step, const report_outcome& outcome, const circumstances& c) {
  switch (step) {
  case report_step::look_up:
    return absent(c);
  case report_step::create:
    return bury("the enclave does not exist any more, or this account cannot see it: " + outcome.cause);
  case report_step::update:
    if (progress_.attempts >= policy_.patience)
      return bury("the report can be found, but not changed: " + outcome.cause);
    progress_.report_id.clear(); // deleted at Station: look for it, and create it again if it is gone
    return back_off(c);
  default:
    if (progress_.attempts >= policy_.patience)
      return bury("the report was delivered, but is gone now; its tags are not set: " + outcome.cause);
    return back_off(c);
  }
}

report_action report_fsm::refused(report_step step, const report_outcome& outcome, const circumstances& c) {
  switch (step) {
  case report_step::create:
    // It may be there already: created by an attempt that we know nothing of any more.
    refusal_ = "Station refused the report: " + outcome.cause;
    looks_left_ = outcome.kind == report_outcome_kind::duplicate ? policy_.look_ups_after_duplicate : 1;
    return begin(report_step::look_up);
  case report_step::update:
    return bury("Station refused the report: " + outcome.cause);
  case report_step::alter_tags:
    return bury("the report was delivered, but Station refused its tags: " + outcome.cause);
  default:
    if (progress_.attempts >= policy_.patience)
      return bury("Station does not say whether the report is there: " + outcome.cause);
    return back_off(c);
  }
}

/// The creation under way had no effect, or its report is known: no doubt.
void report_fsm::not_created() noexcept {
  progress_.created_at.reset();
  progress_.state = part_state::queued;
}

report_action report_fsm::back_off(const circumstances& c) {
  constexpr std::uint32_t many = 64;
  ++progress_.attempts;
  report_action out;
  out.step = report_step::wait;
  out.save = true;
  out.delay = backoff(policy_.retry, c.within_budget ? progress_.attempts : many, c.jitter);
  out.tell_owner = progress_.attempts == policy_.tell_after;
  return out;
}

report_action report_fsm::bury(std::string cause) {
  progress_.state = part_state::buried;
  progress_.last_error = std::move(cause);
  report_action out;
  out.step = report_step::bury;
  out.save = true;
  return out;
}

report_action report_fsm::on_mended() {
  return progress_.state == part_state::parked ? resume() : report_action{};
}

report_action report_fsm::on_request() {
  bool waits = progress_.state == part_state::parked || progress_.state == part_state::buried;
  return waits ? resume() : report_action{};
}

report_action report_fsm::resume() {
  progress_.state = progress_.created_at ? part_state::sent : part_state::queued;
  progress_.attempts = 0; // what was in the way is gone: begin with short waits
  refusal_.reset();
  report_action out;
  out.step = report_step::wait;
  out.save = true;
  return out;
}

report_action report_fsm::on_cancel() {
  if (under_way_ != report_step::stop || progress_.state == part_state::settled ||
      progress_.state == part_state::buried)
    return {};
  if (progress_.body_delivered)
    return bury("cancelled; the report is at Station, its tags may not be set");
  return bury(doubtful() ? "cancelled; an earlier attempt may have reached Station" : "cancelled");
}

report_progress progress_of(const part& p) {
  report_progress out;
  out.state = p.state == part_state::held ? part_state::buried : p.state;
  out.report_id = p.station_submission_id;
  out.body_delivered = !p.station_submission_id.empty();
  out.created_at = p.first_attempt;
  out.attempts = p.attempts;
  out.last_error = p.last_error;
  return out;
}

void put_progress(part& p, const report_progress& progress) {
  p.state = progress.state;
  p.station_submission_id = progress.report_id;
  p.first_attempt = progress.created_at;
  p.attempts = progress.attempts;
  p.last_error = progress.last_error;
}

} // namespace isacbot::domain
