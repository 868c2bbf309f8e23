#include "domain/lists/stix_reader.hpp"

#include "domain/line_text.hpp"
#include "domain/lists/json_row.hpp"
#include "domain/lists/row_fields.hpp"
#include "domain/lists/stix_values.hpp"
#include "domain/misp/tag_mapper.hpp"
#include "domain/row_merge.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace isacbot::domain {

namespace bj = boost::json;
using json::stream_path;
using json::stream_step;
using json::value_kind;

namespace {

constexpr std::size_t most_remembered = 10'000;
constexpr std::size_t max_row_notes = 2'000;
constexpr std::int64_t most_sightings = 1'000'000'000;

bool is_revoked(const bj::object& object) {
  const bj::value* revoked = object.if_contains("revoked");
  return revoked != nullptr && revoked->is_bool() && revoked->get_bool();
}

std::optional<sys_time> first_time(const bj::object& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (auto time = parse_list_time(member_text(object, name)))
      return time;
  return std::nullopt;
}

std::optional<std::int64_t> read_number(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  const std::int64_t* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? std::nullopt : std::optional(*number);
}

} // namespace

stream_step stix_reader::begin(const stream_path& path, value_kind kind) {
  if (kind == value_kind::scalar)
    return stream_step::skip;
  if (!std::exchange(begun_, true)) {
    list_ = kind == value_kind::array;
    return stream_step::enter;
  }
  if (path.empty())
    return list_ && kind == value_kind::object ? stream_step::keep : stream_step::skip;
  if (path.size() != 1 || path[0] != "objects")
    return stream_step::skip;
  return kind == value_kind::array ? stream_step::enter : stream_step::keep;
}

result<void> stix_reader::take(const stream_path&, const bj::value& value) {
  return value.is_object() ? take_object(value.get_object()) : result<void>{};
}

result<void> stix_reader::take_object(const bj::object& object) {
  const std::string kind = member_text(object, "type");
  if (kind == "marking-definition") {
    remember_marking(object);
    return {};
  }
  if (kind == "identity") {
    if (identities_.size() < most_remembered)
      identities_.emplace(member_text(object, "id"), shown_text(member_text(object, "name")));
    return {};
  }
  const bool observable = is_stix_observable(kind);
  if (!observable && kind != "indicator" && kind != "malware" && kind != "vulnerability" &&
      kind != "observed-data")
    return {};
  if (is_revoked(object))
    return items().withhold(next_number(), member_text(object, kind == "indicator" ? "pattern" : "name"),
                            line_reason::context_only);
  const indicator_row details = read_details(object);
  if (kind == "indicator")
    return add_indicator(object, details);
  if (kind == "observed-data")
    return add_observed_data(object, details);
  if (kind == "vulnerability")
    return add_vulnerability(object, details);
  if (kind == "malware")
    return items().add_value(next_number(), member_text(object, "name"), details);
  return add_observable(object, kind, details);
}

result<void> stix_reader::add_indicator(const bj::object& object, const indicator_row& details) {
  const std::uint32_t number = next_number();
  const std::string pattern = member_text(object, "pattern");
  if (const std::string language = member_text(object, "pattern_type");
      !language.empty() && language != "stix")
    return items().withhold(number, pattern, line_reason::no_wire_type); // YARA, Snort, ...
  auto comparisons = stix::parse_pattern(pattern);
  if (!comparisons || comparisons->empty())
    return items().refuse(number, pattern, line_reason::not_understood);
  for (const stix::comparison& c : *comparisons)
    for (const stix_value& found : values_of(c)) {
      auto made = found.reason ? (*found.reason == line_reason::not_understood
                                      ? items().refuse(number, found.text, *found.reason)
                                      : items().withhold(number, found.text, *found.reason))
                               : items().add_value(number, found.text, details);
      if (!made)
        return made;
    }
  return {};
}

/// The form of 2.0, which 2.1 still allows: the observables stand in the object itself. References lead to
/// objects of the bundle, which are read on their own.
result<void> stix_reader::add_observed_data(const bj::object& object, indicator_row details) {
  const bj::value* inside = object.if_contains("objects");
  if (inside == nullptr || !inside->is_object())
    return {};
  const auto often = read_number(object, "number_observed");
  details.sightings =
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(often.value_or(1), 1, most_sightings));
  for (const auto& member : inside->get_object()) {
    if (!member.value().is_object())
      continue;
    const bj::object& observable = member.value().get_object();
    const std::string kind = member_text(observable, "type");
    if (auto made = add_observable(observable, kind, details); !made)
      return made;
  }
  return {};
}

result<void> stix_reader::add_observable(const bj::object& object, std::string_view kind,
                                         const indicator_row& details) {
  const std::uint32_t number = next_number();
  const std::vector<stix_value> values = values_of(kind, object);
  if (values.empty())
    return items().withhold(number, std::string(kind) + " " + member_text(object, "name"),
                            line_reason::no_wire_type);
  for (const stix_value& found : values)
    if (auto made = items().add_value(number, found.text, details); !made)
      return made;
  return {};
}

result<void> stix_reader::add_vulnerability(const bj::object& object, const indicator_row& details) {
  const std::uint32_t number = next_number();
  std::string name = member_text(object, "name");
  if (const bj::value* references = object.if_contains("external_references");
      references != nullptr && references->is_array())
    for (const bj::value& reference : references->get_array())
      if (reference.is_object() && member_text(reference.get_object(), "source_name") == "cve")
        if (std::string id = member_text(reference.get_object(), "external_id"); !id.empty())
          name = std::move(id);
  return items().add_value(number, name, details);
}

indicator_row stix_reader::read_details(const bj::object& object) const {
  indicator_row out;

  if (member_text(object, "type") == "indicator") // elsewhere the name is the value
    join_notes(out.notes, shown_text(member_text(object, "name"), max_row_notes), max_row_notes);
  join_notes(out.notes, shown_text(member_text(object, "description"), max_row_notes), max_row_notes);
  out.first_seen = first_time(object, {"valid_from", "first_observed", "first_seen"});
  out.last_seen = first_time(object, {"last_observed", "last_seen"});
  if (out.first_seen && out.last_seen && *out.last_seen < *out.first_seen)
    out.last_seen.reset();
  if (auto known = identities_.find(member_text(object, "created_by_ref")); known != identities_.end())
    out.source = known->second;
  std::vector<std::string> names;
  for (const std::string& id : member_texts(object, "object_marking_refs")) {
    if (const std::string_view level = well_known_marking(id); !level.empty())
      names.emplace_back(level);
    else if (auto known = markings_.find(id); known != markings_.end())
      names.push_back(known->second);
  }
  for (const char* list : {"labels", "indicator_types"})
    for (std::string& label : member_texts(object, list))
      names.push_back(std::move(label));
  out.tags = map_tags(names);
  return out;
}

/// TLP as 2.1 writes it (`definition.tlp`), or the name of any other marking.
void stix_reader::remember_marking(const bj::object& object) {
  std::string tag = member_text(object, "name");
  if (const bj::value* definition = object.if_contains("definition");
      definition != nullptr && definition->is_object())
    if (const std::string level = member_text(definition->get_object(), "tlp"); !level.empty())
      tag = "tlp:" + level;
  if (!tag.empty() && markings_.size() < most_remembered)
    markings_.emplace(member_text(object, "id"), shown_text(tag));
}

} // namespace isacbot::domain
