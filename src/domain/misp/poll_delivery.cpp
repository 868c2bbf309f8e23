#include "domain/misp/poll_delivery.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Both, each once, the first list in front.
std::vector<std::string> join(std::vector<std::string> a, const std::vector<std::string>& b) {
  for (const auto& text : b)
    if (!contains(a, text))
      a.push_back(text);
  return a;
}

std::vector<std::string> without(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> rest;
  for (const auto& text : a)
    if (!contains(b, text))
      rest.push_back(text);
  return rest;
}

bool same_set(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return without(a, b).empty() && without(b, a).empty();
}

/// The first server that delivered an event owns it; another one's version counts when it was edited later.
bool belongs_to_another(const event_record& before, std::string_view server, const event_version& version) {
  const bool something_there = before.state != event_state::withheld || !before.parts.empty();
  return something_there && before.owner != server && version.timestamp <= before.version.timestamp;
}

void plan_withdrawal(delivery_plan& plan, const event_record& before, const delivery_rules& rules) {
  if (rules.withdrawal == withdrawal_policy::keep)
    return;
  const bool remove = rules.withdrawal == withdrawal_policy::remove;
  if (!remove && before.state == event_state::withheld && contains(before.tags, std::string(withdrawn_tag)))
    return; // done before
  for (const auto& part : before.parts)
    plan.jobs.push_back({remove ? part_task::remove : part_task::mark, part.external_id, 0});
  if (remove) {
    plan.outcome.parts.clear();
    plan.outcome.tags.clear();
    for (auto& part : plan.intent.parts)
      part.digest.clear();
  } else {
    plan.tags = {std::string(withdrawn_tag)};
    plan.intent.tags = join(before.tags, plan.tags);
    plan.outcome.tags = plan.intent.tags;
  }
}

void plan_parts(delivery_plan& plan, const event_record* before, const mapped_report& event) {
  const bool tags_certain = before && before->state != event_state::delivering;
  const bool tags_right = tags_certain && same_set(before->tags, event.tags);
  plan.tags = event.tags;
  if (before)
    plan.removed_tags = without(before->tags, event.tags);
  plan.intent.tags = before ? join(before->tags, event.tags) : event.tags;
  plan.outcome.tags = event.tags;
  for (std::size_t i = 0; i < event.parts.size(); ++i) {
    const auto& part = event.parts[i];
    auto* held = find_part(plan.intent, part.external_id);
    const bool right = held && held->digest == part.body_hash;
    if (!held)
      held = &plan.intent.parts.emplace_back(event_part{part.external_id, {}, {}, {}});
    plan.outcome.parts.push_back({part.external_id, held->report_id, part.body_hash, {}});
    if (right && tags_right)
      continue;
    plan.jobs.push_back({right ? part_task::tag : part_task::put, part.external_id, i});
    if (!right)
      held->digest.clear();
  }
  for (auto& part : plan.intent.parts)
    if (!find_part(plan.outcome, part.external_id)) {
      plan.jobs.push_back({part_task::remove, part.external_id, 0});
      part.digest.clear();
    }
}

} // namespace

event_part* find_part(event_record& record, std::string_view external_id) {
  auto at = std::find_if(record.parts.begin(), record.parts.end(),
                         [&](const event_part& p) { return p.external_id == external_id; });
  return at == record.parts.end() ? nullptr : &*at;
}

delivery_plan plan_delivery(const event_record* before, const mapped_report& event, std::string_view server,
                            const event_version& version, const delivery_rules& rules) {
  delivery_plan plan;
  if (before) {
    plan.intent = *before;
    plan.outcome = *before;
    plan.known = !before->parts.empty();
  }
  set_seen(plan.outcome, server, version);
  const bool updates_off = before && !rules.replace && before->state == event_state::delivered;
  // What a rule forbids is withdrawn even where updates are off.
  if (before && (belongs_to_another(*before, server, version) || (updates_off && !event.withheld))) {
    plan.verdict = delivery_verdict::ignore;
    return plan;
  }
  plan.intent.state = event_state::delivering;
  for (auto* record : {&plan.intent, &plan.outcome}) {
    record->owner = server;
    record->version = version;
    record->reason.clear();
  }
  if (event.withheld) {
    plan.verdict = delivery_verdict::withhold;
    plan.outcome.state = event_state::withheld;
    plan.outcome.reason = event.withheld->explanation;
    if (before)
      plan_withdrawal(plan, *before, rules);
    return plan;
  }
  plan.outcome.state = event_state::delivered;
  plan.outcome.parts.clear();
  plan_parts(plan, before, event);
  plan.verdict = plan.jobs.empty() ? delivery_verdict::unchanged : delivery_verdict::deliver;
  return plan;
}

} // namespace isacbot::domain
