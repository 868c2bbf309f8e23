/// A whole small world in virtual time: members, Slack, the real actors over a real database on a file system
/// that can lose power, and a real Station. Everything that happens is decided by the options and a seed, so
/// the same options give the same run, step by step, up to the point where a crash is planned.
#pragma once

#include "actors/bot_system.hpp"
#include "crash/crash_points.hpp"
#include "crash/fake_slack.hpp"
#include "crash/list_member.hpp"
#include "crash/mortal_store.hpp"
#include "crash/station_home.hpp"
#include "crash/wire.hpp"
#include "storage/bot_database.hpp"
#include "support/manual_clock.hpp"
#include "support/power_loss_file_system.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"
#include "telemetry/metrics.hpp"

#include <caf/scheduler/test_coordinator.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::test {

struct world_options {
  std::uint64_t seed = 1;
  std::vector<std::vector<handed_list>> lists; ///< one member each
  std::size_t max_rows = 10'000;               ///< of one part
  domain::report_limits report_limits;         ///< larger reports are split
  std::size_t smallest_report = 4'096;         ///< of one that Station finds too large: not cut below this
  std::size_t late_bytes = 1'000'000;          ///< of a staged list (storage/list_stage.hpp)
  disturber disturb;                           ///< of batches
  disturber disturb_reports;                   ///< of calls that look up, create and tag reports
  bool lax_external_ids = false;               ///< Station takes a second report with the same external id
  station_storage station = station_storage::memory;
  bool deliver_twice = false;                  ///< Slack delivers every request a second time, at once
  bool repeat_after_restart = false;           ///< and the last one of each member again to the restarted bot
  std::chrono::nanoseconds in_flight_delay{0}; ///< of requests that were under way when the bot died
  storage::sabotage store_sabotage;
  bool torn_splits = false; ///< the write that puts two pieces in the place of a part is one for each row
  actors::outbox_sabotage outbox_sabotage;
  actors::dispatcher_sabotage dispatcher_sabotage;
};

class world {
 public:
  explicit world(world_options options, crash_plan first = {});
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  /// Runs until every list is accepted, delivered and processed, through all planned crashes.
  /// @param next_crash  asked after each restart
  /// @returns false when it was not quiet after some hours of virtual time
  bool run(const std::function<crash_plan(const crash_points&)>& next_crash = {});

  [[nodiscard]] const crash_points& points() const noexcept { return points_; }
  [[nodiscard]] std::size_t crashes() const noexcept { return crashes_; }
  [[nodiscard]] const station_home& station() const noexcept { return station_; }
  [[nodiscard]] const fake_slack& slack() const noexcept { return slack_; }
  [[nodiscard]] const std::vector<std::unique_ptr<list_member>>& members() const noexcept { return members_; }
  /// Tables of the bot that runs now.
  [[nodiscard]] const actors::bot_tables& tables() const noexcept { return life_->tables; }

 private:
  struct system_config : caf::actor_system_config {
    system_config();
  };
  /// Everything that is gone after a crash, in the order of construction.
  struct life {
    life(world& w, storage::bot_database opened);

    storage::bot_database database;
    mortal_store store;
    actors::bot_tables tables;
    actors::health_board health;
    system_config config;
    caf::actor_system system;
    caf::scheduler::test_coordinator& scheduler;
    std::unique_ptr<actors::bot_system> bot;
  };

  void start();
  void crash();
  void run_actors();
  bool advance();
  [[nodiscard]] bool quiet() const;
  std::shared_ptr<slack_exchange_record> deliver(std::size_t member, const slack::request& request);
  std::shared_ptr<slack_exchange_record> hand_over(const actors::slack_arrival& arrival);
  std::shared_ptr<bringing_record> bring(const handed_list& list, domain::submission what);

  world_options options_;
  crash_points points_;
  manual_clock clock_{from_epoch_ms(1'800'000'000'000)}; // after the year in which ids begin to count
  seeded_random random_;
  seeded_random station_random_;
  telemetry::metrics metrics_;
  temp_dir directory_;
  std::shared_ptr<power_loss_file_system> files_;
  station_home station_;
  fake_slack slack_;
  wire wire_;
  std::vector<std::unique_ptr<list_member>> members_;
  std::vector<std::optional<actors::slack_arrival>> last_arrivals_;
  std::size_t crashes_ = 0;
  std::uint64_t arrivals_ = 0;
  std::unique_ptr<life> life_;
};

} // namespace isacbot::test
