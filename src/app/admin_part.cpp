#include "app/admin_part.hpp"

#include "app/admin_commands.hpp"
#include "app/admin_wire.hpp"
#include "app/ask_actor.hpp"
#include "app/incoming_lists.hpp"
#include "app/index_thread.hpp"
#include "app/list_door.hpp"
#include "io/admin_socket_server.hpp"

#include <optional>
#include <utility>

namespace isacbot::app {

namespace {

constexpr seconds actor_patience{30};

} // namespace

struct admin_part::state {
  explicit state(admin_parts p)
      : parts(std::move(p)),
        desk{parts.settings,
             parts.time,
             parts.random,
             parts.version,
             true,
             parts.database,
             parts.tables,
             parts.station,
             nullptr,
             {},
             {}} {
    if (parts.station != nullptr) {
      accounts.emplace(*parts.station, parts.time, parts.random);
      desk.accounts = &*accounts;
    }
    desk.misp = parts.misp;
    const auto& t = parts.settings.trustar;
    lists.emplace(make_list_door(parts.system, parts.bot, {t.operator_key, t.operator_secret}, parts.time),
                  intake_rules{parts.names,
                               {t.max_report_bytes.bytes, t.max_indicators_per_report},
                               withhold_rules_of(parts.settings.submit)},
                  parts.time);
    desk.lists = &*lists;
    desk.write = [this](storage::write_batch batch, storage::sync s) -> result<void> {
      actors::write_request request{std::make_shared<const storage::write_batch>(std::move(batch)), s};
      auto written = ask_actor<atom::done>(parts.system, parts.bot.writer(), actor_patience, atom::write_v,
                                           std::move(request));
      if (!written)
        return written.error();
      return {};
    };
    desk.request_parts = [this](const storage::part_request& request) {
      return ask_actor<storage::part_request_outcome>(parts.system, parts.bot.outbox(), actor_patience,
                                                      atom::change_v, request);
    };
  }

  std::string answer(std::string_view line, const io::admin_conversation& to);

  admin_parts parts;
  std::optional<station::accounts> accounts;
  std::optional<incoming_lists> lists;
  admin_desk desk;
  std::unique_ptr<index_thread> carrier; ///< of Station's notes; begins with those of an earlier process
  std::unique_ptr<io::admin_socket_server> server;
};

std::string admin_part::state::answer(std::string_view line, const io::admin_conversation& to) {
  auto request = parse_admin_request(line);
  if (!request)
    return to_line(result<boost::json::value>{request.error()});
  parts.log.info("admin", "an operator's command begins", {{"command", request->command}});
  result<boost::json::value> outcome = fail(ec::internal, "the command failed in an unexpected way");
  try {
    outcome = run_admin_command(
        desk, *request, [&](const admin_progress& p) { to.say(to_line(p)); }, to.stopping);
  } catch (const std::exception& e) { // memory: the service goes on
    outcome = fail(ec::internal, e.what());
  }
  if (!outcome)
    parts.log.warning("admin", "an operator's command failed",
                      {{"command", request->command}, {"error", to_string(outcome.error())}});
  return to_line(outcome);
}

result<std::unique_ptr<admin_part>> admin_part::start(admin_parts parts) {
  auto s = std::make_unique<state>(std::move(parts));
  io::admin_socket_settings settings;
  settings.max_request_bytes = max_admin_request;
  settings.path = s->parts.settings.admin.socket.text;
  auto server = io::admin_socket_server::open(
      settings,
      {[running = s.get()](std::string_view line, const io::admin_conversation& to) {
         return running->answer(line, to);
       },
       [](const error& why) { return to_line(result<boost::json::value>{why}); }},
      s->parts.log);
  if (!server)
    return server.error();
  s->server = std::move(*server);
  s->carrier = std::make_unique<index_thread>(
      [running = s.get()] { return carry_station_notes(running->desk); },
      [log = s->parts.log](const error& why) {
        log.error("admin", "Station's changes do not reach the audit log, it is tried again",
                  {{"error", to_string(why)}});
      });
  return std::unique_ptr<admin_part>(new admin_part(std::move(s)));
}

admin_part::admin_part(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}

admin_part::~admin_part() {
  stop();
}

void admin_part::carry_notes() {
  state_->carrier->wake();
}

void admin_part::stop() {
  state_->server->stop();
  state_->carrier->stop(); // what waits is in Station's database
}

} // namespace isacbot::app
