/// The MISP feed in virtual time: sample MISP servers, the real actors over a real database on a file system
/// that can lose power, and a real Station. As world.hpp, and for the same proofs.
#pragma once

#include "actors/bot_system.hpp"
#include "actors/misp_system.hpp"
#include "crash/crash_points.hpp"
#include "crash/misp_wire.hpp"
#include "crash/mortal_store.hpp"
#include "crash/station_home.hpp"
#include "storage/bot_database.hpp"
#include "support/manual_clock.hpp"
#include "support/power_loss_file_system.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"
#include "telemetry/metrics.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::test {

struct misp_world_options {
  std::uint64_t seed = 1;
  std::vector<std::string> servers{"main"};
  disturber disturb; ///< of calls that change reports
  bool lenient_station = false;
  station_storage station = station_storage::memory;
  std::chrono::nanoseconds in_flight_delay{0};
  storage::sabotage store_sabotage;
  actors::misp_sabotage sabotage;
  std::function<void(actors::misp_poller_config&)> configure = [](auto&) {};
};

class misp_world {
 public:
  explicit misp_world(misp_world_options options, crash_plan first = {});
  ~misp_world();
  misp_world(const misp_world&) = delete;
  misp_world& operator=(const misp_world&) = delete;

  [[nodiscard]] sandbox::misp_server& misp(const std::string& name = "main") { return *misp_.at(name); }
  [[nodiscard]] const sandbox::misp_server& misp(const std::string& name = "main") const {
    return *misp_.at(name);
  }
  [[nodiscard]] misp_wire& network() noexcept { return wire_; }
  [[nodiscard]] const misp_wire& network() const noexcept { return wire_; }
  [[nodiscard]] manual_clock& time() noexcept { return clock_; }

  /// Lets `duration` pass, at least, and then goes on until the queues are empty, through a planned crash.
  /// @returns false when they were not after six hours more
  bool run(milliseconds duration = std::chrono::minutes{40});
  /// Lets `duration` pass, whatever is left undone then.
  void pass(milliseconds duration);
  /// Asks a poller for a poll, and runs until it answers.
  std::optional<actors::misp_summary> pull(bool dry_run = false, const std::string& name = "main");

  /// What a person does in Station.
  void tag_by_hand(const std::string& report, const std::string& tag);
  void delete_by_hand(const std::string& report);

  [[nodiscard]] const crash_points& points() const noexcept { return points_; }
  [[nodiscard]] std::size_t crashes() const noexcept { return crashes_; }
  [[nodiscard]] const station_home& station() const noexcept { return station_; }
  /// Tables of the bot that runs now.
  [[nodiscard]] const actors::bot_tables& tables() const noexcept { return life_->tables; }
  [[nodiscard]] const std::vector<std::string>& servers() const noexcept { return options_.servers; }
  [[nodiscard]] std::string metrics() const { return metrics_.serialize(); }

 private:
  struct system_config : caf::actor_system_config {
    system_config();
  };
  /// Everything that is gone after a crash, in the order of construction.
  struct life {
    life(misp_world& w, storage::bot_database opened);

    storage::bot_database database;
    mortal_store store;
    actors::bot_tables tables;
    actors::health_board health;
    system_config config;
    caf::actor_system system;
    caf::scheduler::test_coordinator& scheduler;
    std::unique_ptr<actors::bot_system> bot;
    std::unique_ptr<actors::misp_system> misp;
  };

  void start();
  void crash();
  /// @returns whether anything was done at this moment
  bool work();
  bool advance();
  [[nodiscard]] bool quiet() const;
  [[nodiscard]] secret sign_in();

  misp_world_options options_;
  crash_points points_;
  manual_clock clock_{from_epoch_ms(1'800'000'000'000)};
  seeded_random random_;
  seeded_random station_random_;
  telemetry::metrics metrics_;
  temp_dir directory_;
  std::shared_ptr<power_loss_file_system> files_;
  station_home station_;
  misp_wire wire_;
  std::map<std::string, std::unique_ptr<sandbox::misp_server>> misp_;
  std::size_t crashes_ = 0;
  std::unique_ptr<life> life_;
};

} // namespace isacbot::test
