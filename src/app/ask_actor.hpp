/// Asks an actor from a thread of one's own.
#pragma once

#include "actors/caf_error.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"

#include <caf/all.hpp>

#include <utility>

namespace isacbot::app {

/// Blocks for the answer.
/// @error what the actor fails with; ec::timeout when it does not answer within `patience`
template <class Answer, class Handle, class... Message>
result<Answer> ask_actor(caf::actor_system& system, const Handle& whom, seconds patience,
                         Message&&... message) {
  caf::scoped_actor self{system};
  result<Answer> outcome = fail(ec::timeout, "the service is too busy to answer", "try again in a minute");
  self->request(whom, patience, std::forward<Message>(message)...)
      .receive([&](const Answer& answer) { outcome = answer; },
               [&](const caf::error& e) { outcome = from_caf_error(e); });
  return outcome;
}

} // namespace isacbot::app
