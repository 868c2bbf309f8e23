/// The OUTBOX, asked from a thread that may wait: how lists get in (actors/list_receiver.hpp).
#pragma once

#include "actors/bot_system.hpp"
#include "actors/safelist_calls.hpp"
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
  /// The operator's company's, never null; an error when Station could not be asked in time.
  std::function<result<actors::safelist_ptr>()> safelist;
  /// For a report.
  std::function<result<actors::acceptance_outcome>(actors::acceptance)> append;
};

/// Everything by reference outlives the door.
/// @param account  the operator's
list_door make_list_door(caf::actor_system& system, const actors::bot_system& bot,
                         const domain::api_credentials& account, const clock& time);

} // namespace isacbot::app
