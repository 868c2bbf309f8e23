/// What becomes of the rows of a listing.
#pragma once

#include "domain/misp/poll_window.hpp"

#include <span>
#include <string_view>

namespace isacbot::domain {

/// Takes out what was not asked for. A server that did not understand the request lists every event it has,
/// with status 200: then rows lie before the window, and those behind it are not settled either.
/// @param asked_for  in which `from` is resolved generously (a relative one is measured by a clock that may
///                   differ from the server's)
std::vector<listed_event> keep_requested(std::vector<listed_event> rows, const poll_window& asked_for,
                                         const poll_settings& settings, misp_time server_now);

/// What is known about the event of a row; null: nothing.
struct row_knowledge {
  const queued_event* queued = nullptr;
  const event_record* record = nullptr;
  const dead_event* dead = nullptr;
};

enum class row_verdict : std::uint8_t {
  queue, ///< put it in the queue, in the place of an older entry; a dead one gets a new chance
  known, ///< this version is queued, done or dead already
  bury,  ///< over max_attributes: dead without being fetched
};

row_verdict judge_row(const listed_event& row, std::string_view server, const row_knowledge& known,
                      const poll_settings& settings);

/// A queue entry for the row.
queued_event make_entry(const listed_event& row);

/// The checkpoint after the rows have been queued, to be written with them in one batch.
/// @param reached     nullopt: this was the first listing
/// @param server_now  of the answer; only the first anchor is taken from it
poll_checkpoint advance(const std::optional<poll_checkpoint>& reached, std::span<const listed_event> rows,
                        const poll_settings& settings, misp_time server_now, sys_time now);

/// The version of this event that the server has shown us last; nullptr: none.
const event_version* find_seen(const event_record& record, std::string_view server);
void set_seen(event_record& record, std::string_view server, const event_version& version);

} // namespace isacbot::domain
