#include "station/routes.hpp"

#include "protocol/percent.hpp"

#include <array>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::array routes{
    route{"POST", "/oauth/token", endpoint::token, "/oauth/token", day_quota::exempt},
    route{"GET", "/ping", endpoint::ping, "/ping", day_quota::counted},
    route{"GET", "/version", endpoint::version, "/version", day_quota::counted},
    route{"GET", "/enclaves", endpoint::enclaves, "/enclaves", day_quota::counted},
    route{"GET", "/request-quotas", endpoint::request_quotas, "/request-quotas", day_quota::exempt},
    route{"POST", "/indicators", endpoint::submit_indicators, "/indicators", day_quota::exempt},
    route{"GET", "/submissions/{id}/status", endpoint::submission_status, "/submissions/{id}/status",
          day_quota::counted},
    route{"POST", "/indicators/search", endpoint::search_indicators, "/indicators/search",
          day_quota::counted},
    route{"GET", "/indicators/search", endpoint::search_indicators, "/indicators/search", day_quota::counted},
    route{"POST", "/indicators/metadata", endpoint::indicator_metadata, "/indicators/metadata",
          day_quota::counted},
    route{"POST", "/indicators/summaries", endpoint::indicator_summaries, "/indicators/summaries",
          day_quota::counted},
    route{"POST", "/reports", endpoint::create_report, "/reports", day_quota::exempt},
    route{"POST", "/reports/search", endpoint::search_reports, "/reports/search", day_quota::counted},
    route{"GET", "/reports/search", endpoint::search_reports, "/reports/search", day_quota::counted},
    route{"GET", "/reports", endpoint::list_reports, "/reports", day_quota::counted},
    route{"GET", "/reports/correlate", endpoint::correlate_reports, "/reports/correlate", day_quota::counted},
    route{"GET", "/reports/correlated", endpoint::correlated_reports, "/reports/correlated",
          day_quota::counted},
    route{"POST", "/reports/upsert", endpoint::upsert_report, "/reports/upsert", day_quota::exempt},
    route{"GET", "/reports/tags", endpoint::all_report_tags, "/reports/tags", day_quota::counted},
    route{"POST", "/reports/copy/{id}", endpoint::copy_report, "/reports/copy/{id}", day_quota::exempt},
    route{"POST", "/reports/move/{id}", endpoint::move_report, "/reports/move/{id}", day_quota::counted},
    route{"GET", "/reports/{id}", endpoint::report_details, "/reports/{id}", day_quota::counted},
    route{"PUT", "/reports/{id}", endpoint::update_report, "/reports/{id}", day_quota::exempt},
    route{"DELETE", "/reports/{id}", endpoint::delete_report, "/reports/{id}", day_quota::counted},
    route{"GET", "/reports/{id}/status", endpoint::report_status, "/reports/{id}/status", day_quota::counted},
    route{"GET", "/reports/{id}/indicators", endpoint::report_indicators, "/reports/{id}/indicators",
          day_quota::counted},
    route{"GET", "/reports/{id}/tags", endpoint::report_tags, "/reports/{id}/tags", day_quota::counted},
    route{"POST", "/reports/{id}/tags", endpoint::add_report_tag, "/reports/{id}/tags", day_quota::counted},
    route{"DELETE", "/reports/{id}/tags/{name}", endpoint::delete_report_tag, "/reports/{id}/tags/{name}",
          day_quota::counted},
    route{"POST", "/reports/{id}/alter-tags", endpoint::alter_report_tags, "/reports/{id}/alter-tags",
          day_quota::counted},
    route{"GET", "/whitelist", endpoint::list_whitelist, "/whitelist", day_quota::counted},
    route{"POST", "/whitelist", endpoint::add_to_whitelist, "/whitelist", day_quota::counted},
    route{"DELETE", "/whitelist", endpoint::delete_from_whitelist, "/whitelist", day_quota::counted},
    route{"GET", "/indicators", endpoint::list_indicators, "/indicators", day_quota::counted},
    route{"GET", "/indicators/related", endpoint::related_indicators, "/indicators/related",
          day_quota::counted},
    route{"GET", "/indicators/details", endpoint::indicator_details, "/indicators/details",
          day_quota::counted},
    route{"GET", "/indicators/community-trending", endpoint::community_trends,
          "/indicators/community-trending", day_quota::counted},
    route{"GET", "/indicators/tags", endpoint::list_indicator_tags, "/indicators/tags", day_quota::counted},
    route{"POST", "/indicators/tags", endpoint::add_indicator_tag, "/indicators/tags", day_quota::counted},
    route{"DELETE", "/indicators/tags/{id}", endpoint::delete_indicator_tag, "/indicators/tags/{id}",
          day_quota::counted},
    route{"POST", "/indicators/metadata/bulk-export", endpoint::start_export,
          "/indicators/metadata/bulk-export", day_quota::counted},
    route{"GET", "/indicators/metadata/bulk-export/{id}/status", endpoint::export_status,
          "/indicators/metadata/bulk-export/{id}/status", day_quota::counted},
    route{"GET", "/indicators/metadata/bulk-export/{id}/data.csv", endpoint::export_data,
          "/indicators/metadata/bulk-export/{id}/data.csv", day_quota::counted},
    route{"POST", "/redaction/report", endpoint::redact_report, "/redaction/report", day_quota::counted},
    route{"POST", "/triage/submissions", endpoint::triage_submissions, "/triage/submissions",
          day_quota::counted},
    route{"POST", "/triage/indicators", endpoint::triage_indicators, "/triage/indicators",
          day_quota::counted},
    route{"POST", "/triage/submissions/{id}/status", endpoint::triage_status,
          "/triage/submissions/{id}/status", day_quota::counted},
};

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    std::size_t slash = path.find('/');
    if (slash != 0)
      segments.push_back(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return segments;
}

