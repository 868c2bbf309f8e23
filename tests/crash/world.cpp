#include "crash/world.hpp"

#include "domain/lists/list_file_reader.hpp"
#include "support/open_vault.hpp"

#include <algorithm>

namespace isacbot::test {

namespace {

constexpr std::chrono::hours longest_run{6}; // of virtual time
constexpr seconds ack_patience{3};           // Slack's

actors::bot_config config_of(const world_options& options) {
  actors::bot_config c;
  c.detached_writer = false;
  c.settings.station_url = "https://station.test";
  c.settings.allow_guests = true; // Slack is asked about nobody
  c.pool.worker.station = {"https://station.test", "test"};
  c.pool.worker.tokens = std::make_shared<actors::token_cache>();
  c.pool.workers = 2;
  c.messenger.access = {slack_api_url, secret{"xoxb-test"}};
  c.messenger.response_url_hosts = {"hooks.slack.com"};
  c.follower.station_url = "https://station.test";
  c.outbox.limits.max_rows = options.max_rows;
  c.settings.report_limits = options.report_limits;
  c.outbox.smallest_report = options.smallest_report;
  c.outbox.detached_lists = false;
  c.outbox.lists.stage.late_bytes = options.late_bytes;
  c.outbox.sabotage = options.outbox_sabotage;
  c.sabotage = options.dispatcher_sabotage;
  return c;
}

} // namespace

world::system_config::system_config() {
  add_message_types<caf::id_block::isacbot_messages>();
  set("scheduler.policy", caf::atom("testing"));
}

world::life::life(world& w, storage::bot_database opened)
    : database(std::move(opened)),
      store(
          *database.store, w.points_,
          [&w] {
            if (w.points_.kind() != crash_kind::killed)
              w.files_->pull_plug();
          },
          w.options_.torn_splits),
      tables(store, database.sealer, w.random_),
      system(config),
      scheduler(dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())) {
  system.await_actors_before_shutdown(false);
  actors::environment env{
      w.clock_, w.random_, w.wire_, w.metrics_, {}, health, actors::account_names{"test"}};
  bot = std::make_unique<actors::bot_system>(system, config_of(w.options_), tables, env);
}

world::world(world_options options, crash_plan first)
    : options_(std::move(options)),
      random_(options_.seed),
      station_random_(options_.seed + 1),
      files_(std::make_shared<power_loss_file_system>(options_.seed)),
      station_(clock_, station_random_, options_.station),
      slack_(clock_),
      wire_(points_, clock_, station_, slack_, options_.disturb, options_.disturb_reports,
            options_.lax_external_ids) {
  points_.plan(first);
  for (std::size_t i = 0; i < options_.lists.size(); ++i) {
    members_.push_back(std::make_unique<list_member>(
        "U" + std::to_string(i + 1), station_.enclave_id(), options_.lists[i], slack_,
        [this, i](const slack::request& request) { return deliver(i, request); },
        [this](const handed_list& list, domain::submission what) { return bring(list, std::move(what)); }));
  }
  last_arrivals_.resize(members_.size());
  start();
}

world::~world() {
  points_.plan({});
  if (life_)
    crash();
}

void world::start() {
  storage::rocksdb_options where;
  where.path = directory_ / "bot";
  where.file_system = files_;
  where.sabotage = options_.store_sabotage;
  auto opened = storage::open_bot_database(where, {test_master_key()}, random_);
  auto& store = *opened.value().store;
  if (crashes_ == 0) {
    storage::write_batch batch;
    storage::credentials_table credentials(store, opened->sealer);
    for (const auto& m : members_)
      credentials.put(batch, m->who(), {station_.account(), clock_.now()});
    store.write(batch, storage::sync::yes).value();
  }
  life_ = std::make_unique<life>(*this, std::move(*opened));
}

/// The actors end without a word: no port works for them any more.
void world::crash() {
  ++crashes_;
  points_.die();
  auto kind = points_.kind();
  if (kind != crash_kind::killed)
    files_->pull_plug();
  wire_.cut_off(options_.in_flight_delay);
  life_->bot->abandon();
  life_->scheduler.run();
  life_.reset();
  if (kind != crash_kind::killed)
    files_->restore_power(kind == crash_kind::power_lost_torn ? unsynced_tail::torn
                                                              : unsynced_tail::vanishes);
}

