/// What we ask a MISP server, as HTTP requests. Header values are exact: MISP compares `Accept` letter by
/// letter and ignores a body whose type it does not take for JSON, and then answers with every event.
///
/// @see MISP `app/Controller/AppController.php`, `app/Controller/Component/RestSearchComponent.php`
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"
#include "protocol/http/message.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace isacbot::misp {

/// Where a server is and who asks.
struct server {
  std::string url; ///< "https://host[:port][/path]"; a slash at the end does no harm
  secret key;      ///< 40 letters and digits
  std::string auth_header = "Authorization"; ///< or "X-MISP-AUTH", when a proxy needs the other one
  std::string user_agent; ///< "isacbot/1.0"; must not begin with MISP or PyMISP, which means "sync peer"
};

/// Whether `key` has the shape of a MISP key. A wrong one is refused like an unknown one, so say it early.
bool is_key_text(std::string_view key) noexcept;

/// One end of a time window: seconds since the epoch, or so long before the server's own now.
class time_bound {
 public:
  static constexpr time_bound at(std::int64_t epoch_seconds) noexcept { return {epoch_seconds, false}; }
  static constexpr time_bound ago(seconds before_now) noexcept { return {before_now.count(), true}; }

  [[nodiscard]] constexpr bool is_relative() const noexcept { return relative_; }
  /// Seconds since the epoch, or before now.
  [[nodiscard]] constexpr std::int64_t count() const noexcept { return count_; }

  friend bool operator==(const time_bound&, const time_bound&) = default;

 private:
  constexpr time_bound(std::int64_t count, bool relative) noexcept : count_(count), relative_(relative) {}

  std::int64_t count_;
  bool relative_;
};

/// Both ends inclusive, whole seconds; the older end first (a reversed window finds nothing).
struct time_window {
  time_bound from = time_bound::at(0);
  time_bound to = time_bound::ago(seconds{90});

  friend bool operator==(const time_window&, const time_window&) = default;
};

/// A listing. The default asks for every published event.
struct index_query {
  std::optional<time_window> window{}; ///< by publish time; with `include_unpublished` by time of last edit
  bool include_unpublished = false;
  std::string date_from{}; ///< event day, "YYYY-MM-DD"; empty: open
  std::string date_until{};
};

/// In which form the rows come. CSV (MISP 2.4.160 and later) has 280 bytes a row; JSON rows carry whole
/// galaxy clusters, up to hundreds of kilobytes.
enum class index_form : std::uint8_t { csv, json };

/// `POST /events/index`, ascending by the window's time.
http::request make_index_request(const server& at, const index_query& query, index_form form);

/// What to leave out of a fetch beyond what is always left out. For events that a server can't answer whole.
struct fetch_form {
  bool include_unpublished = false;
  bool include_local_tags = false;
  bool exclude_galaxies = false; ///< cluster bodies; their tags stay
  bool exclude_reports = false;
  bool metadata_only = false; ///< no attributes, objects and reports
};

inline constexpr std::size_t max_events_per_fetch = 50;

/// `POST /events/restSearch` for known events.
/// @param uuids  1 to `max_events_per_fetch`; an empty list would mean "all"
/// @error ec::invalid_argument on none, too many, or a text that is no UUID
result<http::request> make_events_request(const server& at, std::span<const std::string> uuids,
                                          const fetch_form& form = {});

inline constexpr std::uint32_t attributes_per_page = 5'000;

/// `POST /attributes/restSearch`: the attributes of one event in pages, the last resort for a huge event.
/// Read until a page has fewer than `attributes_per_page`.
/// @param page  from 1
/// @error ec::invalid_argument when `uuid` is none
result<http::request> make_attributes_request(const server& at, std::string_view uuid, std::uint32_t page);

/// `GET /events/view/<uuid>` without attachments, correlations, warning lists: not counted by the rate limit.
/// Answers unpublished events too: look at `event::published`.
/// @error ec::invalid_argument when `uuid` is none
result<http::request> make_view_request(const server& at, std::string_view uuid, const fetch_form& form = {});

/// `GET /servers/getVersion`: the connection test.
http::request make_version_request(const server& at);

/// @returns the page of an event for people; empty without id
std::string event_link(std::string_view server_url, std::string_view id);

} // namespace isacbot::misp
