#include "protocol/misp/requests.hpp"

#include "protocol/misp/event.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace isacbot::misp {

namespace bj = boost::json;

namespace {

constexpr std::size_t key_length = 40;
constexpr std::string_view json_type = "application/json";

std::string absolute(std::string_view url, std::string_view path) {
  while (url.ends_with('/'))
    url.remove_suffix(1);
  return std::string(url).append(path); // the base may hold a path: append, never replace
}

http::request make_request(const server& at, std::string method, std::string_view path,
                           std::string_view accept) {
  http::request request;
  request.method = std::move(method);
  request.target = absolute(at.url, path);
  request.headers.add(at.auth_header, std::string(at.key.reveal()));
  request.headers.add("Accept", std::string(accept));
  if (!at.user_agent.empty())
    request.headers.add("User-Agent", at.user_agent);
  return request;
}

http::request make_post(const server& at, std::string_view path, const bj::object& body,
                        std::string_view accept = json_type) {
  http::request request = make_request(at, "POST", path, accept);
  request.headers.add("Content-Type", std::string(json_type));
  request.body = bj::serialize(body);
  return request;
}

/// "90s", "15m", "24h" before the server's now, or epoch seconds. Days are left alone: PHP's days have a time
/// zone.
bj::value bound_to_json(const time_bound& bound) {
  if (!bound.is_relative())
    return bound.count();
  std::int64_t count = std::max<std::int64_t>(0, bound.count());
  if (count != 0 && count % 3600 == 0)
    return bj::string(std::to_string(count / 3600) + "h");
  return bj::string(std::to_string(count) + "s");
}

bj::value published_filter(bool include_unpublished) {
  if (!include_unpublished)
    return 1;
  bj::array both;
  both.emplace_back(0);
  both.emplace_back(1);
  return both;
}

error no_uuid() {
  return fail(ec::invalid_argument, "an event is asked for by something that is no UUID");
}

} // namespace

bool is_key_text(std::string_view key) noexcept {
  return key.size() == key_length && std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

http::request make_index_request(const server& at, const index_query& query, index_form form) {
  const char* time_field = query.include_unpublished ? "timestamp" : "publish_timestamp";
  bj::object body{{"published", published_filter(query.include_unpublished)}};
  if (query.window) {
    bj::array window;
    window.emplace_back(bound_to_json(query.window->from));
    window.emplace_back(bound_to_json(query.window->to));
    body[time_field] = std::move(window);
  }
  if (!query.date_from.empty())
    body["datefrom"] = query.date_from;
  if (!query.date_until.empty())
    body["dateuntil"] = query.date_until;
  body["sort"] = time_field;
  body["direction"] = "asc";
  return make_post(at, "/events/index", body, form == index_form::csv ? "text/csv" : json_type);
}

result<http::request> make_events_request(const server& at, std::span<const std::string> uuids,
                                          const fetch_form& form) {
  if (uuids.empty() || uuids.size() > max_events_per_fetch)
    return fail(ec::invalid_argument, "a fetch names " + std::to_string(uuids.size()) +
                                          " events, 1 to 50 are allowed: none would mean all of them");
  bj::array ids;
  for (const std::string& uuid : uuids) {
    auto lower = parse_uuid(uuid); // MISP finds lower case only
    if (!lower)
      return no_uuid();
    ids.emplace_back(*lower);
  }
  bj::object body{{"returnFormat", "json"}};
  if (ids.size() == 1)
    body["eventid"] = ids.front();
  else
    body["eventid"] = std::move(ids);
  body["published"] = published_filter(form.include_unpublished);
  if (!form.include_local_tags)
    body["excludeLocalTags"] = 1;
  body["sgReferenceOnly"] = 1;
  body["noShadowAttributes"] = 1;
  body["withAttachments"] = 0;
  if (form.exclude_galaxies)
    body["excludeGalaxy"] = 1;
  if (form.exclude_reports)
    body["noEventReports"] = 1;
  if (form.metadata_only)
    body["metadata"] = 1;
  return make_post(at, "/events/restSearch", body);
}

result<http::request> make_attributes_request(const server& at, std::string_view uuid, std::uint32_t page) {
  auto lower = parse_uuid(uuid);
  if (!lower)
    return no_uuid();
  if (page == 0)
    return fail(ec::invalid_argument, "pages of attributes count from 1");
  bj::object body{{"returnFormat", "json"},
                  {"eventid", *lower},
                  {"limit", attributes_per_page},
                  {"page", page},
                  {"order", "Attribute.id asc"}};
  return make_post(at, "/attributes/restSearch", body);
}

result<http::request> make_view_request(const server& at, std::string_view uuid, const fetch_form& form) {
  auto lower = parse_uuid(uuid);
  if (!lower)
    return no_uuid();
  std::string path = "/events/view/" + *lower;
  path += "/includeAttachments:0/includeEventCorrelations:0/includeFeedCorrelations:0";
  path += "/includeWarninglistHits:0"; // or noShadowAttributes is a 500
  if (!form.include_local_tags)
    path += "/excludeLocalTags:1";
  path += "/noShadowAttributes:1";
  if (form.exclude_galaxies)
    path += "/excludeGalaxy:1";
  if (form.exclude_reports)
    path += "/noEventReports:1";
  return make_request(at, "GET", path, json_type);
}

http::request make_version_request(const server& at) {
  return make_request(at, "GET", "/servers/getVersion", json_type);
}

std::string event_link(std::string_view server_url, std::string_view id) {
  if (server_url.empty() || id.empty())
    return {};
  return absolute(server_url, "/events/view/").append(id);
}

} // namespace isacbot::misp