/// What stood for the braces of a pattern.
struct path_values {
  std::string id;
  std::string name;
};

/// @returns nullopt when the path is another one
std::optional<path_values> match_pattern(std::string_view pattern, std::span<const std::string> segments) {
  auto wanted = split(pattern);
  if (wanted.size() != segments.size())
    return std::nullopt;
  path_values values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{id}")
      values.id = segments[i];
    else if (wanted[i] == "{name}")
      values.name = segments[i];
    else if (wanted[i] != segments[i])
      return std::nullopt;
  }
  return values;
}

/// The segments below the API's base; nullopt when the path lies elsewhere.
std::optional<std::span<const std::string>> below_base(const std::vector<std::string>& segments) {
  std::span<const std::string> all(segments);
  if (segments.size() < 2 || segments[0] != "api")
    return std::nullopt;
  if (segments[1] == "1.3" || segments[1] == "1.3-beta")
    return all.subspan(2);
  if (segments.size() == 2 && segments[1] == "version")
    return all.subspan(1);
  return std::nullopt;
}

} // namespace

std::span<const route> all_routes() noexcept {
  return routes;
}

index_use use_of_index(endpoint what) noexcept {
  switch (what) {
  case endpoint::submit_indicators:
  case endpoint::create_report:
  case endpoint::upsert_report:
  case endpoint::copy_report:
  case endpoint::move_report:
  case endpoint::update_report:
  case endpoint::delete_report:
  case endpoint::add_report_tag:
  case endpoint::delete_report_tag:
  case endpoint::alter_report_tags:
    return index_use::feeds;
  case endpoint::search_indicators:
  case endpoint::indicator_metadata:
  case endpoint::indicator_summaries:
  case endpoint::search_reports:
  case endpoint::correlate_reports:
  case endpoint::correlated_reports:
  case endpoint::list_indicators:
  case endpoint::related_indicators:
  case endpoint::indicator_details:
  case endpoint::list_indicator_tags:
  case endpoint::add_indicator_tag: // a row that waits must not undo it
  case endpoint::delete_indicator_tag:
  case endpoint::export_data:
    return index_use::asks;
  default:
    return index_use::none;
  }
}

result<request_target> parse_target(std::string_view target) {
  if (std::size_t scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    std::size_t slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  if (!target.starts_with('/'))
    return fail(ec::malformed, "the request target is no path");
  std::size_t question = target.find('?');
  request_target out;
  out.path = target.substr(0, question);
  for (std::string_view segment : split(out.path)) {
    auto decoded = percent::decode(segment, false);
    if (!decoded)
      return fail(ec::malformed, "the path has a broken percent escape");
    out.segments.push_back(std::move(*decoded));
  }
  auto query = trustar::query_reader::parse(question == std::string_view::npos ? std::string_view()
                                                                               : target.substr(question + 1));
  if (!query)
    return query.error();
  out.query = std::move(*query);
  return out;
}

route_match match_route(std::string_view method, const std::vector<std::string>& segments) {
  bool is_token = segments.size() == 2 && segments[0] == "oauth" && segments[1] == "token";
  auto below = below_base(segments);
  route_match match;
  bool literal_path = false; // "/reports/search" is a path of its own and never the id "search"
  for (const route& r : routes) {
    std::optional<path_values> values;
    bool literal = r.pattern.find('{') == std::string_view::npos;
    if (r.what == endpoint::token)
      values = is_token ? std::optional(path_values{}) : std::nullopt;
    else if (below && (literal || !literal_path))
      values = match_pattern(r.pattern, *below);
    if (!values)
      continue;
    match.path_known = true;
    literal_path = literal_path || literal;
    if (r.method == method)
      return {&r, true, std::move(values->id), std::move(values->name)};
  }
  return match;
}

} // namespace isacbot::station
