/// What members change over HTTP, for the audit log. The log belongs to the bot's database
/// (storage/audit_table.hpp); here notes wait until somebody has carried them there. A note is written,
/// synced, before its deed: a deed without a note cannot be, a note without a deed tells of an attempt.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "station/accounts.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace isacbot::station {

/// No secret, no content of reports.
struct audit_note {
  sys_time when{};
  std::string actor;   ///< "station/Ada (...abcd)": name, and the end of the API key
  std::string action;  ///< "station_secret_renewed", "station_report_deleted", ...
  std::string subject; ///< id of what it is done to
  std::string detail;

  friend bool operator==(const audit_note&, const audit_note&) = default;
};

/// @param detail  cut to 500 bytes
audit_note make_note(const user& who, sys_time when, std::string action, std::string subject,
                     std::string detail);

// Errors: ec::io_failure, ec::corrupted.

result<void> write_note(storage::kv_store& store, const audit_note& note, random_source& random);

/// Notes as they wait, oldest first.
struct waiting_note {
  std::string key;
  audit_note note;
};
result<std::vector<waiting_note>> read_notes(const storage::kv_store& store, std::size_t limit);
/// To be called when they stand elsewhere.
result<void> erase_notes(storage::kv_store& store, const std::vector<waiting_note>& carried);
result<std::uint64_t> count_notes(const storage::kv_store& store);

} // namespace isacbot::station
