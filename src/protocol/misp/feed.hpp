/// A feed: a directory of static files that holds events, `manifest.json` and one `<uuid>.json` each. No key,
/// no publish times: what has a newer `timestamp` than the one last taken is fetched.
///
/// @see MISP `app/Model/Feed.php`, PyMISP `pymisp/tools/feed.py`
#pragma once

#include "core/error.hpp"
#include "protocol/http/message.hpp"
#include "protocol/misp/event.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::misp {

struct feed {
  std::string url; ///< of the directory; a slash at the end does no harm
  std::string user_agent;
};

struct manifest_entry {
  std::string uuid;
  std::string info; ///< at most 300 bytes
  std::string organisation;
  std::int64_t timestamp = 0; ///< last edit, seconds since the epoch
  std::string sha256;         ///< of the event's file, 64 lower-case hex digits; empty: not stated

  friend bool operator==(const manifest_entry&, const manifest_entry&) = default;
};

struct manifest {
  std::vector<manifest_entry> entries; ///< in the file's order
  std::size_t unreadable = 0;          ///< entries without UUID or time, which are left out
};

/// @param etag  of the last answer, as it came; empty: none. 304 then means unchanged
http::request make_manifest_request(const feed& at, std::string_view etag = {});

/// @error ec::invalid_argument when `uuid` is none
result<http::request> make_feed_event_request(const feed& at, std::string_view uuid);

/// Also for files of a local directory.
/// @error ec::upstream_failed when it is no complete JSON; ec::protocol_violation when it is no manifest
result<manifest> parse_manifest(std::string_view text);

/// Reads an event's file and checks it against the manifest.
/// @error ec::upstream_failed     cut, or of another hash: the feed is being rebuilt; keep the old time and
///                                look again at the next poll
/// @error ec::protocol_violation  another event, or none
result<event> parse_feed_event(std::string_view text, const manifest_entry& entry);

} // namespace isacbot::misp
