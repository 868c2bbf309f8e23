#include "app/station_part.hpp"

#include "app/index_thread.hpp"
#include "io/http_server.hpp"
#include "io/worker_pool_service.hpp"
#include "station/index_queue.hpp"
#include "station/service.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/schema.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace isacbot::app {

namespace {

constexpr milliseconds grace{500};
constexpr std::size_t block_cache_bytes = std::size_t{40} << 20U; // searches read far and wide
constexpr milliseconds answer_deadline{60'000};                   // 10,000 rows on a slow disk

} // namespace

result<std::unique_ptr<storage::rocksdb_store>> open_station_database(const std::string& path,
                                                                      bool compression) {
  storage::rocksdb_options options;
  options.path = path;
  options.compression = compression;
  options.cache_bytes = block_cache_bytes;
  auto store = storage::rocksdb_store::open(options);
  if (!store)
    return store;
  if (auto checked = storage::open_schema(**store, {"station", 1, {}}); !checked)
    return checked.error();
  return store;
}

struct station_part::state {
  std::unique_ptr<storage::rocksdb_store> store;
  std::unique_ptr<station::service> service;
  std::unique_ptr<index_thread> indexing;
  std::unique_ptr<io::worker_pool_service> workers;
  std::unique_ptr<io::http_server> server;
  std::mutex noted_mutex;
  std::function<void()> noted;
};

station_part::station_part(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}

station_part::~station_part() {
  stop();
}

std::uint16_t station_part::port() const noexcept {
  return state_->server->port();
}

storage::rocksdb_store& station_part::store() const noexcept {
  return *state_->store;
}

void station_part::when_noted(std::function<void()> tell) {
  std::lock_guard lock(state_->noted_mutex);
  state_->noted = std::move(tell);
}

void station_part::stop() {
  state_->server->stop(grace);
  state_->workers->stop();
  state_->indexing->stop(); // what waits is in the database
}

result<std::unique_ptr<station_part>> station_part::start(const station_settings& configured,
                                                          io::environment env, bool compression,
                                                          observables::known_names names) {
  auto s = std::make_unique<state>();
  auto store = open_station_database(configured.path.text, compression);
  if (!store)
    return store.error();
  s->store = std::move(*store);

  station::service_settings settings;
  settings.calls_per_minute = static_cast<std::uint32_t>(configured.calls_per_minute);
  settings.calls_per_day = configured.calls_per_day;
  settings.names = std::move(names);
  settings.max_body_bytes = configured.max_body_bytes.bytes;
  settings.secure_cookies =
      !configured.tls_certificate.text.empty() || configured.public_url.text.starts_with("https://");
  station::service_hooks hooks;
  hooks.answered = [&metrics = env.metrics](telemetry::label route, unsigned status) {
    metrics.station_request(route, status);
  };
  hooks.failed = [log = env.log](std::string_view trace, const error& what) {
    log.error("station", "a request failed", {{"trace", trace}, {"error", to_string(what)}});
  };
  hooks.noted = [part = s.get()] {
    std::lock_guard lock(part->noted_mutex);
    if (part->noted)
      part->noted();
  };
  hooks.work_waits = [part = s.get()] { part->indexing->wake(); };
  auto show_damage = [&metrics = env.metrics, store = s->store.get()] {
    if (auto damaged = station::count_set_aside(*store))
      metrics.queue_items("station_index", "set_aside", *damaged);
  };
  show_damage();
  hooks.set_aside = [log = env.log, show_damage](const error& why) {
    log.error("station",
              "something accepted cannot be indexed and was set aside; the next start tries it again",
              {{"error", to_string(why)}});
    show_damage();
  };
  s->service =
      std::make_unique<station::service>(*s->store, env.time, env.random, settings, std::move(hooks));
  s->indexing = std::make_unique<index_thread>(
      [service = s->service.get(), show_damage, &metrics = env.metrics, first = true]() mutable {
        auto more = service->index_some();
        metrics.queue_oldest("station_index", service->index_lag());
        if (std::exchange(first, false)) // what was set aside before is tried again by the first portion
          show_damage();
        return more;
      },
      [log = env.log](const error& what) {
        log.error("station", "indexing failed, it is tried again", {{"error", to_string(what)}});
      });
  s->workers = std::make_unique<io::worker_pool_service>(
      io::worker_pool_settings{},
      [service = s->service.get()](const http::request& request, const ports::http_exchange&) {
        return service->handle(request);
      },
      env.log);

  io::http_server_settings listen;
  listen.name = "station";
  listen.address = configured.listen.host;
  listen.port = configured.listen.port;
  listen.tls_certificate = configured.tls_certificate.text;
  listen.tls_private_key = configured.tls_private_key.text;
  listen.max_body_bytes = configured.max_body_bytes.bytes;
  listen.max_bodies_bytes = std::max(listen.max_bodies_bytes, 2 * listen.max_body_bytes);
  listen.answer_deadline = answer_deadline;
  auto server = io::http_server::open(listen, *s->workers, env);
  if (!server)
    return server.error();
  s->server = std::move(*server);
  return std::unique_ptr<station_part>(new station_part(std::move(s)));
}

} // namespace isacbot::app
