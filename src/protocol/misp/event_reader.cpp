#include "protocol/misp/event_reader.hpp"

#include <algorithm>
#include <array>

namespace isacbot::misp {

namespace {

// Places of objects and lists beside event_reader::root; plain values follow from `first_field` on, in the
// order of `fields`.
constexpr json_place response_at = 2;
constexpr json_place event_at = 3;
constexpr json_place attribute_at = 4;
constexpr json_place object_at = 5;
constexpr json_place reference_at = 6;
constexpr json_place tag_at = 7;
constexpr json_place report_at = 8;
constexpr json_place galaxy_at = 9;
constexpr json_place cluster_at = 10;
constexpr json_place meta_at = 11;
constexpr json_place organisation_at = 12;
constexpr json_place first_field = 20;

struct container {
  json_place at;
  std::string_view key;
  json_place to;
};

constexpr std::array containers{
    container{response_at, "Event", event_at},
    container{event_at, "Orgc", organisation_at},
    container{event_at, "orgc", organisation_at}, // some feeds
    container{event_at, "Attribute", attribute_at},
    container{event_at, "Object", object_at},
    container{event_at, "Tag", tag_at},
    container{event_at, "Galaxy", galaxy_at},
    container{event_at, "EventReport", report_at},
    container{attribute_at, "Tag", tag_at},
    container{report_at, "Tag", tag_at},
    container{object_at, "Attribute", attribute_at},
    container{object_at, "ObjectReference", reference_at},
    container{galaxy_at, "GalaxyCluster", cluster_at},
    container{cluster_at, "meta", meta_at},
};

std::string text_of(const json_scalar& value) {
  if (value.what == json_scalar::kind::flag)
    return value.flag ? "true" : "false";
  return std::string(value.text); // empty for null
}

std::string uuid_of(const json_scalar& value) {
  return parse_uuid(value.text).value_or("");
}

/// A number outside of the known ones becomes `otherwise`: the cautious or the neutral one.
template <class Enum>
Enum enum_of(const json_scalar& value, std::int64_t first, std::int64_t last, Enum otherwise) {
  auto number = value.to_integer();
  return value.what != json_scalar::kind::null && number && *number >= first && *number <= last
             ? static_cast<Enum>(*number)
             : otherwise;
}

distribution spread_of(const json_scalar& value, distribution otherwise = distribution::own_organisation) {
  return enum_of(value, 0, 5, otherwise);
}

std::int64_t seconds_of(const json_scalar& value) {
  return std::max<std::int64_t>(0, value.to_integer().value_or(0));
}

void add_text(std::vector<std::string>& list, const json_scalar& value) {
  if (!value.text.empty())
    list.emplace_back(value.text);
}

using draft = event_draft;
using scalar_value = json_scalar;

struct field {
  json_place at;
  std::string_view key;
  void (*set)(draft&, const scalar_value&);
};

/// Everything that is read. What stands nowhere here (ids of rows, RelatedEvent, ShadowAttribute, Sighting,
/// data, descriptions of clusters, galaxies of attributes, members of sharing groups, mail addresses of
/// authors) is skipped.
constexpr std::array fields{
    field{event_at, "id", [](draft& d, const scalar_value& v) { d.event.id = text_of(v); }},
    field{event_at, "uuid", [](draft& d, const scalar_value& v) { d.event.uuid = uuid_of(v); }},
    field{event_at, "info", [](draft& d, const scalar_value& v) { d.event.info = text_of(v); }},
    field{event_at, "date", [](draft& d, const scalar_value& v) { d.event.date = text_of(v); }},
    field{event_at, "timestamp", [](draft& d, const scalar_value& v) { d.event.timestamp = seconds_of(v); }},
    field{event_at, "publish_timestamp",
          [](draft& d, const scalar_value& v) { d.event.publish_timestamp = seconds_of(v); }},
    field{event_at, "published", [](draft& d, const scalar_value& v) { d.event.published = v.to_flag(); }},
    field{
        event_at, "threat_level_id",
        [](draft& d, const scalar_value& v) { d.event.threat = enum_of(v, 1, 4, threat_level::undefined); }},
    field{event_at, "analysis",
          [](draft& d, const scalar_value& v) {
            d.event.analysis = enum_of(v, 0, 2, analysis_state::initial);
          }},
    field{event_at, "distribution", [](draft& d, const scalar_value& v) { d.event.spread = spread_of(v); }},
    field{event_at, "extends_uuid",
          [](draft& d, const scalar_value& v) { d.event.extends_uuid = uuid_of(v); }},
    field{organisation_at, "name",
          [](draft& d, const scalar_value& v) { d.event.organisation = text_of(v); }},
    field{attribute_at, "uuid", [](draft& d, const scalar_value& v) { d.attribute.uuid = uuid_of(v); }},
    field{attribute_at, "type", [](draft& d, const scalar_value& v) { d.attribute.type = text_of(v); }},
    field{attribute_at, "category",
          [](draft& d, const scalar_value& v) { d.attribute.category = text_of(v); }},
    field{attribute_at, "value", [](draft& d, const scalar_value& v) { d.attribute.value = text_of(v); }},
    field{attribute_at, "comment", [](draft& d, const scalar_value& v) { d.attribute.comment = text_of(v); }},
    field{attribute_at, "object_relation",
          [](draft& d, const scalar_value& v) { d.attribute.object_relation = text_of(v); }},
    field{attribute_at, "first_seen",
          [](draft& d, const scalar_value& v) { d.attribute.first_seen = text_of(v); }},
    field{attribute_at, "last_seen",
          [](draft& d, const scalar_value& v) { d.attribute.last_seen = text_of(v); }},
    field{attribute_at, "to_ids", [](draft& d, const scalar_value& v) { d.attribute.to_ids = v.to_flag(); }},
    field{attribute_at, "distribution",
          [](draft& d, const scalar_value& v) { d.attribute.spread = spread_of(v, distribution::inherit); }},
    field{attribute_at, "deleted",
          [](draft& d, const scalar_value& v) { d.attribute_deleted = v.to_flag(); }},
    field{object_at, "uuid", [](draft& d, const scalar_value& v) { d.object.uuid = uuid_of(v); }},
    field{object_at, "name", [](draft& d, const scalar_value& v) { d.object.name = text_of(v); }},
    field{object_at, "meta-category",
          [](draft& d, const scalar_value& v) { d.object.meta_category = text_of(v); }},
    field{object_at, "comment", [](draft& d, const scalar_value& v) { d.object.comment = text_of(v); }},
    field{object_at, "first_seen", [](draft& d, const scalar_value& v) { d.object.first_seen = text_of(v); }},
    field{object_at, "last_seen", [](draft& d, const scalar_value& v) { d.object.last_seen = text_of(v); }},
    field{object_at, "distribution",
          [](draft& d, const scalar_value& v) { d.object.spread = spread_of(v, distribution::inherit); }},
    field{object_at, "deleted", [](draft& d, const scalar_value& v) { d.object_deleted = v.to_flag(); }},
    field{reference_at, "referenced_uuid",
          [](draft& d, const scalar_value& v) { d.reference.referenced_uuid = uuid_of(v); }},
    field{reference_at, "relationship_type",
          [](draft& d, const scalar_value& v) { d.reference.relationship = text_of(v); }},
    field{reference_at, "comment", [](draft& d, const scalar_value& v) { d.reference.comment = text_of(v); }},
    field{reference_at, "deleted",
          [](draft& d, const scalar_value& v) { d.reference_deleted = v.to_flag(); }},
    field{tag_at, "name", [](draft& d, const scalar_value& v) { d.tag.name = text_of(v); }},
    field{tag_at, "local", [](draft& d, const scalar_value& v) { d.tag.local = v.to_flag(); }},
    field{report_at, "uuid", [](draft& d, const scalar_value& v) { d.report.uuid = uuid_of(v); }},
    field{report_at, "name", [](draft& d, const scalar_value& v) { d.report.name = text_of(v); }},
    field{report_at, "content", [](draft& d, const scalar_value& v) { d.report.content = text_of(v); }},
    field{report_at, "distribution",
          [](draft& d, const scalar_value& v) { d.report.spread = spread_of(v, distribution::inherit); }},
    field{report_at, "deleted", [](draft& d, const scalar_value& v) { d.report_deleted = v.to_flag(); }},
    field{galaxy_at, "name", [](draft& d, const scalar_value& v) { d.galaxy.name = text_of(v); }},
    field{galaxy_at, "type", [](draft& d, const scalar_value& v) { d.galaxy.type = text_of(v); }},
    field{cluster_at, "value", [](draft& d, const scalar_value& v) { d.cluster.value = text_of(v); }},
    field{cluster_at, "tag_name", [](draft& d, const scalar_value& v) { d.cluster.tag_name = text_of(v); }},
    field{meta_at, "external_id",
          [](draft& d, const scalar_value& v) { add_text(d.cluster.external_ids, v); }},
    field{meta_at, "synonyms", [](draft& d, const scalar_value& v) { add_text(d.cluster.synonyms, v); }},
};
static_assert(first_field + fields.size() < 255);

json_place find_member(json_place at, std::string_view key) {
  for (const container& c : containers)
    if (c.at == at && c.key == key)
      return c.to;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].at == at && fields[i].key == key)
      return static_cast<json_place>(first_field + i);
  return skip_place;
}

} // namespace

