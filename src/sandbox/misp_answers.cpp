#include "sandbox/misp_answers.hpp"

#include "sandbox/misp_query.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace isacbot::sandbox {

namespace {

http::response make_json(const json::value& value, std::size_t count) {
  auto out = http::make_response(200, "application/json", json::serialize(value));
  out.headers.add("X-Result-Count", std::to_string(count));
  return out;
}

bool is_on(const json::object& parameters, std::string_view key) {
  return flag_at(parameters, key);
}

/// The elements of a list member that are objects.
std::vector<const json::object*> objects_at(const json::object& from, std::string_view key) {
  std::vector<const json::object*> out;
  if (const json::array* list = array_at(from, key))
    for (const json::value& item : *list)
      if (const auto* object = item.if_object())
        out.push_back(object);
  return out;
}

std::string quote_csv(std::string_view text) {
  std::string out = "\"";
  for (char c : text)
    out.append(c == '"' ? "\"\"" : std::string(1, c));
  return out + "\"";
}

std::string organisation_of(const json::object& body, std::string_view member) {
  const json::object* organisation = object_at(body, "Orgc");
  return organisation == nullptr ? std::string() : text_at(*organisation, member);
}

std::size_t count_attributes(const json::object& body) {
  const auto count = [](const json::object& from) {
    const auto list = objects_at(from, "Attribute");
    return static_cast<std::size_t>(
        std::count_if(list.begin(), list.end(), [](auto* a) { return !flag_at(*a, "deleted"); }));
  };
  std::size_t out = count(body);
  for (const json::object* object : objects_at(body, "Object"))
    if (!flag_at(*object, "deleted"))
      out += count(*object);
  return out;
}

std::string csv_row(const misp_event& event) {
  const json::object& body = event.body;
  std::string tags;
  for (const json::object* tag : objects_at(body, "Tag"))
    tags.append(tags.empty() ? "" : ", ").append(text_at(*tag, "name"));
  const auto number = [&](std::string_view key) { return std::to_string(number_at(body, key)); };
  const json::object* organisation = object_at(body, "Orgc");
  std::string out = std::to_string(event.id);
  const std::array<std::string, 16> fields{
      text_at(body, "date"),
      quote_csv(text_at(body, "info")),
      quote_csv(tags),
      quote_csv(text_at(body, "uuid")),
      flag_at(body, "published") ? "1" : "0",
      number("analysis"),
      std::to_string(count_attributes(body)),
      std::to_string(organisation == nullptr ? 0 : number_at(*organisation, "id")),
      quote_csv(organisation_of(body, "name")),
      quote_csv(organisation_of(body, "uuid")),
      number("timestamp"),
      number("distribution"),
      number("sharing_group_id"),
      number("threat_level_id"),
      number("publish_timestamp"),
      quote_csv(text_at(body, "extends_uuid"))};
  for (const std::string& field : fields)
    out.append(",").append(field);
  return out + "\n";
}

json::object index_row(const misp_state& state, const misp_event& event) {
  const json::object& body = event.body;
  const auto number = [&](std::int64_t n) { return misp_number(state.settings, n); };
  json::object row{{"id", number(static_cast<std::int64_t>(event.id))}};
  for (std::string_view key : {"date", "info", "uuid", "extends_uuid"})
    row[key] = text_at(body, key);
  for (std::string_view key : {"analysis", "timestamp", "distribution", "sharing_group_id", "threat_level_id",
                               "publish_timestamp", "sighting_timestamp"})
    row[key] = number(number_at(body, key));
  row["attribute_count"] = number(static_cast<std::int64_t>(count_attributes(body)));
  row["published"] = flag_at(body, "published");
  row["protected"] = nullptr;
  if (const json::object* organisation = object_at(body, "Orgc"))
    row["Orgc"] = *organisation;
  row["Org"] = json::object{{"id", number(1)}, {"name", state.settings.organisation}};
  json::array tags;
  for (const json::object* tag : objects_at(body, "Tag"))
    tags.emplace_back(json::object{{"local", flag_at(*tag, "local")}, {"Tag", *tag}});
  row["EventTag"] = std::move(tags);
  json::array clusters; // complete, as the real ones
  for (const json::object* galaxy : objects_at(body, "Galaxy"))
    for (const json::object* cluster : objects_at(*galaxy, "GalaxyCluster"))
      clusters.emplace_back(*cluster);
  if (!clusters.empty())
    row["GalaxyCluster"] = std::move(clusters);
  return row;
}

/// What a fetch leaves out.
struct event_view {
  bool attachments = false;
  bool local_tags = true;
  bool galaxies = true;
  bool reports = true;
  bool content = true;
};

json::array show_tags(const json::object& from, const event_view& view) {
  json::array out;
  for (const json::object* tag : objects_at(from, "Tag"))
    if (view.local_tags || !flag_at(*tag, "local"))
      out.emplace_back(*tag);
  return out;
}

json::object show_attribute(const json::object& attribute, const event_view& view) {
  json::object out = attribute;
  if (!view.attachments)
    out.erase("data");
  if (!view.galaxies)
    out.erase("Galaxy");
  out.erase("Tag");
  if (json::array tags = show_tags(attribute, view); !tags.empty())
    out["Tag"] = std::move(tags);
  return out;
}

json::array show_attributes(const json::object& from, const event_view& view) {
  json::array out;
  for (const json::object* attribute : objects_at(from, "Attribute"))
    if (!flag_at(*attribute, "deleted"))
      out.emplace_back(show_attribute(*attribute, view));
  return out;
}

/// Without deleted attributes and objects; deleted reports stay, as in MISP.
json::object show_event(const misp_state& state, const misp_event& event, const event_view& view) {
  json::object out = event.body;
  out.erase("Tag");
  if (json::array tags = show_tags(event.body, view); !tags.empty())
    out["Tag"] = std::move(tags);
  for (std::string_view key :
       {"timestamp", "publish_timestamp", "threat_level_id", "analysis", "distribution"})
    out[key] = misp_number(state.settings, number_at(event.body, key));
  out["id"] = misp_number(state.settings, static_cast<std::int64_t>(event.id));
  out["attribute_count"] =
      misp_number(state.settings, static_cast<std::int64_t>(count_attributes(event.body)));
  if (!view.galaxies)
    out.erase("Galaxy");
  if (!view.reports)
    out.erase("EventReport");
  if (!view.content) {
    for (std::string_view key : {"Attribute", "Object", "EventReport", "ShadowAttribute"})
      out.erase(key);
    return out;
  }
  out["Attribute"] = show_attributes(event.body, view);
  json::array objects;
  for (const json::object* object : objects_at(event.body, "Object")) {
    json::object shown = *object;
    json::array attributes = show_attributes(*object, view);
    if (flag_at(*object, "deleted") || attributes.empty())
      continue;
    shown["Attribute"] = std::move(attributes);
    objects.emplace_back(std::move(shown));
  }
  out["Object"] = std::move(objects);
  return out;
}

} // namespace

