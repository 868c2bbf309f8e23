/// A real Station with a database of its own that outlives the bot, and may lose power by itself.
#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "domain/credentials.hpp"
#include "station/accounts.hpp"
#include "station/service.hpp"
#include "storage/kv_store.hpp"
#include "support/power_loss_file_system.hpp"
#include "support/temp_dir.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace isacbot::test {

enum class station_storage : bool { memory, disk };

class station_home {
 public:
  station_home(const clock& time, random_source& random, station_storage where);

  /// Answers, then indexes what the request left: the background thread, at its quickest.
  http::response handle(const http::request& request);
  /// Power is lost and comes back: what was not synced is gone. Needs station_storage::disk.
  void lose_power();

  [[nodiscard]] const storage::kv_store& store() const noexcept { return *store_; }
  [[nodiscard]] const domain::api_credentials& account() const noexcept { return account_; }
  [[nodiscard]] const std::string& enclave_id() const noexcept { return enclave_id_; }
  [[nodiscard]] station::enclave enclave() const;
  /// How often the value was handed in, over all types; 0 when it is unknown.
  [[nodiscard]] std::uint64_t sightings(const std::string& value) const;

 private:
  void open();

  const clock& time_;
  random_source& random_;
  temp_dir directory_;
  std::shared_ptr<power_loss_file_system> files_;
  std::unique_ptr<storage::kv_store> store_;
  std::unique_ptr<station::service> service_;
  domain::api_credentials account_;
  std::string enclave_id_;
};

} // namespace isacbot::test
