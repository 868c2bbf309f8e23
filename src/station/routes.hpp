/// Which request means what. Pure.
#pragma once

#include "core/error.hpp"
#include "protocol/trustar/query.hpp"
#include "telemetry/label.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

enum class endpoint : std::uint8_t {
  token,
  ping,
  version,
  enclaves,
  request_quotas,
  submit_indicators,
  submission_status,
  search_indicators,
  indicator_metadata,
  indicator_summaries,
  create_report,
  list_reports,
  search_reports,
  correlate_reports,
  correlated_reports,
  upsert_report,
  copy_report,
  move_report,
  all_report_tags,
  report_details,
  update_report,
  delete_report,
  report_status,
  report_indicators,
  report_tags,
  add_report_tag,
  delete_report_tag,
  alter_report_tags,
  list_whitelist,
  add_to_whitelist,
  delete_from_whitelist,
  list_indicators,
  related_indicators,
  indicator_details,
  community_trends,
  list_indicator_tags,
  add_indicator_tag,
  delete_indicator_tag,
  start_export,
  export_status,
  export_data,
  redact_report,
  triage_submissions,
  triage_indicators,
  triage_status,
};

/// Whether a call counts against the company's day. Submissions and questions about the quota don't.
enum class day_quota : bool { exempt, counted };

/// What a call has to do with the indexes.
enum class index_use : std::uint8_t {
  none,
  feeds, ///< leaves something to be indexed
  asks,  ///< answers from them
};
index_use use_of_index(endpoint what) noexcept;

struct route {
  std::string_view method;
  std::string_view
      pattern; ///< below /api/1.3, except for the token; "{id}" and "{name}" stand for one segment
  endpoint what;
  telemetry::label name; ///< for metrics
  day_quota quota;
};

/// Every route there is, literal segments before those in braces.
std::span<const route> all_routes() noexcept;

/// A request target taken apart.
struct request_target {
  std::string path; ///< as sent, without scheme, host and query
  std::vector<std::string>
      segments; ///< decoded; empty ones left out, because bases given with a slash double it
  trustar::query_reader query;
};

/// Reads origin form and absolute form (RFC 9112 section 3.2).
/// @error ec::malformed on a broken percent escape or a target that is neither
result<request_target> parse_target(std::string_view target);

struct route_match {
  const route* found = nullptr;
  bool path_known = false; ///< the path exists, but not with this method
  std::string id;          ///< what stood for "{id}"
  std::string name;        ///< what stood for "{name}"
};

/// Accepts /api/1.3 and its alias /api/1.3-beta, /api/version, and /oauth/token.
route_match match_route(std::string_view method, const std::vector<std::string>& segments);

} // namespace isacbot::station