event_reader::event_reader(std::set<std::string, std::less<>> wanted)
    : wanted_(std::move(wanted)),
      take_all_(false) {}

bool event_reader::is_unwanted() const {
  return !take_all_ && !now_.event.uuid.empty() && !wanted_.contains(now_.event.uuid);
}

json_place event_reader::enter(json_place at, std::string_view key) {
  if (at == root && (key == "Event" || key == "response")) {
    wrapped_ = true;
    return key == "Event" ? event_at : response_at;
  }
  if (at == response_at && key == "Attribute") {
    attribute_list_ = true;
    return attribute_at;
  }
  if (at == root) // a bare event
    at = event_at;
  const json_place to = find_member(at, key);
  return at == event_at && to < first_field && is_unwanted() ? skip_place : to;
}

void event_reader::begin_array(json_place at) {
  response_list_ = response_list_ || at == response_at;
}

void event_reader::begin_object(json_place at) {
  switch (at) {
  case root:
    wrapped_ = false;
    now_.event = {};
    break;
  case event_at:
    now_.event = {};
    break;
  case attribute_at:
    now_.attribute = {};
    now_.attribute_deleted = false;
    in_attribute_ = true;
    break;
  case object_at:
    now_.object = {};
    now_.object_deleted = false;
    in_object_ = true;
    break;
  case reference_at:
    now_.reference = {};
    now_.reference_deleted = false;
    break;
  case tag_at:
    now_.tag = {};
    break;
  case report_at:
    now_.report = {};
    now_.report_deleted = false;
    in_report_ = true;
    break;
  case galaxy_at:
    now_.galaxy = {};
    break;
  case cluster_at:
    now_.cluster = {};
    break;
  default:
    break;
  }
}

