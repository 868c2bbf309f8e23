/// What a MISP server answers, read into values. Failure often does not look like failure there (a redirect
/// to the login page, 200 with HTML, 200 with every event), so an answer counts only if status, type and
/// shape are the expected ones; everything else is an error with a mend.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/http/message.hpp"
#include "protocol/misp/event.hpp"
#include "protocol/misp/requests.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::misp {

/// What to do about a failed exchange; found from its code alone, so that it survives storage and messages.
enum class remedy : std::uint8_t {
  renew_key,   ///< stop polling, tell the operator, look again every few polls; keep the checkpoint
  configure,   ///< address, path, proxy or role are wrong: as renew_key
  repair_bot,  ///< the server refused our request: a defect of ours, or a server we don't know
  forget,      ///< the event is gone or not visible: drop it
  wait,        ///< rate limit: `retry_after`
  ask_smaller, ///< too much for the server, the time or us: halve the window or reduce the fetch, then back
               ///< off
  retry,       ///< unavailable: back off
};

/// @param e  an error of this codec, or of ports::http_client
remedy remedy_of(const error& e) noexcept;

/// Checks status and content type.
/// @error ec::unauthorized       the key is wrong, expired, blocked or unknown
/// @error ec::bad_configuration  wrong base path or role, or a login wall of the web server
/// @error ec::not_found          no such event, or not visible
/// @error ec::rate_limited       with `retry_after`
/// @error ec::upstream_rejected  our request was refused
/// @error ec::upstream_failed    5xx; an answer cut short or with text before it: ask for less, or again
/// @error ec::unavailable        redirect or page for people: login, maintenance, captive portal
result<void> classify(const http::response& answer);

/// What headers tell beside the answer.
struct answer_notes {
  std::optional<sys_time> date; ///< the server's clock, maybe a proxy's: for display and the first anchor
  std::optional<sys_time> key_expiry;        ///< when the key ends; not sent for keys without an end
  std::optional<std::uint64_t> result_count; ///< matches before paging
  std::string deprecation;                   ///< a warning to log once; at most 300 bytes
};

/// Never fails: what can't be read is left out.
answer_notes read_notes(const http::response& answer);

/// IMF-fixdate (RFC 9110 section 5.6.7).
std::optional<sys_time> parse_http_date(std::string_view text) noexcept;

/// One row of a listing. Galaxy clusters in it are skipped while parsing.
struct index_row {
  std::string uuid;
  std::string info; ///< title, at most 300 bytes: for alerts
  std::string organisation;
  std::int64_t timestamp = 0;         ///< last edit, seconds since the epoch
  std::int64_t publish_timestamp = 0; ///< seconds; 0: never
  std::uint64_t attribute_count = 0;  ///< for planning; the counter drifts
  bool published = false;

  friend bool operator==(const index_row&, const index_row&) = default;
};

struct index_answer {
  std::vector<index_row> rows;
  /// Rows that were not asked for and have been dropped (unpublished, or outside the window's absolute ends).
  /// Not zero: something on the way loses our request's body.
  std::size_t unasked = 0;
};

/// Reads CSV or JSON, whichever came. An old server answers the CSV form with a redirect or a page
/// (ec::unavailable): ask again for JSON then.
/// @error as classify; ec::protocol_violation for anything but a listing
result<index_answer> parse_index(const http::response& answer, const index_query& query);

/// RFC 4180 with MISP's header line; columns are found by name.
/// @error ec::protocol_violation
result<std::vector<index_row>> parse_index_csv(std::string_view text);

/// @error ec::upstream_failed when it is no complete JSON; ec::protocol_violation otherwise
result<std::vector<index_row>> parse_index_json(std::string_view text);

struct events_answer {
  std::vector<event> events; ///< in the server's order
  std::size_t unasked = 0;   ///< events dropped because nobody asked for them
};

/// Answer to make_events_request. Events that were not asked for are dropped while parsing; each asked one
/// comes at most once; absent ones were withdrawn or are not visible.
/// @error as classify; ec::upstream_failed, ec::protocol_violation as parse_index_json
result<events_answer> parse_events(const http::response& answer, std::span<const std::string> uuids);

/// Answer to make_view_request.
/// @error as parse_events; ec::protocol_violation when it is another event
result<event> parse_view(const http::response& answer, std::string_view uuid);

/// Reads events in any of the forms that files and servers use: `{"Event": ..}`, `{"response": [{"Event":
/// ..}]}`, `[{"Event": ..}]`, or a bare event. At most 64 levels deep; memory stays near the size of what is
/// kept.
/// @error ec::upstream_failed when it is no complete JSON; ec::protocol_violation when an event has no UUID
result<std::vector<event>> parse_event_text(std::string_view text);

struct attribute_page {
  std::vector<attribute> attributes;
  std::size_t rows = 0; ///< with deleted ones; fewer than `attributes_per_page`: the last page
};

/// Answer to make_attributes_request. Put the attributes into the event that a metadata fetch brought.
/// @error as parse_events
result<attribute_page> parse_attributes(const http::response& answer);

struct server_version {
  std::string version; ///< "2.5.1"
};

/// @error as classify; ec::protocol_violation
result<server_version> parse_version(const http::response& answer);

} // namespace isacbot::misp
