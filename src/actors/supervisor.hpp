/// The SUPERVISOR: starts the long-lived actors, counts their failures, and starts them again with growing
/// pauses. Each finds its work in the database when it begins. An actor that keeps failing makes the service
/// not ready, by name.
#pragma once

#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "actors/seat.hpp"
#include "domain/restart_policy.hpp"

#include <caf/all.hpp>

#include <functional>
#include <string>
#include <vector>

namespace isacbot::actors {

/// One supervised actor.
struct supervised {
  telemetry::label name = "actor"; ///< for metrics, log and readiness
  std::string instance;            ///< which of several of this name, for log and readiness; or empty
  seat_handle place;
  /// Starts a new one. May throw: that counts as a failure.
  std::function<caf::strong_actor_ptr()> spawn;
};

struct supervisor_state {
  struct child {
    supervised what;
    domain::restart_record record;
    caf::strong_actor_ptr actor; ///< null between a failure and the next start
  };
  std::vector<child> children;
  static inline const char* name = "supervisor";
};

/// Leaves alone what ends on purpose. End it last.
class supervisor : public supervisor_actor::stateful_base<supervisor_state> {
 public:
  using super = supervisor_actor::stateful_base<supervisor_state>;

  /// Starts the children, in order, in the caller's thread: their seats are taken when this returns.
  supervisor(caf::actor_config& cfg, domain::restart_policy policy, std::vector<supervised> children,
             environment env);

  behavior_type make_behavior() override;

 private:
  void on_down(const caf::down_msg& down);
  void on_failure(std::size_t index, const caf::error& reason);
  /// @returns false when it could not be started
  bool start(supervisor_state::child& c);
  void restart(std::size_t index);
  void settle(std::size_t index);
  void report(const supervisor_state::child& c);

  environment env_;
};

} // namespace isacbot::actors
