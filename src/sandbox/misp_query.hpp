/// Parameters of the sample MISP server's listings and searches, and what they select.
#pragma once

#include "sandbox/misp_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::sandbox {

/// A lower bound, or both; inclusive, seconds since the epoch.
struct misp_range {
  std::int64_t from = 0;
  std::optional<std::int64_t> to;

  [[nodiscard]] bool holds(std::int64_t time) const { return time >= from && (!to || time <= *to); }
};

/// Reads a time as MISP does: epoch seconds as number or text, "90s", "15m", "24h", "7d" before `now`;
/// anything else is `now` + 1.
std::int64_t read_misp_time(const json::value& value, std::int64_t now);

/// Reads a time filter.
/// @param sorted  search puts the ends of a range in order, the index does not
/// @returns nullopt for a filter that is none (a list of other than two)
std::optional<misp_range> read_misp_range(const json::value& value, std::int64_t now, bool sorted);

/// Whether an event passes the parameters that index and search have in common: `published`,
/// `publish_timestamp`, `timestamp`, `eventid`.
struct misp_filter {
  std::optional<bool> published;
  std::optional<misp_range> publish_timestamp;
  std::optional<misp_range> timestamp;
  std::vector<std::string> ids; ///< ids or UUIDs as written; empty: any
  std::string date_from;
  std::string date_until;

  [[nodiscard]] bool holds(const misp_event& event) const;
};

/// @returns nullopt when a parameter has a form that MISP answers with 500
std::optional<misp_filter> read_misp_filter(const json::object& parameters, std::int64_t now, bool index);

/// The events that pass, by id, or as `sort`/`direction` (index) or `order` (search) say.
std::vector<const misp_event*> select_misp_events(const misp_state& state, const misp_filter& filter,
                                                  const json::object& parameters);

/// The asked page of a list; everything without `limit`.
std::vector<const misp_event*> page_of(std::vector<const misp_event*> all, const json::object& parameters);

} // namespace isacbot::sandbox
