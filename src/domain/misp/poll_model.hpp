/// What a MISP poller remembers: how far it has listed, which events wait to be fetched, and what was made of
/// those that were. Times of events are whole seconds of the polled server's clock, never of ours.
#pragma once

#include "core/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::domain {

/// A moment on the polled server's clock.
using misp_time = std::chrono::sys_seconds;

/// When an event was last changed and last published.
struct event_version {
  /// Last edit, on the author's server: travels with synchronisation, may be months old on arrival.
  misp_time timestamp{};
  /// Last publication on this server; the epoch: not published yet, or still being stored.
  misp_time publish_timestamp{};

  friend bool operator==(const event_version&, const event_version&) = default;
};

/// The time by which a server's events are listed.
enum class poll_order : std::uint8_t {
  publication, ///< publish_timestamp: nothing is seen half stored
  edit,        ///< timestamp: for servers that never publish
};

constexpr misp_time order_time(const event_version& v, poll_order by) noexcept {
  return by == poll_order::publication ? v.publish_timestamp : v.timestamp;
}

/// A row of a listing.
struct listed_event {
  std::string uuid; ///< lower case
  event_version version;
  std::uint64_t attribute_count = 0; ///< a counter that drifts: for planning only
  bool published = true;
  std::string title; ///< for alerts

  friend bool operator==(const listed_event&, const listed_event&) = default;
};

/// An event that waits to be fetched and submitted.
struct queued_event {
  std::string uuid;
  event_version version; ///< as listed
  std::uint64_t attribute_count = 0;
  std::uint32_t tries = 0;         ///< failures that were about this event
  std::uint32_t server_errors = 0; ///< those among them that were clean 500s of MISP
  sys_time next_try{};             ///< our clock; the epoch: at once
  std::string reason;              ///< of the last failure

  friend bool operator==(const queued_event&, const queued_event&) = default;
};

/// An event that was given up, until it is published anew.
struct dead_event {
  queued_event entry;
  std::string title; ///< empty when the event could never be read
  sys_time since{};

  friend bool operator==(const dead_event&, const dead_event&) = default;
};

/// How far one server has been listed.
struct poll_checkpoint {
  misp_time anchor{};  ///< where listing began; never changes
  misp_time reached{}; ///< the greatest order_time whose row is durably queued
  sys_time last_success{};

  friend bool operator==(const poll_checkpoint&, const poll_checkpoint&) = default;
};

/// One report of an event. Large events are split over several.
struct event_part {
  std::string external_id;            ///< the event's UUID; "UUID:2", ... for further parts
  std::string report_id;              ///< Station's; empty: not known to exist
  std::string digest;                 ///< of what Station holds; empty: not certain
  std::optional<sys_time> created_at; ///< our clock: a creation was sent then, its outcome is not known

  friend bool operator==(const event_part&, const event_part&) = default;
};

enum class event_state : std::uint8_t {
  delivering, ///< written before the first call: Station holds the old version, the new one, or a mixture
  delivered,  ///< Station holds exactly this
  withheld,   ///< a rule forbids to submit it; what is left of earlier versions stands in `parts`
};

/// Which version of an event a server has shown us last.
struct seen_version {
  std::string server;
  event_version version;

  friend bool operator==(const seen_version&, const seen_version&) = default;
};

/// What was made of one event in one enclave, whichever server it came from.
struct event_record {
  event_state state = event_state::delivering;
  std::string owner; ///< the server whose version counts
  event_version version;
  std::vector<seen_version> seen; ///< one per server
  std::vector<event_part> parts;
  /// Tags that we set, or may have set while `delivering`. Tags that people added are not among them.
  std::vector<std::string> tags;
  std::string reason; ///< withheld: why
  sys_time changed{}; ///< our clock: when Station last took something

  friend bool operator==(const event_record&, const event_record&) = default;
};

} // namespace isacbot::domain
