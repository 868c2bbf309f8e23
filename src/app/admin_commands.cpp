#include "app/admin_commands.hpp"

#include "app/admin_handlers.hpp"
#include "app/admin_json.hpp"
#include "station/audit_notes.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace isacbot::app {

namespace {

namespace json = boost::json;

constexpr admin_command commands[] = {
    {"ping", ping},
    {"users list", users_list},
    {"users remove", users_remove, true},
    {"submissions list", submissions_list},
    {"submissions show", submissions_show},
    {"submissions retry", submissions_retry, true},
    {"submissions cancel", submissions_cancel, true},
    {"submit open", submit_open},
    {"submit add", submit_add},
    {"submit close", submit_close},
    {"submit accept", submit_accept, true},
    {"submit abandon", submit_abandon},
    {"station add-enclave", station_add_enclave, true},
    {"station add-user", station_add_user, true},
    {"station grant", station_grant, true},
    {"station revoke", station_revoke, true},
    {"station remove-user", station_remove_user, true},
    {"station list", station_list},
    {"station redaction add", station_redaction_add, true},
    {"station redaction remove", station_redaction_remove, true},
    {"station redaction list", station_redaction_list},
    {"station scores import", station_scores_import, true},
    {"misp pull", misp_pull},
    {"misp status", misp_status},
    {"key rotate", key_rotate, true},
    {"audit verify", audit_verify},
    {"backup", backup, true},
};

constexpr std::size_t longest_detail = 500;

/// The arguments as the audit log keeps them. An API key is an account's name, but half of its credentials,
/// too: its last four characters tell which one it was.
std::string describe(const json::object& arguments) {
  json::object shown = arguments;
  if (auto* key = shown.if_contains("key"); key != nullptr && key->is_string())
    *key = last_four(key->get_string());
  std::string text = json::serialize(shown);
  if (text.size() > longest_detail)
    text = text.substr(0, longest_detail) + "...";
  return text;
}

} // namespace

std::span<const admin_command> admin_commands() {
  return commands;
}

result<std::string> admin_call::text_or_empty(std::string_view name) const {
  const auto* value = arguments.if_contains(name);
  if (value == nullptr || value->is_null())
    return std::string();
  if (!value->is_string())
    return fail(ec::invalid_argument, std::string(name) + " has to be a text");
  return std::string(value->get_string());
}

result<std::string> admin_call::text(std::string_view name) const {
  auto value = text_or_empty(name);
  if (value && value->empty())
    return fail(ec::invalid_argument, std::string(name) + " is missing");
  return value;
}

result<void> note_in_audit_log(admin_desk& desk, std::string action, std::string subject,
                               std::string detail) {
  storage::write_batch batch;
  desk.tables.audit.add(
      batch, {desk.time.now(), "operator", std::move(action), std::move(subject), std::move(detail)});
  return desk.write(std::move(batch), storage::sync::yes);
}

result<bool> carry_station_notes(admin_desk& desk) {
  constexpr std::size_t at_once = 100;
  if (desk.station == nullptr)
    return false;
  auto notes = station::read_notes(*desk.station, at_once);
  if (!notes)
    return notes.error();
  if (notes->empty())
    return false;
  storage::write_batch batch;
  for (const station::waiting_note& waiting : *notes)
    desk.tables.audit.add(batch, {waiting.note.when, waiting.note.actor, waiting.note.action,
                                  waiting.note.subject, waiting.note.detail});
  if (auto written = desk.write(std::move(batch), storage::sync::yes); !written)
    return written.error();
  if (auto erased = station::erase_notes(*desk.station, *notes); !erased)
    return erased.error();
  return notes->size() == at_once;
}

result<json::value> run_admin_command(admin_desk& desk, const admin_request& request,
                                      const std::function<void(const admin_progress&)>& say,
                                      const std::function<bool()>& stopping) {
  const auto* found = std::find_if(std::begin(commands), std::end(commands),
                                   [&](const admin_command& c) { return c.name == request.command; });
  if (found == std::end(commands))
    return fail(ec::unsupported,
                "the running service does not know \"" + request.command.substr(0, 100) + "\"",
                "it may be an older version: restart it");
  admin_call call{request.arguments, say, stopping};
  if (!found->changes)
    return found->run(desk, call);
  if (auto noted = note_in_audit_log(desk, "command_started", request.command, describe(request.arguments));
      !noted)
    return noted.error();
  auto outcome = found->run(desk, call);
  auto noted = note_in_audit_log(desk, outcome ? "command_done" : "command_failed", request.command,
                                 outcome ? describe(request.arguments) : outcome.error().cause);
  if (outcome && !noted)
    return fail(noted.error().code, "done, but the end could not be recorded: " + noted.error().cause,
                noted.error().mend);
  return outcome;
}

} // namespace isacbot::app
