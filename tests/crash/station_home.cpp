#include "crash/station_home.hpp"

#include "station/accounts.hpp"
#include "station/indicator_reader.hpp"
#include "storage/memory_store.hpp"
#include "storage/rocksdb_store.hpp"

#include <vector>

namespace isacbot::test {

namespace {

constexpr station::hash_cost cheap{4, 8, 1};

} // namespace

station_home::station_home(const clock& time, random_source& random, station_storage where)
    : time_(time),
      random_(random) {
  if (where == station_storage::disk)
    files_ = std::make_shared<power_loss_file_system>(1);
  open();
  station::accounts accounts{*store_, time_, random_, cheap};
  enclave_id_ = accounts.add_enclave("Example ISAC", "INTERNAL").value().id;
  auto user = accounts.add_user("Ana", "Example ISAC").value();
  accounts.grant(user.key, enclave_id_, station::access::full).value();
  account_.key = secret{user.key};
  account_.key_secret = user.secret;
}

void station_home::open() {
  if (!files_) {
    store_ = std::make_unique<storage::memory_store>();
  } else {
    storage::rocksdb_options options;
    options.path = directory_ / "station";
    options.file_system = files_;
    store_ = storage::rocksdb_store::open(options).value();
  }
  station::service_settings settings;
  settings.calls_per_minute = 0;
  settings.secret_cost = cheap;
  service_ = std::make_unique<station::service>(*store_, time_, random_, settings);
}

http::response station_home::handle(const http::request& request) {
  auto answer = service_->handle(request);
  for (auto more = service_->index_some(); more && *more;)
    more = service_->index_some();
  return answer;
}

void station_home::lose_power() {
  files_->pull_plug();
  service_.reset();
  store_.reset();
  files_->restore_power(unsynced_tail::vanishes);
  open();
}

station::enclave station_home::enclave() const {
  return station::accounts{*store_, time_, random_, cheap}.find_enclave(enclave_id_).value().value();
}

std::uint64_t station_home::sightings(const std::string& value) const {
  std::vector<station::enclave> where{enclave()};
  std::uint64_t sum = 0;
  for (const auto& known : station::read_metadata(*store_, where, value, "").value())
    sum += known.sightings.value_or(0);
  return sum;
}

} // namespace isacbot::test
