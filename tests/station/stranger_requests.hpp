/// Every request that a stranger can make about a thing: made from the tables of routes and pages.
#pragma once

#include "core/bytes.hpp"
#include "protocol/percent.hpp"
#include "station/pages/page_routes.hpp"
#include "station/routes.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace isacbot::test {

using station::endpoint;
using station::page;

/// Objects that requests can name, by kind.
using objects = std::map<std::string, std::string>;

/// Bodies that an endpoint takes; "@" stands for an object. Empty: it takes none. A new endpoint does not
/// compile until it has a line here, and fails while its line is missing.
inline std::vector<std::string> bodies_of(endpoint what) {
  const std::string report = R"("title": "t verysecretmarker", "reportBody": "8.8.8.77")";
  switch (what) {
  case endpoint::submit_indicators:
    return {
        R"({"enclaveIds": ["@"], "content": [{"value": "198.51.100.77"}]})",
        R"({"enclaveIds": ["@"], "content": [{"value": "203.0.113.8", "tags": [{"name": "hiddenmark"}]}]})"};
  case endpoint::search_indicators:
  case endpoint::search_reports:
  case endpoint::start_export:
    return {R"({"searchTerm": "@"})"};
  case endpoint::indicator_metadata:
    return {R"([{"value": "@"}])", R"([{"value": "@", "indicatorType": "IP"}])"};
  case endpoint::indicator_summaries:
  case endpoint::add_to_whitelist:
    return {R"(["@"])"};
  case endpoint::create_report:
  case endpoint::update_report:
    return {"{" + report + R"(, "enclaveIds": ["@"]})",
            "{" + report + R"(, "enclaveIds": ["@"], "externalTrackingId": "case-1"})"};
  case endpoint::upsert_report:
    return {"{" + report + R"(, "guid": "@"})",
            "{" + report + R"(, "enclaveIds": ["@"], "externalTrackingId": "case-1"})"};
  case endpoint::copy_report:
    return {"", "{" + report + R"(, "tags": ["@"]})"};
  case endpoint::alter_report_tags:
    return {R"({"addedTags": [{"name": "@"}]})", R"({"removedTags": [{"name": "@"}]})"};
  case endpoint::add_indicator_tag:
    return {R"({"value": "198.51.100.77", "tag": {"name": "hiddenmark", "enclaveId": "@"}})"};
  case endpoint::redact_report:
    return {R"({"title": "@", "reportBody": "verysecretmarker"})"};
  case endpoint::triage_submissions:
  case endpoint::triage_indicators:
    return {R"({"enclaveIds": ["@"]})"};
  case endpoint::token: // not called: it names no object
    return {};
  case endpoint::ping:
  case endpoint::version:
  case endpoint::enclaves:
  case endpoint::request_quotas:
  case endpoint::submission_status:
  case endpoint::list_reports:
  case endpoint::correlate_reports:
  case endpoint::correlated_reports:
  case endpoint::move_report:
  case endpoint::all_report_tags:
  case endpoint::report_details:
  case endpoint::delete_report:
  case endpoint::report_status:
  case endpoint::report_indicators:
  case endpoint::report_tags:
  case endpoint::add_report_tag:
  case endpoint::delete_report_tag:
  case endpoint::list_whitelist:
  case endpoint::delete_from_whitelist:
  case endpoint::list_indicators:
  case endpoint::related_indicators:
  case endpoint::indicator_details:
  case endpoint::community_trends:
  case endpoint::list_indicator_tags:
  case endpoint::delete_indicator_tag:
  case endpoint::export_status:
  case endpoint::export_data:
  case endpoint::triage_status:
    return {""};
  }
  return {};
}

inline std::string with(std::string text, std::string_view placeholder, const std::string& object) {
  for (std::size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos; at += object.size())
    text.replace(at, placeholder.size(), object);
  return text;
}

inline std::string quote(std::string_view text) {
  return percent::encode(text, percent::alphabet::path);
}

struct request {
  std::string method, target, body;
};

/// Every object at every place of an endpoint's request, one at a time.
inline std::vector<request> requests_of(const station::route& r, const objects& known) {
  static const char* parameters[] = {"enclaveIds", "searchTerm",     "indicators",    "indicatorValues",
                                     "value",      "tags",           "excludedTags",  "tagIds",
                                     "name",       "excludedTagIds", "destEnclaveId", "type"};
  std::vector<request> all;
  auto add = [&](const std::string& id, const std::string& query, const std::string& body) {
    std::string path = with(with(std::string(r.pattern), "{id}", quote(id)), "{name}", "hiddentag");
    all.push_back(
        {std::string(r.method), "/api/1.3" + path + "?from=0" + query, r.method == "GET" ? "" : body});
  };
  const auto bodies = bodies_of(r.what);
  if (bodies.empty())
    return all;
  const std::string& report = known.at("report");
  bool has_id = r.pattern.find("{id}") != std::string_view::npos;
  for (const auto& [kind, object] : known) {
    for (const std::string& body : bodies)
      for (const char* id_type : {"", "&idType=external"})
        add(report, id_type, with(body, "@", object));
    if (has_id)
      for (const char* id_type : {"", "&idType=external", "&value=198.51.100.77"})
        add(object, id_type + ("&destEnclaveId=" + known.at("their own enclave")),
            with(bodies.front(), "@", known.at("their own enclave")));
    for (const char* parameter : parameters)
      add(report, "&" + std::string(parameter) + "=" + quote(object),
          with(bodies.front(), "@", known.at("enclave")));
  }
  std::sort(all.begin(), all.end(), [](const request& a, const request& b) {
    return std::tie(a.target, a.body) < std::tie(b.target, b.body);
  });
  all.erase(std::unique(
                all.begin(), all.end(),
                [](const request& a, const request& b) { return a.target == b.target && a.body == b.body; }),
            all.end());
  return all;
}

inline std::vector<request> requests_of(const station::page_route& r, const objects& known) {
  std::vector<request> all;
  for (const auto& [kind, object] : known)
    switch (r.what) {
    case page::search:
      all.push_back({"GET", "/?q=" + quote(object), ""});
      break;
    case page::account:
      all.push_back({"GET", "/account?x=" + quote(object), ""});
      break;
    case page::report:
      all.push_back({"GET", with(std::string(r.pattern), "{id}", quote(object)), ""});
      break;
    case page::indicator:
      for (const char* type : {"IP|", "URL|"})
        all.push_back(
            {"GET", with(std::string(r.pattern), "{indicator}", to_base64(quote(std::string(type) + object))),
             ""});
      break;
    case page::login_form:
    case page::style_sheet:
      all.push_back({"GET", std::string(r.pattern) + "?next=/" + quote(object), ""});
      break;
    case page::log_in: // they take credentials, which name no object
    case page::log_out:
    case page::renew_secret:
      break;
    }
  return all;
}

} // namespace isacbot::test
