/// The HOUSEKEEPER: what has to happen now and then and to nobody in particular. Removes rows that have
/// expired and lists that nobody will accept, moves audit events into their chain, merges accepted values,
/// and ends what has been kept long enough.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "storage/accepted_values.hpp"
#include "storage/audit_table.hpp"
#include "storage/kv_store.hpp"
#include "storage/misp_table.hpp"
#include "storage/outbox_table.hpp"

#include <cstddef>
#include <string>

namespace isacbot::actors {

/// How long things are kept: `retention` in the configuration.
struct retention_times {
  milliseconds receipts{std::chrono::hours{24 * 90}};     ///< and what was accepted
  milliseconds audit{std::chrono::hours{24 * 365 * 2}};   ///< audit events
  milliseconds dead_letters{std::chrono::hours{24 * 30}}; ///< of submissions and of MISP events
};

struct housekeeper_config {
  milliseconds interval{60'000};
  std::size_t rows_at_once = 500; ///< of one step; a full one is followed by the next at once
  std::size_t receipts_at_once = 100;
  retention_times keep;
  milliseconds list_patience{std::chrono::hours{6}}; ///< lists on their way in are given up after this
  sys_time started{};                                ///< those opened before belong to nobody
};

/// What it keeps in order; all of it outlives the actor.
struct housekeeper_tables {
  const storage::kv_store& store;
  const storage::audit_table& audit;
  const storage::outbox_table& outbox;
  const storage::misp_table& misp;
};

struct housekeeper_state {
  explicit housekeeper_state(const storage::kv_store& store) : merge(store) {}

  std::size_t job = 0; ///< of the round that is going on
  storage::accepted_merge merge;
  std::string accepted_cursor;
  std::string receipts_cursor;
  std::string letters_cursor;
};

/// A round is some jobs, one after another, each in bounded steps with a batch of its own. A step that meets
/// a concurrent change is refused whole and done again in the next round.
class housekeeper : public housekeeper_actor::base {
 public:
  housekeeper(caf::actor_config& cfg, housekeeper_config config, storage_writer_actor writer,
              housekeeper_tables tables, environment env);

  behavior_type make_behavior() override;

 private:
  /// @returns whether the job wants another step at once
  result<bool> add_step(storage::write_batch& batch);
  void step();
  void go_on(bool again);
  void give_up(const error& cause);

  housekeeper_config config_;
  storage_writer_actor writer_;
  housekeeper_tables tables_;
  environment env_;
  housekeeper_state state_;
};

} // namespace isacbot::actors
