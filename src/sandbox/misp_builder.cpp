#include "sandbox/misp_builder.hpp"

#include "core/bytes.hpp"
#include "sandbox/misp_import.hpp"

#include <chrono>
#include <cstdlib>
#include <span>
#include <utility>

namespace isacbot::sandbox {

namespace {

/// Noon of the day, as MISP writes numbers.
std::string time_of(const std::string& date) {
  const auto number = [&](std::size_t at, std::size_t size) {
    return static_cast<int>(std::strtol(date.substr(at, size).c_str(), nullptr, 10));
  };
  const std::chrono::sys_days day{std::chrono::year_month_day{
      std::chrono::year{number(0, 4)}, std::chrono::month{static_cast<unsigned>(number(5, 2))},
      std::chrono::day{static_cast<unsigned>(number(8, 2))}}};
  return std::to_string(std::chrono::seconds(day.time_since_epoch() + std::chrono::hours{12}).count());
}

json::object make_tag(std::string_view name, bool local) {
  return {{"name", name}, {"colour", "#3568d5"}, {"exportable", true}, {"local", local ? 1 : 0}};
}

} // namespace

misp_event_builder::misp_event_builder(const head& h) {
  event_ = {{"uuid", h.uuid},
            {"info", h.info},
            {"date", h.date},
            {"timestamp", time_of(h.date)},
            {"publish_timestamp", "0"},
            {"published", false},
            {"threat_level_id", std::to_string(h.threat_level)},
            {"analysis", std::to_string(h.analysis)},
            {"distribution", std::to_string(h.distribution)},
            {"sharing_group_id", "0"},
            {"extends_uuid", ""},
            {"Orgc", json::object{{"id", "7"},
                                  {"name", h.organisation},
                                  {"uuid", make_misp_uuid(h.organisation)},
                                  {"local", false}}}};
}

std::string misp_event_builder::next_uuid() {
  last_uuid_ = make_misp_uuid(text_at(event_, "uuid") + "/" + std::to_string(++rows_));
  return last_uuid_;
}

json::array& misp_event_builder::list(std::string_view key) {
  json::value& value = event_[key];
  if (!value.is_array())
    value.emplace_array();
  return value.get_array();
}

misp_event_builder& misp_event_builder::tag(std::string_view name, bool local) {
  list("Tag").emplace_back(make_tag(name, local));
  return *this;
}

json::object misp_event_builder::make_attribute(const sample_attribute& a) {
  json::object out{{"uuid", next_uuid()},    {"type", a.type},
                   {"category", a.category}, {"value", a.value},
                   {"comment", a.comment},   {"to_ids", a.to_ids},
                   {"distribution", "5"},    {"timestamp", event_.at("timestamp")},
                   {"deleted", a.deleted},   {"first_seen", nullptr},
                   {"last_seen", nullptr}};
  if (!a.first_seen.empty())
    out["first_seen"] = a.first_seen;
  if (!a.relation.empty())
    out["object_relation"] = a.relation;
  if (!a.tags.empty()) {
    json::array tags;
    for (const std::string& name : a.tags)
      tags.emplace_back(make_tag(name, false));
    out["Tag"] = std::move(tags);
  }
  return out;
}

misp_event_builder& misp_event_builder::attribute(const sample_attribute& a) {
  list("Attribute").emplace_back(make_attribute(a));
  return *this;
}

misp_event_builder& misp_event_builder::object(const sample_object& o) {
  json::array attributes;
  for (const sample_attribute& a : o.attributes)
    attributes.emplace_back(make_attribute(a));
  const std::string uuid = next_uuid();
  json::object out{
      {"uuid", uuid},        {"name", o.name},   {"meta-category", o.meta_category},  {"comment", o.comment},
      {"distribution", "5"}, {"deleted", false}, {"Attribute", std::move(attributes)}};
  json::array references;
  if (!o.relationship.empty() && !last_object_.empty())
    references.emplace_back(json::object{{"referenced_uuid", last_object_},
                                         {"relationship_type", o.relationship},
                                         {"comment", ""},
                                         {"deleted", false}});
  out["ObjectReference"] = std::move(references);
  list("Object").emplace_back(std::move(out));
  last_object_ = uuid;
  return *this;
}

misp_event_builder& misp_event_builder::report(std::string_view name, std::string_view content,
                                               bool deleted) {
  list("EventReport")
      .emplace_back(
          json::object{{"uuid", make_misp_uuid(text_at(event_, "uuid") + "/report/" + std::string(name))},
                       {"name", name},
                       {"content", content},
                       {"distribution", "5"},
                       {"timestamp", event_.at("timestamp")},
                       {"deleted", deleted}});
  return *this;
}

misp_event_builder& misp_event_builder::galaxy(std::string_view name, std::string_view type,
                                               std::string_view cluster, std::string_view external_id) {
  const std::string tag_name = "misp-galaxy:" + std::string(type) + "=\"" + std::string(cluster) + "\"";
  json::value meta = json::array(); // PHP's empty object
  if (!external_id.empty())
    meta = json::object{{"external_id", json::array{json::value(external_id)}}};
  json::array clusters;
  clusters.emplace_back(
      json::object{{"value", cluster},
                   {"tag_name", tag_name},
                   {"description", "Long texts about " + std::string(cluster) + " stand here."},
                   {"meta", std::move(meta)}});
  list("Galaxy").emplace_back(
      json::object{{"name", name}, {"type", type}, {"GalaxyCluster", std::move(clusters)}});
  return tag(tag_name);
}

misp_event_builder& misp_event_builder::member(std::string_view key, json::value value) {
  event_[key] = std::move(value);
  return *this;
}

std::string misp_event_builder::text() const {
  return json::serialize(json::object{{"Event", event_}});
}

std::string sample_hash(std::string_view name, std::size_t digits) {
  const std::string digest = sha256(name);
  std::string hex = to_hex(std::as_bytes(std::span(digest.data(), digest.size())));
  const std::string further = sha256(digest);
  hex += to_hex(std::as_bytes(std::span(further.data(), further.size())));
  return hex.substr(0, digits);
}

} // namespace isacbot::sandbox
