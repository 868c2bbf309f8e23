#include "crash/misp_world.hpp"

#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/requests.hpp"
#include "support/open_vault.hpp"

#include <algorithm>

namespace isacbot::test {

namespace {

constexpr std::chrono::hours longest_run{6}; // of virtual time, beyond what was asked for
const std::string misp_key(40, 'k');

std::string host_of(const std::string& server) {
  return "misp-" + server + ".test";
}

} // namespace

misp_world::system_config::system_config() {
  add_message_types<caf::id_block::isacbot_messages>();
  set("scheduler.policy", caf::atom("testing"));
}

misp_world::life::life(misp_world& w, storage::bot_database opened)
    : database(std::move(opened)),
      store(*database.store, w.points_,
            [&w] {
              if (w.points_.kind() != crash_kind::killed)
                w.files_->pull_plug();
            }),
      tables(store, database.sealer, w.random_),
      system(config),
      scheduler(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())) {
  system.await_actors_before_shutdown(false);
  actors::environment env{
      w.clock_, w.random_, w.wire_, w.metrics_, {}, health, actors::account_names{"test"}};
  actors::bot_config c;
  c.detached_writer = false;
  c.pool.worker.station = {"https://station.test", "test"};
  c.pool.worker.tokens = std::make_shared<actors::token_cache>();
  c.pool.workers = 2;
  bot = std::make_unique<actors::bot_system>(system, c, tables, env);

  actors::misp_system_config feed;
  feed.detached = false;
  feed.delivery.sabotage = w.options_.sabotage;
  for (const auto& name : w.options_.servers) {
    actors::misp_poller_config p;
    p.name = name;
    p.server = {"https://" + host_of(name), secret{misp_key}, "Authorization", "isacbot/test"};
    p.enclave = enclave_id{w.station_.enclave_id()};
    p.account = w.station_.account();
    p.mapping.server_url = p.server.url;
    p.sabotage = w.options_.sabotage;
    w.options_.configure(p);
    feed.servers.push_back({p, &w.wire_});
  }
  misp = std::make_unique<actors::misp_system>(
      system, std::move(feed),
      actors::misp_system_parts{bot->writer(), bot->limiter(), bot->pool(), tables.misp}, env);
}

misp_world::misp_world(misp_world_options options, crash_plan first)
    : options_(std::move(options)),
      random_(options_.seed),
      station_random_(options_.seed + 1),
      files_(std::make_shared<power_loss_file_system>(options_.seed)),
      station_(clock_, station_random_, options_.station),
      wire_(points_, clock_, station_, options_.disturb) {
  points_.plan(first);
  wire_.set_lenient(options_.lenient_station);
  for (const auto& name : options_.servers) {
    sandbox::misp_settings settings;
    settings.key = secret{misp_key};
    misp_[name] = std::make_unique<sandbox::misp_server>(settings, clock_);
    wire_.connect(host_of(name), *misp_[name]);
  }
  start();
}

misp_world::~misp_world() {
  points_.plan({});
  if (life_)
    crash();
}

void misp_world::start() {
  storage::rocksdb_options where;
  where.path = directory_ / "bot";
  where.file_system = files_;
  where.sabotage = options_.store_sabotage;
  auto opened = storage::open_bot_database(where, {test_master_key()}, random_);
  life_ = std::make_unique<life>(*this, std::move(opened.value()));
}

/// The actors end without a word: no port works for them any more.
void misp_world::crash() {
  ++crashes_;
  points_.die();
  auto kind = points_.kind();
  if (kind != crash_kind::killed)
    files_->pull_plug();
  wire_.cut_off(options_.in_flight_delay);
  life_->scheduler.inline_all_enqueues();
  life_.reset();
  if (kind != crash_kind::killed)
    files_->restore_power(kind == crash_kind::power_lost_torn ? unsynced_tail::torn
                                                              : unsynced_tail::vanishes);
}

bool misp_world::quiet() const {
  if (!wire_.idle())
    return false;
  return std::all_of(options_.servers.begin(), options_.servers.end(), [&](const std::string& name) {
    auto queue = life_->tables.misp.queue(name);
    return queue && queue->empty();
  });
}

/// Moves both clocks to the next thing that happens. @returns false when nothing will
bool misp_world::advance() {
  auto now = clock_.steady_now();
  auto next = wire_.next();
  const auto& timeouts = life_->scheduler.clock().schedule();
  if (!timeouts.empty()) {
    auto timer = now + (timeouts.begin()->first - life_->scheduler.clock().now());
    next = next ? std::min(*next, timer) : timer;
  }
  if (!next)
    return false;
  auto by = std::chrono::ceil<milliseconds>(std::max<std::chrono::nanoseconds>(*next - now, milliseconds{1}));
  clock_.advance(by);
  life_->scheduler.advance_time(by);
  return true;
}

bool misp_world::work() {
  while (!points_.dead() && life_->scheduler.has_job())
    life_->scheduler.run_once();
  if (points_.dead()) {
    crash();
    points_.revive();
    points_.plan({});
    start();
    return true;
  }
  return wire_.run_due() || points_.dead();
}

bool misp_world::run(milliseconds duration) {
  auto least = clock_.steady_now() + duration;
  auto end = least + longest_run;
  while (clock_.steady_now() < end) {
    if (work())
      continue;
    if (clock_.steady_now() >= least && quiet())
      return true;
    if (!advance())
      return false;
  }
  return false;
}

void misp_world::pass(milliseconds duration) {
  auto end = clock_.steady_now() + duration;
  while (clock_.steady_now() < end && (work() || advance())) {
  }
}

secret misp_world::sign_in() {
  auto account = station_.account();
  auto answer = station_.handle(trustar::make_token_request({"https://station.test", "test"},
                                                            account.key.reveal(), account.key_secret));
  return trustar::parse_token(answer).value().token;
}

void misp_world::tag_by_hand(const std::string& report, const std::string& tag) {
  auto request =
      trustar::make_alter_tags_request({"https://station.test", "test"}, sign_in(), report, {tag}, {});
  trustar::classify(station_.handle(request)).value();
}

void misp_world::delete_by_hand(const std::string& report) {
  auto request = trustar::make_report_delete_request({"https://station.test", "test"}, sign_in(), report);
  trustar::classify(station_.handle(request)).value();
}

std::optional<actors::misp_summary> misp_world::pull(bool dry_run, const std::string& name) {
  auto answer = std::make_shared<std::optional<actors::misp_summary>>();
  auto failed = std::make_shared<bool>(false);
  // With an argument: CAF 0.17 looks into an empty pointer when there is none.
  life_->system.spawn(
      [answer, failed](caf::event_based_actor* self, const actors::misp_poller_actor& to, bool dry) {
        self->request(to, std::chrono::minutes{300}, atom::pull_v, actors::misp_pull{dry})
            .then([answer](const actors::misp_summary& summary) { *answer = summary; },
                  [failed](const caf::error&) { *failed = true; });
      },
      life_->misp->pollers().at(name), dry_run);
  auto end = clock_.steady_now() + longest_run;
  while (!*answer && !*failed && clock_.steady_now() < end)
    if (!work() && !advance())
      break;
  return *answer;
}

} // namespace isacbot::test
