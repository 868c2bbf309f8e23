#include "crash/misp_judge.hpp"

#include "crash/station_reports.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace isacbot::test {

namespace json = boost::json;

namespace {

std::string text_at(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void collect_values(const json::object& from, std::vector<std::string>& values) {
  if (const auto* attributes = from.if_contains("Attribute"))
    for (const auto& a : attributes->as_array())
      values.push_back(text_at(a.as_object(), "value"));
  if (const auto* objects = from.if_contains("Object"))
    for (const auto& o : objects->as_array())
      collect_values(o.as_object(), values);
}

/// The published version of each event, from the server on which it was edited last.
std::map<std::string, json::object> published_events(const misp_world& w) {
  std::map<std::string, json::object> events;
  for (const auto& name : w.servers())
    for (const auto& uuid : w.misp(name).uuids()) {
      auto event = *w.misp(name).find(uuid);
      const auto* published = event.if_contains("published");
      if (!published || !published->is_bool() || !published->get_bool())
        continue;
      auto known = events.find(uuid);
      if (known == events.end() ||
          sandbox::number_at(known->second, "timestamp") < sandbox::number_at(event, "timestamp"))
        events[uuid] = std::move(event);
    }
  return events;
}

void judge_report(const json::object& event, const station::stored_report& report,
                  std::vector<misp_violation>& found) {
  const auto uuid = text_at(event, "uuid");
  if (report.what.title != text_at(event, "info"))
    found.push_back({misp_breach::stale, uuid + ": title " + report.what.title});
  const auto body = report.what.body.value_or("");
  std::vector<std::string> values;
  collect_values(event, values);
  for (const auto& value : values)
    if (body.find(value) == std::string::npos)
      found.push_back({misp_breach::stale, uuid + ": no " + value});
  std::set<std::string> wanted;
  if (const auto* tags = event.if_contains("Tag"))
    for (const auto& t : tags->as_array())
      wanted.insert(plain_tag(text_at(t.as_object(), "name")));
  std::set<std::string> there(report.tags.begin(), report.tags.end());
  if (there != wanted) {
    std::string list;
    for (const auto& t : there)
      list += " " + t;
    found.push_back({misp_breach::mistagged, uuid + ":" + list});
  }
}

} // namespace

std::string plain_tag(const std::string& name) {
  std::string out;
  for (char c : name) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')
      out += c;
    else if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c - 'A' + 'a');
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out;
}

std::string to_string(const std::vector<misp_violation>& all) {
  static constexpr const char* names[] = {"lost",     "doubled",   "stale",      "mistagged",
                                          "stranger", "left over", "never quiet"};
  std::string text;
  for (const auto& v : all)
    text += std::string(names[static_cast<std::size_t>(v.what)]) + ": " + v.detail + "\n";
  return text;
}

bool has(const std::vector<misp_violation>& all, misp_breach what) {
  return std::any_of(all.begin(), all.end(), [&](const misp_violation& v) { return v.what == what; });
}

std::vector<misp_violation> judge(const misp_world& w, bool became_quiet) {
  std::vector<misp_violation> found;
  if (!became_quiet)
    found.push_back({misp_breach::never_quiet, "after " + std::to_string(w.points().steps()) + " steps"});
  auto events = published_events(w);
  std::map<std::string, std::size_t> reports_of;
  for (const auto& report : read_reports(w.station())) {
    auto id = report.what.external_id.value_or("");
    auto event = events.find(id.substr(0, 36));
    if (event == events.end()) {
      found.push_back({misp_breach::stranger, id});
      continue;
    }
    if (++reports_of[event->first] > 1)
      found.push_back({misp_breach::doubled, event->first});
    judge_report(event->second, report, found);
  }
  for (const auto& [uuid, event] : events)
    if (reports_of[uuid] == 0)
      found.push_back({misp_breach::lost, uuid});
  for (const auto& name : w.servers()) {
    for (const auto& entry : w.tables().misp.queue(name).value())
      found.push_back({misp_breach::left_over, "in the queue: " + entry.uuid + ", " + entry.reason});
    for (const auto& dead : w.tables().misp.dead(name).value())
      found.push_back({misp_breach::left_over, "given up: " + dead.entry.uuid + ", " + dead.entry.reason});
  }
  return found;
}

} // namespace isacbot::test