void event_reader::end_object(json_place at) {
  switch (at) {
  case root:
    if (!wrapped_)
      end_event();
    break;
  case event_at:
    end_event();
    break;
  case attribute_at:
    end_attribute();
    break;
  case object_at:
    in_object_ = false;
    if (!now_.object_deleted)
      now_.event.objects.push_back(std::move(now_.object));
    break;
  case reference_at:
    if (!now_.reference_deleted && !now_.reference.referenced_uuid.empty())
      now_.object.references.push_back(std::move(now_.reference));
    break;
  case tag_at:
    end_tag();
    break;
  case report_at:
    in_report_ = false;
    if (!now_.report_deleted) // deleted ones stay in every answer
      now_.event.reports.push_back(std::move(now_.report));
    break;
  case galaxy_at:
    now_.event.galaxies.push_back(std::move(now_.galaxy));
    break;
  case cluster_at:
    now_.galaxy.clusters.push_back(std::move(now_.cluster));
    break;
  default:
    break;
  }
}

void event_reader::end_event() {
  event& e = now_.event;
  if (e.uuid.empty()) {
    ++nameless_;
  } else if (is_unwanted()) {
    ++unasked_;
  } else {
    wanted_.erase(e.uuid); // each at most once
    events_.push_back(std::move(e));
  }
  e = {};
}

void event_reader::end_attribute() {
  in_attribute_ = false;
  ++attribute_rows_;
  if (!now_.attribute_deleted)
    (in_object_ ? now_.object.attributes : now_.event.attributes).push_back(std::move(now_.attribute));
}

void event_reader::end_tag() {
  std::vector<tag>& tags = in_attribute_ ? now_.attribute.tags
                           : in_report_  ? now_.report.tags
                                         : now_.event.tags;
  if (!now_.tag.name.empty())
    tags.push_back(std::move(now_.tag));
}

void event_reader::scalar(json_place at, const json_scalar& value) {
  if (at >= first_field) // else a plain value where a list belongs
    fields[at - first_field].set(now_, value);
}

} // namespace isacbot::misp
