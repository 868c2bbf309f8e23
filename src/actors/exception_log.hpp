/// Names the exception that ends an actor, in the log instead of on the terminal. Everything expected is a
/// value, so an exception is a defect: the actor ends with ec::internal, and its supervisor starts it again.
#pragma once

#include "actors/caf_error.hpp"
#include "telemetry/logging.hpp"

#include <caf/all.hpp>

#include <exception>
#include <functional>
#include <string>

namespace isacbot::actors {

/// Call when the actor begins.
/// @param last_act  what it still has to do, such as ending those that work for it
inline void log_exceptions(caf::scheduled_actor& self, telemetry::logger log, const char* actor,
                           std::function<void()> last_act = {}) {
  self.set_exception_handler([=](caf::scheduled_actor*, std::exception_ptr& thrown) -> caf::error {
    std::string cause = "an unknown exception";
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& x) {
      cause = x.what();
    } catch (...) { // NOLINT(bugprone-empty-catch): the cause above says it
    }
    if (last_act)
      last_act();
    log.error("actor", "an exception ended an actor", {{"actor", actor}, {"error", cause}});
    return to_caf_error(fail(ec::internal, "an exception ended it: " + cause));
  });
}

} // namespace isacbot::actors
