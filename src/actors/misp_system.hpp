/// The actors of the MISP feed: one MISP DELIVERY, a MISP POLLER for each server, and their supervisor.
/// Stands beside bot_system, whose writer, limiter and pool it uses.
#pragma once

#include "actors/misp_delivery.hpp"
#include "actors/misp_poller.hpp"
#include "actors/supervisor.hpp"

#include <map>
#include <string>
#include <vector>

namespace isacbot::actors {

struct misp_server {
  misp_poller_config poller;
  ports::http_client* http = nullptr; ///< outlives the system
};

struct misp_system_config {
  misp_delivery_config delivery;
  std::vector<misp_server> servers;
  domain::restart_policy restarts;
  /// Each poller on a thread of its own: parsing and mapping a large event takes seconds. False under a
  /// test's scheduler, which has no threads.
  bool detached = true;
};

/// What it needs of the bot.
struct misp_system_parts {
  storage_writer_actor writer;
  rate_limiter_actor limiter;
  trustar_pool_actor pool;
  const storage::misp_table& table;
};

class misp_system {
 public:
  /// Starts polling. Everything passed by reference outlives `system`.
  misp_system(caf::actor_system& system, misp_system_config config, misp_system_parts parts, environment env);
  misp_system(const misp_system&) = delete;
  misp_system& operator=(const misp_system&) = delete;
  /// Kills what `stop` has not stopped.
  ~misp_system();

  /// By name of the server; each stays good when the actor behind it is started again.
  [[nodiscard]] const std::map<std::string, misp_poller_actor>& pollers() const noexcept { return pollers_; }

  /// Ends each actor, or `patience`; blocks the calling thread. What was under way is on disk.
  /// @returns false when an actor had to be killed
  bool stop(milliseconds patience);

 private:
  caf::actor_system& system_;
  misp_delivery_actor delivery_;
  std::map<std::string, misp_poller_actor> pollers_;
  supervisor_actor supervisor_;
};

} // namespace isacbot::actors
