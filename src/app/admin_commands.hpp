/// The operator's commands that need a database: what they are called, what they do, and how a request for
/// one is answered.
///
/// To add one:
///  1. Write `result<boost::json::value> frobnicate(admin_desk&, const admin_call&)` in a file
///  app/admin_*.cpp.
///     Read the tables of the desk; write with desk.write. What only a running service can do becomes another
///     std::function of the desk, which admin_part fills in and admin_house leaves empty.
///  2. Name it in admin_commands.cpp: {"frob nicate", frobnicate, /*changes=*/true}. A command that changes
///     something is recorded in the audit log by `run_admin_command`, before and after.
///  3. Give it its words in cli/admin.cpp: arguments in, JSON shown to people out.
#pragma once

#include "app/admin_desk.hpp"
#include "core/error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace isacbot::app {

/// How far long work has come. `total` 0: nobody knows.
struct admin_progress {
  std::string what; ///< "rows re-encrypted", ...
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

struct admin_request {
  std::string command; ///< as typed: "users remove"
  boost::json::object arguments;
};

/// One call of a handler.
struct admin_call {
  const boost::json::object& arguments;
  std::function<void(const admin_progress&)> say;
  /// Whether the service is stopping: long work comes to a safe end and fails with ec::cancelled.
  std::function<bool()> stopping;

  /// A text among the arguments. @error ec::invalid_argument when it is missing, empty or no text
  [[nodiscard]] result<std::string> text(std::string_view name) const;
  /// The same, or "" when it is missing.
  [[nodiscard]] result<std::string> text_or_empty(std::string_view name) const;
};

struct admin_command {
  std::string_view name;
  result<boost::json::value> (*run)(admin_desk&, const admin_call&);
  bool changes = false; ///< recorded in the audit log
};

std::span<const admin_command> admin_commands();

/// Runs the command of that name. One that changes something is recorded first ("command_started", synced),
/// then what became of it ("command_done", "command_failed"): a change without a record cannot be, a record
/// without a change shows as started only.
/// @error ec::unsupported: no such command (a newer client); what the handler fails with
result<boost::json::value> run_admin_command(
    admin_desk& desk, const admin_request& request,
    const std::function<void(const admin_progress&)>& say = [](const auto&) {},
    const std::function<bool()>& stopping = [] { return false; });

/// Records something that was done, with the audit log's next synced write.
/// @error what desk.write fails with
result<void> note_in_audit_log(admin_desk& desk, std::string action, std::string subject, std::string detail);

/// Carries what members changed at the embedded Station into the audit log, up to 100 notes: a synced write
/// here, then they are forgotten there. A crash between the two records them twice, never not.
/// @returns whether there may be more. @error what desk.write fails with; ec::io_failure, ec::corrupted
result<bool> carry_station_notes(admin_desk& desk);

} // namespace isacbot::app
