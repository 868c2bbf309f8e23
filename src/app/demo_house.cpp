#include "app/demo_house.hpp"

#include "app/station_part.hpp"
#include "io/http_server.hpp"
#include "io/https_client.hpp"
#include "sandbox/misp_samples.hpp"
#include "station/accounts.hpp"
#include "storage/master_key.hpp"

#include <atomic>
#include <utility>

namespace isacbot::app {

namespace {

constexpr milliseconds grace{500};

/// Lets a listener open before the service behind it exists: the sandbox has to know the bot's port, and the
/// bot the sandbox's.
class late_service final : public ports::http_service {
 public:
  void become(ports::http_service* service) { service_ = service; }
  void handle(http::request request, ports::http_exchange exchange, reply done) override {
    if (auto* service = service_.load())
      return service->handle(std::move(request), std::move(exchange), std::move(done));
    done(http::make_response(503, "", ""));
  }

 private:
  std::atomic<ports::http_service*> service_{nullptr};
};

std::string loopback(std::uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

} // namespace

struct demo_house::state {
  explicit state(service_seams s) : seams(std::move(s)) {}

  service_seams seams;
  telemetry::metrics metrics;
  io::io_context_pool io;
  std::unique_ptr<io::https_client> client;
  std::unique_ptr<station_part> station;
  late_service front;
  std::unique_ptr<sandbox::app> slack;
  std::unique_ptr<io::http_server> slack_server;
  std::unique_ptr<sandbox::misp_server> misp;
  std::unique_ptr<io::http_server> misp_http;
  settings configuration;
  std::unique_ptr<service> bot;
  demo_account member;
  demo_account observer;
  demo_account feed; ///< as which MISP's events are submitted
  std::string enclave_id;
  std::string enclave_name = "Demo ISAC";
  std::string slack_url;
  std::string station_url;
  std::string misp_url;
  secret misp_key;
  secret bot_token;
  secret signing_secret;
  bool stopped = false;

