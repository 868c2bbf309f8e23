/// The OUTBOX, asked from a thread that may wait: how lists get in (actors/list_receiver.hpp).
#pragma once

#include "actors/interfaces.hpp"
#include "core/error.hpp"
#include "domain/list_intake.hpp"
#include "domain/list_item.hpp"

#include <functional>
#include <string>
#include <vector>

namespace isacbot::app {

/// Each blocks until it is answered.
struct list_door {
  std::function<result<std::string>(domain::submission)> open;
  std::function<result<void>(const std::string& id, std::vector<domain::list_item>&& items)> add;
  std::function<result<domain::intake_totals>(const std::string& id)> close;
  std::function<result<actors::acceptance_outcome>(const std::string& id, bool again)> accept;
  std::function<void(const std::string& id)> abandon;
  /// For a report.
  std::function<result<actors::acceptance_outcome>(actors::acceptance)> append;
};

list_door make_list_door(caf::actor_system& system, actors::outbox_actor outbox);

} // namespace isacbot::app
