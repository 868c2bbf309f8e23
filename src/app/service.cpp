#include "app/service.hpp"

#include "actors/actor_system.hpp"
#include "actors/bot_system.hpp"
#include "app/admin_part.hpp"
#include "app/known_names.hpp"
#include "app/station_part.hpp"
#include "domain/operator_member.hpp"
#include "io/actor_bridge.hpp"
#include "io/admin_service.hpp"
#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "io/io_context_pool.hpp"
#include "io/slack_ingress.hpp"
#include "storage/bot_database.hpp"
#include "telemetry/metrics.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <optional>
#include <utility>

namespace isacbot::app {

namespace {

constexpr milliseconds ack_patience{2'800};   // Slack waits three seconds
constexpr milliseconds listener_grace{1'000}; // acknowledgements under way
constexpr milliseconds command_grace{1'200};  // commands under way
constexpr milliseconds outbox_grace{1'000};   // calls of the outbox under way
constexpr milliseconds client_grace{200};
constexpr milliseconds actors_grace{1'000};
constexpr milliseconds reload_patience{5'000};
/// Longer than any call waits: what was counted before one answer has been made by the next.
constexpr milliseconds quota_interval{std::chrono::minutes{15}};

std::vector<std::string> hosts(const std::vector<host_name>& names) {
  std::vector<std::string> texts;
  for (const auto& name : names)
    texts.push_back(name.text);
  return texts;
}

domain::limit_tree_settings limits_of(const limits_settings& s) {
  using domain::limit_level;
  domain::limit_tree_settings out;
  auto set = [&](limit_level level, const limit_list& limits, limit_mode mode) {
    out.levels[static_cast<std::size_t>(level)] = {limits, mode == limit_mode::enforce};
  };
  set(limit_level::user, s.user, s.user_mode);
  set(limit_level::credential, s.credential, s.credential_mode);
  set(limit_level::workspace, s.workspace, s.workspace_mode);
  set(limit_level::address, s.address, s.address_mode);
  out.company_day = s.company_day;
  out.company_day_enforced = s.company_day_mode == limit_mode::enforce;
  return out;
}

/// What of the limits is no matter of the RATE LIMITER.
void apply(const settings& s, actors::live_settings& to) {
  to.command_deadline = s.limits.queue_deadline + s.trustar.timeout;
  to.name_sharing_members = s.limits.name_sharing_members;
}

actors::bot_config bot_config_of(const settings& s, const service_seams& seams,
                                 const observables::known_names& names) {
  actors::bot_config c;
  c.settings.names = names;
  c.settings.station_url = s.trustar.station_url.text;
  c.settings.credentials_url = s.trustar.credentials_url.text;
  c.settings.workspaces = {s.slack.workspaces.begin(), s.slack.workspaces.end()};
  c.settings.channels = {s.slack.channels.begin(), s.slack.channels.end()};
  c.settings.allow_guests = s.slack.allow_guests;
  c.settings.withhold = withhold_rules_of(s.submit);
  c.settings.station_deadline = s.trustar.timeout;
  c.settings.receipts_retention = s.retention.receipts;
  c.housekeeper.keep = {s.retention.receipts, s.retention.audit, s.retention.dead_letters};
  c.settings.files_hosts = hosts(s.slack.files_hosts);
  c.settings.report_limits = {s.trustar.max_report_bytes.bytes, s.trustar.max_indicators_per_report};

  c.limiter.limits = limits_of(s.limits);
  c.limiter.admission.queue_deadline = s.limits.queue_deadline;

  c.pool.worker.station = {s.trustar.origin.text, seams.version};
  c.pool.worker.tokens = std::make_shared<actors::token_cache>();
  c.pool.workers = s.trustar.connections;
  c.pool.quota_interval = quota_interval;

  c.messenger.access = {s.slack.api_url.text, s.slack.bot_token};
  c.messenger.response_url_hosts = hosts(s.slack.response_url_hosts);

  c.follower.station_url = s.trustar.station_url.text;
  c.follower.call_deadline = s.trustar.timeout;
  c.outbox.call_deadline = s.trustar.timeout;
  c.outbox.limits.max_rows = s.trustar.max_indicators_per_call;
  c.outbox.sabotage = seams.outbox_sabotage;
  c.sabotage = seams.dispatcher_sabotage;
  return c;
}

} // namespace

/// In the order of construction; what is destroyed first is declared last.
struct service::state {
  state(settings c, service_seams s) : configured(std::move(c)), seams(std::move(s)) {
    if (configured.admin.socket.empty()) // settings that no file was read for
      configured.admin.socket.text =
          (std::filesystem::path(configured.storage.path.text) / "admin.sock").string();
  }

  settings configured; ///< for the operator's commands
  service_seams seams;
  telemetry::metrics metrics;
  actors::health_board health;
  io::io_context_pool io;
  std::unique_ptr<io::https_client> client;
  std::unique_ptr<station_part> station;
  std::optional<storage::bot_database> database;
  std::optional<actors::bot_tables> tables;
  std::unique_ptr<actors::system_config> actor_config;
  std::unique_ptr<caf::actor_system> actor_system;
  std::shared_ptr<actors::live_settings> live = std::make_shared<actors::live_settings>();
  std::unique_ptr<actors::bot_system> bot;
  std::unique_ptr<misp_part> misp;
  std::unique_ptr<io::slack_ingress> ingress;
  std::unique_ptr<io::http_server> slack_server;
  std::unique_ptr<io::admin_service> admin;
  std::unique_ptr<io::http_server> admin_server;
  std::unique_ptr<admin_part> commands; ///< of the operator, through the admin socket
  observables::known_names names;
  bool stopped = false;

  io::environment io_environment() { return {io, seams.time, seams.random, metrics, seams.log}; }

  result<void> keep_operator_credentials(const settings& s);
  actors::environment actor_environment();
  result<void> start_bot(const settings& s);
  result<void> start_misp(const settings& s);
  result<void> start_admin(const settings& s);
  void dispatch(std::shared_ptr<const slack::request> request, std::string id,
                io::slack_ingress::acknowledge done);
};

/// What `isacbot submit` has handed in is delivered with the credentials of the configuration: they stand in
/// the table under the operator's name, sealed as a member's are.
result<void> service::state::keep_operator_credentials(const settings& s) {
  const member by_command = domain::operator_member();
  auto before = tables->credentials.get(by_command);
  if (!before)
    return before.error();
  const domain::api_credentials wanted{s.trustar.operator_key, s.trustar.operator_secret};
  if (*before ? (*before)->access == wanted : wanted.empty())
    return {};
  storage::write_batch batch;
  if (wanted.empty())
    tables->credentials.erase(batch, by_command, seams.time.now());
  else
    tables->credentials.put(batch, by_command, {wanted, seams.time.now()});
  return database->store->write(batch, storage::sync::yes);
}

/// @pre client and database are there
actors::environment service::state::actor_environment() {
  return {seams.time,
          seams.random,
          *client,
          metrics,
          seams.log,
          health,
          actors::account_names{database->sealer.mac("accounts", {})}};
}

result<void> service::state::start_bot(const settings& s) {
  storage::rocksdb_options options;
  options.path = s.storage.path.text;
  options.compression = seams.compression;
  auto opened = storage::open_bot_database(options, {s.storage.master_key.bytes}, seams.random);
  if (!opened)
    return opened.error();
  database.emplace(std::move(*opened));
  tables.emplace(*database->store, database->sealer, seams.random);
  storage::write_batch index;
  if (auto indexed = tables->credentials.index_accounts(index); !indexed)
    return indexed.error();
  if (!index.empty())
    if (auto written = database->store->write(index, storage::sync::yes); !written)
      return written.error();

  io::https_client_settings http;
  http.ca_file = s.trustar.ca_file.text;
  http.proxy = s.trustar.proxy.text;
  http.user_agent = "isacbot/" + seams.version;
  http.max_connections_per_origin = s.trustar.connections + 8; // Slack's own origins need a few, too
  auto opened_client = io::https_client::open(http, io_environment());
  if (!opened_client)
    return opened_client.error();
  client = std::move(*opened_client);

  actor_config = std::make_unique<actors::system_config>();
  actor_system = std::make_unique<caf::actor_system>(*actor_config);
  const actors::environment env = actor_environment();
  if (auto kept = keep_operator_credentials(s); !kept)
    return kept;
  const member by_command = domain::operator_member();
  auto config = bot_config_of(s, seams, names);
  apply(s, *live);
  config.live = live;
  bot = std::make_unique<actors::bot_system>(*actor_system, std::move(config), *tables, env);
  // What waited for better credentials may have them now.
  caf::anon_send(bot->outbox(), atom::resume_v, by_command.team.value, by_command.user.value);

  if (!s.slack.enabled)
    return {};
  ingress =
      std::make_unique<io::slack_ingress>(s.slack.signing_secret, seams.time, metrics, seams.log,
                                          [this](auto request, std::string id, auto done) {
                                            dispatch(std::move(request), std::move(id), std::move(done));
                                          });
  io::http_server_settings listen;
  listen.name = "slack";
  listen.address = s.server.listen.host;
  listen.port = s.server.listen.port;
  listen.tls_certificate = s.server.tls_certificate.text;
  listen.tls_private_key = s.server.tls_private_key.text;
  listen.max_body_bytes = s.server.max_body_bytes.bytes;
  listen.answer_deadline = ack_patience + milliseconds{100};
  auto server = io::http_server::open(listen, *ingress, io_environment());
  if (!server)
    return server.error();
  slack_server = std::move(*server);
  return {};
}

result<void> service::state::start_misp(const settings& s) {
  if (s.misp.empty())
    return {};
  const actors::environment env = actor_environment();
  auto started = misp_part::start({s, *actor_system, *bot, tables->misp, io_environment(), env, names,
                                   seams.version, seams.misp_on_request_only});
  if (!started)
    return started.error();
  misp = std::move(*started);
  return {};
}

void service::state::dispatch(std::shared_ptr<const slack::request> request, std::string id,
                              io::slack_ingress::acknowledge done) {
  actors::slack_arrival arrival{std::move(request), std::move(id)};
  io::async_request(
      *actor_system, bot->dispatcher(), ack_patience, io.context().get_executor(),
      [done = std::move(done)](result<actors::http_response_ptr> ack) {
        done(ack ? result<http::response>{**ack} : result<http::response>{ack.error()});
      },
      atom::handle_v, std::move(arrival));
}

result<void> service::state::start_admin(const settings& s) {
  admin = std::make_unique<io::admin_service>(
      metrics,
      [this] {
        std::vector<io::readiness> parts;
        for (auto& entry : health.entries())
          parts.push_back({std::move(entry.part), entry.usable, std::move(entry.reason)});
        return parts;
      },
      [this] {
        if (seams.log_lines_lost)
          metrics.log_lines_lost(seams.log_lines_lost());
      });
  io::http_server_settings listen;
  listen.name = "admin";
  listen.address = s.admin.listen.host;
  listen.port = s.admin.listen.port;
  listen.max_connections = 64;
  auto server = io::http_server::open(listen, *admin, io_environment());
  if (!server)
    return server.error();
  admin_server = std::move(*server);
  auto listening =
      admin_part::start({configured, seams.time, seams.random, seams.log, seams.version, *database, *tables,
                         station ? &station->store() : nullptr, *actor_system, *bot, misp.get(), names});
  if (!listening)
    return listening.error();
  commands = std::move(*listening);
  if (station)
    station->when_noted([to = commands.get()] { to->carry_notes(); });
  return {};
}

result<std::unique_ptr<service>> service::start(const settings& configured, service_seams seams) {
  std::error_code failed;
  std::filesystem::create_directories(configured.storage.path.text, failed);
  if (failed)
    return fail(ec::io_failure,
                "the directory " + configured.storage.path.text + " cannot be made: " + failed.message(),
                "make it, owned by the user that runs isacbot, or change storage.path");
  auto s = std::make_unique<state>(configured, std::move(seams));
  s->metrics.build_info(s->seams.version);
  s->health.report("storage", "not opened yet");
  auto names = load_known_names(configured.observables);
  if (!names)
    return names.error();
  s->names = std::move(*names);
  if (configured.station.enabled) {
    auto station =
        station_part::start(configured.station, s->io_environment(), s->seams.compression, s->names);
    if (!station)
      return station.error();
    s->station = std::move(*station);
  }
  std::unique_ptr<service> running{
      new service(std::move(s))}; // from here on a failure stops what was started
  if (auto started = running->state_->start_bot(configured); !started)
    return started.error();
  running->state_->health.report("storage", "");
  if (auto started = running->state_->start_misp(configured); !started)
    return started.error();
  if (auto started = running->state_->start_admin(configured); !started)
    return started.error();
  return running;
}

service::service(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}

service::~service() {
  stop();
}

std::uint16_t service::slack_port() const noexcept {
  return state_->slack_server ? state_->slack_server->port() : 0;
}
std::uint16_t service::admin_port() const noexcept {
  return state_->admin_server ? state_->admin_server->port() : 0;
}
std::uint16_t service::station_port() const noexcept {
  return state_->station ? state_->station->port() : 0;
}

const misp_part* service::misp() const noexcept {
  return state_->misp.get();
}

bool service::reload(const settings& changed) {
  auto& s = *state_;
  if (s.stopped || !s.bot)
    return false;
  caf::scoped_actor self{*s.actor_system};
  bool done = false;
  apply(changed, *s.live);
  self->request(s.bot->limiter(), reload_patience, atom::change_v,
                actors::changed_limits{limits_of(changed.limits), changed.limits.queue_deadline})
      .receive([&](atom::done) { done = true; }, [](const caf::error&) {});
  return done;
}

bool service::stop() {
  auto& s = *state_;
  if (std::exchange(s.stopped, true))
    return true;
  bool clean = true;
  auto step = [&](std::string_view what, bool in_time) {
    if (!in_time)
      s.seams.log.warning("service", "a part was cut short while stopping", {{"part", what}});
    clean = clean && in_time;
  };
  if (s.station)
    s.station->when_noted({});
  if (s.commands)
    s.commands->stop();
  if (s.slack_server)
    step("slack listener", s.slack_server->stop(listener_grace) == 0);
  if (s.bot) {
    step("commands", s.bot->drain_commands(command_grace));
    step("outbox", s.bot->drain_outbox(outbox_grace));
  }
  if (s.misp)
    step("misp feed", s.misp->stop(actors_grace));
  s.misp.reset();
  if (s.client)
    s.client->stop(client_grace);
  if (s.bot)
    step("actors", s.bot->stop(actors_grace));
  s.bot.reset();
  s.actor_system.reset();
  s.actor_config.reset();
  if (s.admin_server)
    s.admin_server->stop(milliseconds{0});
  if (s.station)
    s.station->stop();
  step("io threads", s.io.stop(milliseconds{500}));
  return clean;
}

} // namespace isacbot::app