std::shared_ptr<slack_exchange_record> world::hand_over(const actors::slack_arrival& arrival) {
  auto record = std::make_shared<slack_exchange_record>();
  auto to = life_->bot->dispatcher();
  // With an argument: CAF 0.17 looks into an empty pointer when there is none.
  life_->system.spawn(
      [this, record, to](caf::event_based_actor* self, const actors::slack_arrival& what) {
        self->request(to, ack_patience, atom::handle_v, what)
            .then(
                [this, record](const actors::http_response_ptr& ack) {
                  points_.pass("acknowledgement", [&] {
                    record->answered = true;
                    record->ack = *ack;
                  });
                },
                [this, record](const caf::error&) {
                  points_.pass("no acknowledgement", [&] { record->failed = true; });
                });
      },
      arrival);
  return record;
}

std::shared_ptr<slack_exchange_record> world::deliver(std::size_t member, const slack::request& request) {
  actors::slack_arrival arrival;
  arrival.request = std::make_shared<const slack::request>(request);
  arrival.request_id = "request" + std::to_string(++arrivals_);
  last_arrivals_[member] = arrival;
  auto first = hand_over(arrival);
  if (options_.deliver_twice) {
    arrival.request_id += "b";
    (void)hand_over(arrival);
  }
  return first;
}

std::shared_ptr<bringing_record> world::bring(const handed_list& list, domain::submission what) {
  std::vector<domain::list_item> items;
  domain::indicator_list_options reading;
  reading.keep_withheld = true;
  domain::list_file_reader reader(reading, [&](domain::list_item&& item) -> result<void> {
    items.push_back(std::move(item));
    return {};
  });
  reader.feed(list.text).value();
  reader.finish().value();
  auto record = std::make_shared<bringing_record>();
  auto shared = std::make_shared<std::vector<domain::list_item>>(std::move(items));
  life_->system.spawn( // with an argument, as above
      [this, record, shared, what, insists = list.send_special](caf::event_based_actor* self,
                                                                const actors::outbox_actor& to) {
        std::make_shared<list_bringer>(*self, to, points_, std::move(*shared), insists)->start(what, record);
      },
      life_->bot->outbox());
  return record;
}

void world::run_actors() {
  while (!points_.dead() && life_->scheduler.has_job())
    life_->scheduler.run_once();
}

bool world::quiet() const {
  bool all_done = std::all_of(members_.begin(), members_.end(), [](const auto& m) { return m->is_done(); });
  if (!all_done || !wire_.idle())
    return false;
  auto depth = life_->tables.outbox.depth();
  auto unprocessed = life_->tables.outbox.unprocessed(1);
  auto unanswered = life_->tables.journal.list(1);
  return depth && depth->due == 0 && unprocessed && unprocessed->empty() && unanswered && unanswered->empty();
}

/// Moves both clocks to the next thing that happens. @returns false when nothing will
bool world::advance() {
  auto now = clock_.steady_now();
  auto next = wire_.next();
  auto sooner = [&](steady_time t) { next = next ? std::min(*next, t) : t; };
  for (const auto& m : members_)
    if (auto t = m->next())
      sooner(*t);
  const auto& timeouts = life_->scheduler.clock().schedule();
  if (!timeouts.empty())
    sooner(now + (timeouts.begin()->first - life_->scheduler.clock().now()));
  if (!next)
    return false;
  // One millisecond at least: the wall clock counts no less.
  auto step =
      std::chrono::ceil<milliseconds>(std::max<std::chrono::nanoseconds>(*next - now, milliseconds{1}));
  clock_.advance(step);
  life_->scheduler.advance_time(step);
  return true;
}

bool world::run(const std::function<crash_plan(const crash_points&)>& next_crash) {
  auto end = clock_.steady_now() + longest_run;
  while (clock_.steady_now() < end) {
    run_actors();
    if (points_.dead()) {
      crash();
      points_.revive();
      points_.plan(next_crash ? next_crash(points_) : crash_plan{});
      start();
      if (options_.repeat_after_restart)
        for (auto& arrival : last_arrivals_)
          if (arrival)
            (void)hand_over(*arrival);
      continue;
    }
    bool any = wire_.run_due();
    if (points_.dead())
      continue;
    for (auto& m : members_)
      any = m->act(clock_.steady_now()) || any;
    if (any)
      continue;
    if (quiet())
      return true;
    if (!advance())
      return false;
  }
  return false;
}

} // namespace isacbot::test
