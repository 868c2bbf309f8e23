/// The STORAGE WRITER: the one actor that writes to the database. It runs on a thread of its own, because a
/// synced write blocks, and commits everything that has arrived since the last write with one sync (group
/// commit).
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace isacbot::actors {

struct storage_writer_config {
  /// Requests waiting for a commit beyond which new ones are refused with ec::overloaded.
  std::size_t max_pending = 4096;
  milliseconds probe_interval{5'000}; ///< between tries whether a database that failed can be written again
  milliseconds reminder{600'000};     ///< between log lines that say that it still can't
};

struct storage_writer_state {
  struct waiting {
    write_request request;
    caf::typed_response_promise<atom::done> promise;
  };
  std::vector<waiting> pending;
  bool failed = false;  ///< the last write did, for another reason than its precondition
  bool probing = false; ///< the next try is on its way
  std::string logged;   ///< what was logged of it last
  steady_time last_logged{};
  static inline const char* name = "storage_writer";
};

/// Spawn with `caf::detached`. The store outlives the actor.
class storage_writer : public storage_writer_actor::stateful_base<storage_writer_state> {
 public:
  using super = storage_writer_actor::stateful_base<storage_writer_state>;

  storage_writer(caf::actor_config& cfg, storage_writer_config config, storage::kv_store& store,
                 environment env);

  behavior_type make_behavior() override;

 private:
  /// One synced write for all pending requests of which any wants it; answers each.
  void commit();
  /// Writes a row that nobody reads: recovery must not wait until somebody wants to store something.
  void probe();
  void tell(const std::optional<error>& failure);
  void log(const std::optional<error>& failure);

  storage_writer_config config_;
  storage::kv_store& store_;
  environment env_;
};

} // namespace isacbot::actors
