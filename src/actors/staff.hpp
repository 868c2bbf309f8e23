/// How a house of actors is furnished and closed: seats first, so that everybody can be told of everybody;
/// then who sits in them; in the end one after another is sent home.
#pragma once

#include "actors/environment.hpp"
#include "actors/seat.hpp"
#include "actors/supervisor.hpp"
#include "core/clock.hpp"
#include "domain/restart_policy.hpp"
#include "telemetry/label.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::actors {

/// Belongs to the thread that starts the system.
class staff {
 public:
  explicit staff(caf::actor_system& system) : system_(system) {}

  /// Sets up a seat.
  /// @param handle    becomes its address, which stays good when the actor behind it is started again
  /// @param instance  which of several of the same name, for log and readiness; empty when there is one
  /// @returns for `start`
  template <class Handle>
  std::size_t place(Handle& handle, telemetry::label name, std::string instance = {}) {
    children_.push_back({name, std::move(instance), make_seat(system_, name.text().data()), nullptr});
    handle = caf::actor_cast<Handle>(children_.back().place.address);
    return children_.size() - 1;
  }

  /// @param spawn  makes a new actor for this seat, each time it is called
  template <class Spawn>
  void start(std::size_t index, Spawn spawn) {
    children_[index].spawn = [spawn = std::move(spawn)] {
      return caf::actor_cast<caf::strong_actor_ptr>(spawn());
    };
  }

  /// Spawns all, in the order of their seats, and who watches over them.
  supervisor_actor supervise(domain::restart_policy policy, const environment& env) && {
    return system_.spawn<supervisor>(policy, std::move(children_), env);
  }

 private:
  caf::actor_system& system_;
  std::vector<supervised> children_;
};

/// Ends one actor and waits for it; blocks. The handle is empty afterwards.
/// @returns false when it had to be killed at the deadline
template <class Handle>
bool end_actor(caf::scoped_actor& self, Handle& handle, steady_time deadline) {
  if (!handle)
    return true;
  bool gone = false;
  self->monitor(handle);
  self->send_exit(handle, caf::exit_reason::user_shutdown);
  auto left =
      std::max(deadline - std::chrono::steady_clock::now(), std::chrono::nanoseconds{milliseconds{50}});
  self->receive([&](const caf::down_msg&) { gone = true; }, caf::after(left) >> [] {});
  if (!gone)
    self->send_exit(handle, caf::exit_reason::kill);
  destroy(handle);
  return gone;
}

} // namespace isacbot::actors
