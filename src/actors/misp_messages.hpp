/// Payloads of the MISP feed's actors. messages.hpp gives them their type ids.
#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "domain/credentials.hpp"
#include "domain/misp/poll_delivery.hpp"
#include "domain/misp/poll_model.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace isacbot::actors {

/// A fetched event, for the MISP DELIVERY.
struct misp_delivery_request {
  std::string server; ///< from which it was fetched
  enclave_id enclave;
  domain::api_credentials account; ///< the server's own at Station
  domain::event_version version;   ///< as fetched
  domain::poll_order order = domain::poll_order::publication;
  domain::delivery_rules rules;
  std::shared_ptr<const domain::mapped_report> event;
};

enum class misp_delivery_kind : std::uint8_t {
  created,
  replaced,
  unchanged, ///< Station holds this version already
  ignored,   ///< another server's version counts, or updates are off
  withheld,  ///< a rule forbids it, and nothing of it is at Station (or it is left there by policy)
  withdrawn, ///< a rule forbids it now, and earlier reports were tagged or deleted
  postponed, ///< Station can't take anything now: try again after `wait`
  refused,   ///< Station will not take this event
};

/// "created", ...: for log lines.
constexpr const char* to_string(misp_delivery_kind kind) noexcept {
  constexpr const char* names[] = {"created",  "replaced",  "unchanged", "ignored",
                                   "withheld", "withdrawn", "postponed", "refused"};
  return names[static_cast<std::size_t>(kind)];
}

/// What became of it. All but `postponed` and `refused` are on disk, together with the end of the queue
/// entry.
struct misp_delivery_outcome {
  misp_delivery_kind kind = misp_delivery_kind::postponed;
  std::string cause; ///< withheld, withdrawn, postponed, refused: why
  milliseconds wait{0};
  bool dequeued = false; ///< false: the queue has, or still has, an entry for this event
};

/// Asks a MISP POLLER for one poll now.
struct misp_pull {
  bool dry_run = false; ///< fetches and compares, writes and sends nothing
};

/// What one poll did, its queue included.
struct misp_summary {
  std::string server;
  std::uint64_t listed = 0;  ///< rows
  std::uint64_t queued = 0;  ///< new in the queue
  std::uint64_t created = 0; ///< events, not reports
  std::uint64_t replaced = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t ignored = 0;
  std::uint64_t withheld = 0;
  std::uint64_t withdrawn = 0;
  std::uint64_t vanished = 0; ///< withdrawn or edited since they were listed
  std::uint64_t failed = 0;   ///< to be tried again
  std::uint64_t dead = 0;     ///< given up
  std::uint64_t waiting = 0;  ///< entries left in the queue
  std::uint64_t excluded = 0; ///< attributes and event reports that rules keep out of the reports
  std::string trouble;        ///< why the listing, or everything behind it, could not be finished; empty: was
};

/// How a MISP POLLER stands.
struct misp_status {
  std::string server;
  std::optional<domain::poll_checkpoint> reached;
  std::uint64_t queued = 0;
  bool idle = false;   ///< nothing under way and nothing due
  std::string trouble; ///< of the last exchange with MISP or Station; empty: none
};

} // namespace isacbot::actors
