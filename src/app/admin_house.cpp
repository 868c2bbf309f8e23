#include "app/admin_house.hpp"

#include "app/station_part.hpp"
#include "domain/submit_fsm.hpp"

#include <filesystem>
#include <optional>
#include <utility>

namespace isacbot::app {

/// In the order of construction.
struct admin_house::state {
  storage::bot_database database;
  std::optional<actors::bot_tables> tables;
  std::unique_ptr<storage::rocksdb_store> station;
  std::optional<station::accounts> accounts;
  std::optional<admin_desk> desk;
};

result<std::unique_ptr<admin_house>> admin_house::open(const settings& configured, const clock& time,
                                                       random_source& random, std::string version) {
  std::error_code failed;
  std::filesystem::path path(configured.storage.path.text);
  if (std::filesystem::create_directories(path, failed))
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, failed);
  storage::rocksdb_options options;
  options.path = path;
  auto opened = storage::open_bot_database(options, {configured.storage.master_key.bytes}, random);
  if (!opened)
    return opened.error();
  auto s = std::make_unique<state>(state{std::move(*opened), {}, {}, {}, {}});
  auto& store = *s->database.store;
  s->tables.emplace(store, s->database.sealer, random);
  if (configured.station.enabled) {
    auto above = std::filesystem::path(configured.station.path.text).parent_path();
    if (!above.empty() && std::filesystem::create_directories(above, failed))
      std::filesystem::permissions(above, std::filesystem::perms::owner_all, failed);
    auto station = open_station_database(configured.station.path.text);
    if (!station)
      return station.error();
    s->station = std::move(*station);
    s->accounts.emplace(*s->station, time, random);
  }
  s->desk.emplace(admin_desk{configured,
                             time,
                             random,
                             std::move(version),
                             false,
                             s->database,
                             *s->tables,
                             s->station.get(),
                             s->accounts ? &*s->accounts : nullptr,
                             {},
                             {}});
  s->desk->write = [&store](storage::write_batch batch, storage::sync sync) {
    return store.write(batch, sync);
  };
  s->desk->request_parts =
      [&store, tables = &*s->tables,
       &time](const storage::part_request& request) -> result<storage::part_request_outcome> {
    storage::write_batch batch;
    auto outcome =
        storage::apply_part_request(batch, tables->outbox, request, domain::submit_policy{}, time.now());
    if (!outcome)
      return outcome;
    if (auto written = store.write(batch, storage::sync::yes); !written)
      return written.error();
    return outcome;
  };
  return std::unique_ptr<admin_house>(new admin_house(std::move(s)));
}

admin_house::admin_house(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}
admin_house::~admin_house() = default;

admin_desk& admin_house::desk() noexcept {
  return *state_->desk;
}

} // namespace isacbot::app
