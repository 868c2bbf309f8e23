// isacbot submissions list|show|retry|cancel: the queue, its dead letters, and what a person decides about
// them.
#include "app/admin_handlers.hpp"
#include "app/admin_json.hpp"
#include "domain/receipt.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace isacbot::app {

namespace json = boost::json;

namespace {

constexpr std::size_t most_listed = 1'000;

std::string_view name_of(domain::part_state state) {
  switch (state) {
  case domain::part_state::queued:
    return "queued";
  case domain::part_state::sent:
    return "sent";
  case domain::part_state::settled:
    return "settled";
  case domain::part_state::buried:
    return "buried";
  case domain::part_state::parked:
    return "parked";
  case domain::part_state::held:
    return "held";
  }
  return "unknown";
}

std::string_view name_of(domain::line_reason reason) {
  switch (reason) {
  case domain::line_reason::not_understood:
    return "not_understood";
  case domain::line_reason::special_address:
    return "special_address";
  case domain::line_reason::safelisted:
    return "safelisted";
  case domain::line_reason::no_wire_type:
    return "no_wire_type";
  case domain::line_reason::refused_by_station:
    return "refused_by_station";
  case domain::line_reason::too_long:
    return "too_long";
  case domain::line_reason::context_only:
    return "context_only";
  }
  return "unknown";
}

json::array lines_of(const std::vector<domain::line_report>& reports) {
  json::array lines;
  for (const domain::line_report& r : reports)
    lines.emplace_back(json::object{{"line", r.line}, {"text", r.text}, {"reason", name_of(r.reason)}});
  return lines;
}

json::object part_json(const domain::part& p) {
  json::object shown{{"part", p.number},
                     {"state", name_of(p.state)},
                     {"rows", p.rows},
                     {"attempts", p.attempts},
                     {"first_attempt", iso_or_null(p.first_attempt)}};
  shown["station_id"] =
      p.station_submission_id.empty() ? json::value(nullptr) : json::value(p.station_submission_id);
  shown["last_error"] = p.last_error.empty() ? json::value(nullptr) : json::value(p.last_error);
  return shown;
}

/// Where a submission stands, in a word.
std::string_view standing_of(const domain::receipt& r) {
  auto progress = domain::progress_of(r);
  bool buried = false;
  for (const domain::part& p : r.parts)
    buried = buried || p.state == domain::part_state::buried;
  if (r.processed)
    return "processed";
  if (progress.stuck > 0 && !r.delivered)
    return "stuck";
  if (buried)
    return "dead";
  return r.delivered ? "delivered" : "under way";
}

json::object summary_of(const domain::receipt& r) {
  const auto& s = r.submission;
  json::array tags;
  for (const std::string& tag : s.tags)
    tags.emplace_back(tag);
  return {{"id", s.id.value},
          {"kind", s.kind == domain::submission_kind::report ? "report" : "indicators"},
          {"standing", standing_of(r)},
          {"team", s.who.team.value},
          {"user", s.who.user.value},
          {"enclave", s.enclave.value},
          {"enclave_name", s.enclave_name},
          {"tags", std::move(tags)},
          {"created", to_iso(s.created)},
          {"delivered", iso_or_null(r.delivered)},
          {"processed", iso_or_null(r.processed)},
          {"handed_in", r.counts.handed_in},
          {"accepted", r.counts.accepted},
          {"merged", r.counts.merged},
          {"withheld", r.counts.withheld},
          {"refused", r.counts.refused}};
}

result<domain::receipt> receipt_of(const admin_desk& desk, const admin_call& call) {
  auto id = call.text("id");
  if (!id)
    return id.error();
  auto receipt = desk.tables.outbox.find(submission_id{*id});
  if (!receipt)
    return receipt.error();
  if (!*receipt)
    return fail(ec::not_found, "no submission " + id->substr(0, 60), "`isacbot submissions list` shows them");
  return std::move(**receipt);
}

result<json::value> request(admin_desk& desk, const admin_call& call, storage::part_request_kind kind) {
  auto id = call.text("id");
  if (!id)
    return id.error();
  auto outcome = desk.request_parts({kind, submission_id{*id}});
  if (!outcome)
    return outcome.error();
  return json::value(json::object{{"id", *id},
                                  {"parts", outcome->changed},
                                  {"under_way", outcome->under_way},
                                  {"doubtful", outcome->doubtful}});
}

} // namespace

result<json::value> submissions_list(admin_desk& desk, const admin_call& call) {
  auto wanted = call.text_or_empty("standing");
  if (!wanted)
    return wanted.error();
  auto ids = desk.tables.outbox.recent(most_listed);
  auto depth = desk.tables.outbox.depth();
  if (!ids || !depth)
    return !ids ? ids.error() : depth.error();
  json::array list;
  for (const submission_id& id : *ids) {
    auto receipt = desk.tables.outbox.find(id);
    if (!receipt)
      return receipt.error();
    if (*receipt && (wanted->empty() || *wanted == standing_of(**receipt)))
      list.emplace_back(summary_of(**receipt));
  }
  json::object parts{
      {"due", depth->due}, {"parked", depth->parked}, {"held", depth->held}, {"buried", depth->buried}};
  return json::value(json::object{{"parts", std::move(parts)}, {"submissions", std::move(list)}});
}

result<json::value> submissions_show(admin_desk& desk, const admin_call& call) {
  auto receipt = receipt_of(desk, call);
  if (!receipt)
    return receipt.error();
  json::object shown = summary_of(*receipt);
  json::object reasons;
  for (const domain::reason_count& r : receipt->reasons)
    reasons[name_of(r.reason)] = r.count;
  json::object types;
  for (const domain::type_count& t : receipt->types)
    types[t.type] = t.count;
  json::array parts;
  for (const domain::part& p : receipt->parts)
    parts.emplace_back(part_json(p));
  shown["reasons"] = std::move(reasons);
  shown["types"] = std::move(types);
  shown["withheld_lines"] = lines_of(receipt->withheld);
  shown["refused_lines"] = lines_of(receipt->refused);
  shown["parts"] = std::move(parts);
  return json::value(std::move(shown));
}

result<json::value> submissions_retry(admin_desk& desk, const admin_call& call) {
  return request(desk, call, storage::part_request_kind::retry);
}

result<json::value> submissions_cancel(admin_desk& desk, const admin_call& call) {
  return request(desk, call, storage::part_request_kind::cancel);
}

} // namespace isacbot::app
