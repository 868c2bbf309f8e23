#include "app/receipt_json.hpp"

#include "app/admin_json.hpp"
#include "domain/receipt.hpp"
#include "domain/report_split.hpp"
#include "domain/submission_progress.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace isacbot::app {

namespace json = boost::json;

namespace {

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

json::object part_json(const domain::part& p, bool of_report) {
  json::object shown{{"part", p.number},
                     {"state", name_of(p.state)},
                     {"rows", p.rows},
                     {"attempts", p.attempts},
                     {"first_attempt", iso_or_null(p.first_attempt)}};
  shown["station_id"] =
      p.station_submission_id.empty() ? json::value(nullptr) : json::value(p.station_submission_id);
  if (of_report)
    shown["external_id"] = domain::report_part_id(p.submission, p.number);
  shown["last_error"] = p.last_error.empty() ? json::value(nullptr) : json::value(p.last_error);
  return shown;
}

json::object progress_json(const domain::submission_progress& p) {
  json::object shown{{"done", p.done}, {"total", p.total}, {"stuck", p.stuck}, {"text", domain::to_text(p)}};
  shown["rows_per_second"] = p.rows_per_second ? json::value(*p.rows_per_second) : json::value(nullptr);
  shown["remaining_seconds"] = p.remaining ? json::value(p.remaining->count()) : json::value(nullptr);
  shown["parts_ahead"] = p.ahead ? json::value(*p.ahead) : json::value(nullptr);
  return shown;
}

} // namespace

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

json::object receipt_summary(const domain::receipt& r) {
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

json::object counts_json(const domain::counts& counts) {
  return {{"handed_in", counts.handed_in},
          {"accepted", counts.accepted},
          {"merged", counts.merged},
          {"withheld", counts.withheld},
          {"refused", counts.refused}};
}

json::object receipt_json(const domain::receipt& r, sys_time now, std::optional<std::uint64_t> ahead) {
  json::object shown = receipt_summary(r);
  json::object reasons;
  for (const domain::reason_count& reason : r.reasons)
    reasons[name_of(reason.reason)] = reason.count;
  json::object types;
  for (const domain::type_count& t : r.types)
    types[t.type] = t.count;
  json::array parts;
  for (const domain::part& p : r.parts)
    parts.emplace_back(part_json(p, r.submission.kind == domain::submission_kind::report));
  shown["reasons"] = std::move(reasons);
  shown["types"] = std::move(types);
  shown["withheld_lines"] = lines_of(r.withheld);
  shown["refused_lines"] = lines_of(r.refused);
  shown["parts"] = std::move(parts);
  shown["progress"] = progress_json(domain::make_progress(r, now, ahead));
  return shown;
}

} // namespace isacbot::app