http::response make_misp_error(unsigned status, std::string_view message, std::string_view path) {
  return http::make_response(
      status, "application/json",
      json::serialize(json::object{{"name", message}, {"message", message}, {"url", path}}));
}

http::response make_misp_page(unsigned status, std::string_view title) {
  return http::make_response(status, "text/html; charset=UTF-8",
                             "<!DOCTYPE html><html><body><h1>" + std::string(title) + "</h1></body></html>");
}

http::response answer_misp_index(const misp_state& state, const misp_request& request) {
  auto filter = read_misp_filter(request.parameters, request.now, true);
  if (!filter)
    return make_misp_error(500, "An Internal Error Has Occurred.", request.path);
  auto all = select_misp_events(state, *filter, request.parameters);
  const std::size_t count = all.size();
  all = page_of(std::move(all), request.parameters);
  if (request.wants_csv) {
    std::string body =
        "id,date,info,tags,uuid,published,analysis,attribute_count,orgc_id,orgc_name,orgc_uuid,timestamp,"
        "distribution,sharing_group_id,threat_level_id,publish_timestamp,extends_uuid\n";
    for (const misp_event* event : all)
      body += csv_row(*event);
    auto out = http::make_response(200, "text/csv; charset=UTF-8", std::move(body));
    out.headers.add("X-Result-Count", std::to_string(count));
    return out;
  }
  json::array rows;
  for (const misp_event* event : all)
    rows.emplace_back(index_row(state, *event));
  return make_json(rows, count);
}