  io::environment io_environment() { return {io, seams.time, seams.random, metrics, seams.log}; }
  result<void> start_station(const demo_settings& demo);
  result<void> make_accounts(storage::kv_store& store);
  result<void> start_slack(const demo_settings& demo);
  result<void> start_misp();
  result<void> start_bot(const demo_settings& demo);
};

result<void> demo_house::state::make_accounts(storage::kv_store& store) {
  station::accounts accounts{store, seams.time, seams.random};
  auto enclaves = accounts.list_enclaves();
  if (!enclaves)
    return enclaves.error();
  for (const auto& e : *enclaves) // a directory that was kept has it already
    if (e.name == enclave_name)
      enclave_id = e.id;
  if (enclave_id.empty()) {
    auto enclave = accounts.add_enclave(enclave_name, "INTERNAL");
    if (!enclave)
      return enclave.error();
    enclave_id = enclave->id;
  }
  for (auto* account : {&member, &observer, &feed}) {
    auto user = accounts.add_user(account == &member     ? "Ana Analyst"
                                  : account == &observer ? "Tour"
                                                         : "MISP feed",
                                  "Demo ISAC");
    if (!user)
      return user.error();
    *account = {user->key, user->secret};
    if (auto granted = accounts.grant(user->key, enclave_id, station::access::full); !granted)
      return granted;
  }
  return {};
}

result<void> demo_house::state::start_station(const demo_settings& demo) {
  station_settings s;
  s.listen = {"127.0.0.1", 0};
  s.path.text = (demo.data / "station").string();
  s.calls_per_minute = demo.station_calls_per_minute;
  {
    auto store = open_station_database(s.path.text, seams.compression);
    if (!store)
      return store.error();
    if (auto made = make_accounts(**store); !made)
      return made;
  } // the server opens it itself, as it does beside `isacbot station ...`
  auto started = station_part::start(s, io_environment(), seams.compression);
  if (!started)
    return started.error();
  station = std::move(*started);
  station_url = loopback(station->port());
  return {};
}

result<void> demo_house::state::start_slack(const demo_settings& demo) {
  bot_token = secret{"xoxb-" + random_hex(seams.random, 16)};
  signing_secret = secret{random_hex(seams.random, 16)};
  io::http_server_settings listen;
  listen.name = "sandbox";
  listen.port = demo.port;
  listen.answer_deadline = seconds{30};
  auto server = io::http_server::open(listen, front, io_environment());
  if (!server)
    return server.error();
  slack_server = std::move(*server);
  slack_url = loopback(slack_server->port());
  return {};
}

result<void> demo_house::state::start_misp() {
  misp_key = secret{random_hex(seams.random, 20)}; // 40 characters, as MISP's are
  sandbox::misp_settings sample;
  sample.key = misp_key;
  misp = std::make_unique<sandbox::misp_server>(std::move(sample), seams.time);
  sandbox::add_sample_events(*misp);
  io::http_server_settings listen;
  listen.name = "misp";
  auto server = io::http_server::open(listen, *misp, io_environment());
  if (!server)
    return server.error();
  misp_http = std::move(*server);
  misp_url = loopback(misp_http->port());
  return {};
}

result<void> demo_house::state::start_bot(const demo_settings& demo) {
  auto key_file = demo.data / "master.key";
  if (!std::filesystem::exists(key_file))
    if (auto made = storage::make_master_key(key_file, seams.random); !made)
      return made;
  auto key = storage::load_master_key(key_file);
  if (!key)
    return key.error();

  settings defaults;
  defaults.server.listen = {"127.0.0.1", 0};
  defaults.admin.listen = {"127.0.0.1", 0};
  defaults.slack.enabled = true;
  defaults.slack.signing_secret = signing_secret;
  defaults.slack.bot_token = bot_token;
  defaults.slack.api_url.text = slack_url + "/api/";
  defaults.slack.response_url_hosts = {{slack_url.substr(slack_url.find("//") + 2)}};
  defaults.slack.files_hosts = defaults.slack.response_url_hosts;
  defaults.trustar.origin.text = station_url;
  defaults.trustar.station_url.text = station_url;
  defaults.trustar.credentials_url.text = station_url + "/account";
  // A member has about the allowance of a real account, more of it at once: the tour is one impatient member,
  // and the sample feed another one, whose reports shall be there when she asks for them. The accounts allow
  // more, so that bulk work need not leave anything to people.
  defaults.limits.user = {domain::limit{70, std::chrono::minutes{1}, 40}};
  defaults.limits.credential = {domain::limit{600, std::chrono::minutes{1}, 300}};
  defaults.limits.address = {};
  auto& sample = defaults.misp["sample"];
  sample.url.text = misp_url;
  sample.key = misp_key;
  sample.enclave_id = enclave_id;
  sample.trustar_key = secret{feed.key};
  sample.trustar_secret = feed.key_secret;
  sample.settle = seconds{0}; // one host, one clock: what the sample server has published is complete
  defaults.storage.path.text = (demo.data / "bot").string();
  defaults.admin.socket.text = (demo.data / "admin.sock").string();
  defaults.storage.master_key.bytes = *key;
  auto configured = demo.configure(defaults);
  if (!configured)
    return configured.error();
  configuration = *configured;
  auto started = service::start(*configured, seams);
  if (!started)
    return started.error();
  bot = std::move(*started);

  auto bot_url = loopback(bot->slack_port());
  sandbox::workspace_settings workspace;
  workspace.bot_token = bot_token;
  workspace.signing_secret = signing_secret;
  workspace.base_url = slack_url;
  slack = std::make_unique<sandbox::app>(sandbox::make_sample_state(workspace),
                                         sandbox::bot_addresses{bot_url + "/slack/commands",
                                                                bot_url + "/slack/interactions",
                                                                bot_url + "/slack/events"},
                                         seams.time, seams.random, *client);
  front.become(slack.get());
  return {};
}

result<std::unique_ptr<demo_house>> demo_house::start(demo_settings demo, service_seams seams) {
  std::error_code failed;
  std::filesystem::create_directories(demo.data, failed);
  if (failed)
    return fail(ec::io_failure,
                "the directory " + demo.data.string() + " cannot be made: " + failed.message());
  std::unique_ptr<demo_house> house{new demo_house(std::make_unique<state>(std::move(seams)))};
  auto& s = *house->state_;
  auto client = io::https_client::open({}, s.io_environment());
  if (!client)
    return client.error();
  s.client = std::move(*client);
  if (auto started = s.start_station(demo); !started)
    return started.error();
  if (auto started = s.start_slack(demo); !started)
    return started.error();
  if (auto started = s.start_misp(); !started)
    return started.error();
  if (auto started = s.start_bot(demo); !started)
    return started.error();
  return house;
}

demo_house::demo_house(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}

demo_house::~demo_house() {
  stop();
}

bool demo_house::stop_bot() {
  return !state_->bot || state_->bot->stop();
}

bool demo_house::stop() {
  auto& s = *state_;
  if (std::exchange(s.stopped, true))
    return true;
  bool clean = stop_bot();
  for (auto* server : {&s.slack_server, &s.misp_http})
    if (*server)
      (*server)->stop(grace);
  if (s.client)
    s.client->stop(milliseconds{0});
  if (s.station)
    s.station->stop();
  return s.io.stop(grace) && clean;
}

sandbox::app& demo_house::slack() noexcept {
  return *state_->slack;
}
sandbox::misp_server& demo_house::misp() noexcept {
  return *state_->misp;
}
ports::http_client& demo_house::http() noexcept {
  return *state_->client;
}
const std::string& demo_house::slack_url() const noexcept {
  return state_->slack_url;
}
const std::string& demo_house::station_url() const noexcept {
  return state_->station_url;
}
const std::string& demo_house::misp_url() const noexcept {
  return state_->misp_url;
}
const settings& demo_house::configuration() const noexcept {
  return state_->configuration;
}
std::string demo_house::metrics_url() const {
  return loopback(state_->bot->admin_port()) + "/metrics";
}
const demo_account& demo_house::member() const noexcept {
  return state_->member;
}
const demo_account& demo_house::observer() const noexcept {
  return state_->observer;
}
const std::string& demo_house::enclave_id() const noexcept {
  return state_->enclave_id;
}
const std::string& demo_house::enclave_name() const noexcept {
  return state_->enclave_name;
}

std::vector<std::string> demo_house::secrets() const {
  std::vector<std::string> all;
  for (const auto* s : {&state_->member.key_secret, &state_->observer.key_secret, &state_->feed.key_secret,
                        &state_->misp_key, &state_->bot_token, &state_->signing_secret})
    all.emplace_back(s->reveal());
  return all;
}

} // namespace isacbot::app
