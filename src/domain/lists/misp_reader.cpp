#include "domain/lists/misp_reader.hpp"

#include "domain/line_text.hpp"
#include "domain/lists/json_row.hpp"
#include "domain/lists/row_fields.hpp"
#include "domain/misp/tag_mapper.hpp"
#include "domain/row_merge.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace isacbot::domain {

namespace bj = boost::json;
using json::stream_path;
using json::stream_step;
using json::value_kind;

namespace {

constexpr std::size_t max_held_bytes = std::size_t{32} << 20U;
constexpr std::size_t max_event_tags = 1'000;

/// The path below the event.
std::span<const std::string> below_event(const stream_path& path) {
  std::size_t at = 0;
  for (const char* outside : {"response", "Event"})
    if (at < path.size() && path[at] == outside)
      ++at;
  return std::span(path).subspan(at);
}

bool is_at(std::span<const std::string> path, std::initializer_list<std::string_view> wanted) {
  return std::equal(path.begin(), path.end(), wanted.begin(), wanted.end());
}

/// MISP writes flags as true, 1 or "1".
bool is_set(const bj::object& object, std::string_view name, bool when_missing) {
  const bj::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null())
    return when_missing;
  const std::string text = scalar_text(*value);
  return text == "true" || text == "1";
}

misp::tag read_tag(const bj::object& object) {
  return {shown_text(member_text(object, "name"), 500), is_set(object, "local", false)};
}

misp::attribute read_attribute(const bj::object& object) {
  misp::attribute out;
  out.type = member_text(object, "type");
  out.value = member_text(object, "value");
  out.comment = member_text(object, "comment");
  out.first_seen = member_text(object, "first_seen");
  out.last_seen = member_text(object, "last_seen");
  out.to_ids = is_set(object, "to_ids", true);
  if (const bj::value* tags = object.if_contains("Tag"); tags != nullptr && tags->is_array())
    for (const bj::value& tag : tags->get_array())
      if (tag.is_object())
        out.tags.push_back(read_tag(tag.get_object()));
  return out;
}

std::size_t bytes_of(const misp::attribute& a) {
  std::size_t bytes = sizeof a + a.type.size() + a.value.size() + a.comment.size();
  for (const misp::tag& tag : a.tags)
    bytes += sizeof tag + tag.name.size();
  return bytes;
}

/// What the parts of an attribute are: "filename|sha256" is a file name and a hash.
struct attribute_part {
  std::string_view type;
  std::string_view value;
};
std::vector<attribute_part> split_attribute(const misp::attribute& a) {
  const std::string_view kind = a.type == "malware-sample" ? "filename|md5" : std::string_view(a.type);
  const std::size_t bar = kind.find('|');
  // A file's name may hold a bar, a hash can't; a registry key can't, its value may.
  const std::size_t cut = kind.ends_with("|value") ? a.value.find('|') : a.value.rfind('|');
  if (bar == std::string_view::npos || cut == std::string::npos)
    return {{kind.substr(0, bar), a.value}};
  return {{kind.substr(0, bar), std::string_view(a.value).substr(0, cut)},
          {kind.substr(bar + 1), std::string_view(a.value).substr(cut + 1)}};
}

/// Beside the value of a composite type, these say more about it.
bool is_detail(std::string_view type) noexcept {
  return type == "port" || type == "value";
}

} // namespace

stream_step misp_reader::begin(const stream_path& path, value_kind kind) {
  const auto place = below_event(path);
  if (place.empty())
    return kind == value_kind::scalar ? stream_step::skip : stream_step::enter;
  const bool attribute = is_at(place, {"Attribute"}) || is_at(place, {"Object", "Attribute"});
  if (attribute || is_at(place, {"Tag"}))
    return kind == value_kind::array ? stream_step::enter : stream_step::keep;
  return is_at(place, {"Object"}) && kind != value_kind::scalar ? stream_step::enter : stream_step::skip;
}

result<void> misp_reader::take(const stream_path& path, const bj::value& value) {
  if (below_event(path).back() == "Tag") {
    if (value.is_object() && event_tags_.size() < max_event_tags)
      event_tags_.push_back(read_tag(value.get_object()));
    return {};
  }
  if (!value.is_object())
    return items().refuse(next_number(), scalar_text(value), line_reason::not_understood);
  if (is_set(value.get_object(), "deleted", false))
    return {};
  misp::attribute attribute = read_attribute(value.get_object());
  return saw_tags_ ? make_items(attribute) : hold(std::move(attribute));
}

result<void> misp_reader::hold(misp::attribute attribute) {
  held_bytes_ += bytes_of(attribute);
  if (held_bytes_ > max_held_bytes)
    return fail(ec::too_large, "a MISP event whose tags stand behind more than 32 MiB of attributes",
                "connect the MISP server under [misp], or write the event's Tag before its Attribute");
  held_.push_back(std::move(attribute));
  return {};
}

result<void> misp_reader::end(const stream_path& path, value_kind kind) {
  const auto place = below_event(path);
  if (is_at(place, {"Tag"}) && kind == value_kind::array) {
    saw_tags_ = true;
    return {};
  }
  return place.empty() && kind == value_kind::object ? end_event() : result<void>{};
}

result<void> misp_reader::end_event() {
  for (const misp::attribute& attribute : std::exchange(held_, {}))
    if (auto made = make_items(attribute); !made)
      return made;
  held_bytes_ = 0;
  event_tags_.clear();
  saw_tags_ = false;
  return {};
}

result<void> misp_reader::finish() {
  if (auto finished = document_reader::finish(); !finished)
    return finished;
  return end_event();
}

result<void> misp_reader::make_items(const misp::attribute& a) {
  const std::uint32_t number = next_number();
  const std::vector<attribute_part> parts = split_attribute(a);
  const bool carried = std::any_of(parts.begin(), parts.end(), [](const attribute_part& part) {
    return type_named(part.type).has_value();
  });
  if (!a.to_ids)
    return items().withhold(number, a.value, line_reason::context_only);
  if (!carried)
    return items().withhold(number, a.value, line_reason::no_wire_type);

  std::vector<misp::tag> tags = a.tags;
  tags.insert(tags.end(), event_tags_.begin(), event_tags_.end());
  indicator_row details;
  details.tags = map_tags(select_tags(tags, tag_rules{}));
  details.notes = shown_text(a.comment, items().options().max_note_bytes);
  details.first_seen = parse_list_time(a.first_seen);
  details.last_seen = parse_list_time(a.last_seen);
  for (const attribute_part& part : parts)
    if (is_detail(part.type))
      join_notes(details.notes, std::string(part.type) + ": " + shown_text(part.value),
                 items().options().max_note_bytes);
  for (const attribute_part& part : parts) {
    if (is_detail(part.type))
      continue;
    if (auto made = items().add_value(number, part.value, details); !made)
      return made;
  }
  return {};
}

} // namespace isacbot::domain