http::response answer_misp_search(const misp_state& state, const misp_request& request) {
  if (request.is_get)
    return make_misp_error(400, "No valid parameters given.", request.path);
  const json::object& asked = request.parameters;
  if (const std::string form = text_at(asked, "returnFormat"); !form.empty() && form != "json")
    return make_misp_error(404, "Invalid output format.", request.path);
  auto filter = read_misp_filter(asked, request.now, false);
  if (!filter || (is_on(asked, "noShadowAttributes") &&
                  (is_on(asked, "enforceWarninglist") || is_on(asked, "includeWarninglistHits"))))
    return make_misp_error(500, "An Internal Error Has Occurred.", request.path);
  auto all = select_misp_events(state, *filter, asked);
  const std::size_t count = all.size();
  const event_view view{is_on(asked, "withAttachments"), !is_on(asked, "excludeLocalTags"),
                        !is_on(asked, "excludeGalaxy"), !is_on(asked, "noEventReports"),
                        !is_on(asked, "metadata")};
  json::array events;
  for (const misp_event* event : page_of(std::move(all), asked))
    events.emplace_back(json::object{{"Event", show_event(state, *event, view)}});
  return make_json(json::object{{"response", std::move(events)}}, count);
}

http::response answer_misp_attributes(const misp_state& state, const misp_request& request) {
  auto filter = read_misp_filter(request.parameters, request.now, false);
  json::array all;
  if (filter)
    for (const misp_event* event : select_misp_events(state, *filter, {})) {
      const auto add = [&](const json::object& from) {
        for (json::value& attribute : show_attributes(from, {})) {
          attribute.as_object()["Event"] = json::object{{"uuid", text_at(event->body, "uuid")}};
          all.emplace_back(std::move(attribute));
        }
      };
      add(event->body);
      for (const json::object* object : objects_at(event->body, "Object"))
        add(*object);
    }
  const std::int64_t limit = number_at(request.parameters, "limit");
  json::array page;
  if (limit <= 0) {
    page = std::move(all);
  } else {
    const auto first = static_cast<std::size_t>(
        (std::max<std::int64_t>(1, number_at(request.parameters, "page")) - 1) * limit);
    for (std::size_t i = first; i < all.size() && i < first + static_cast<std::size_t>(limit); ++i)
      page.emplace_back(all[i]);
  }
  const std::size_t shown = page.size();
  return make_json(json::object{{"response", json::object{{"Attribute", std::move(page)}}}},
                   limit > 0 && shown == static_cast<std::size_t>(limit) ? shown + 1 : shown);
}

http::response answer_misp_view(const misp_state& state, const misp_request& request) {
  constexpr std::string_view base = "/events/view/";
  std::string_view rest = request.path.substr(base.size());
  const std::string wanted(rest.substr(0, rest.find('/')));
  const auto segment = [&](std::string_view name) { return rest.find(name) != std::string_view::npos; };
  if (segment("noShadowAttributes:1") && !segment("includeWarninglistHits:0"))
    return make_misp_error(500, "An Internal Error Has Occurred.", request.path);
  const event_view view{!segment("includeAttachments:0"), !segment("excludeLocalTags:1"),
                        !segment("excludeGalaxy:1"), !segment("noEventReports:1"), true};
  for (const auto& [uuid, event] : state.events)
    if (uuid == wanted || std::to_string(event.id) == wanted)
      return http::make_response(200, "application/json",
                                 json::serialize(json::object{{"Event", show_event(state, event, view)}}));
  return make_misp_error(404, "Invalid event", request.path);
}

http::response answer_misp_version(const misp_state& state) {
  return http::make_response(
      200, "application/json",
      json::serialize(json::object{{"version", state.settings.version},
                                   {"pymisp_recommended_version", state.settings.version},
                                   {"perm_sync", false},
                                   {"perm_sighting", true},
                                   {"uuid", "-"},
                                   {"filter_sightings", true}}));
}

} // namespace isacbot::sandbox
