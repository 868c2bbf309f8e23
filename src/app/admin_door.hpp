/// Where a command goes: to the running service, or, when none runs, to the databases themselves.
#pragma once

#include "app/admin_commands.hpp"
#include "app/settings.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

#include <functional>
#include <string>

namespace isacbot::app {

struct admin_seams {
  const clock& time;
  random_source& random;
  std::string version;
};

/// Blocks until it is done.
/// @error ec::locked: a process has the database open and does not listen; what the command fails with
result<boost::json::value> run_at_the_service_or_here(const settings& configured,
                                                      const admin_request& request, const admin_seams& seams,
                                                      const std::function<void(const admin_progress&)>& say);

/// The same, of the running service only.
/// @error ec::unavailable: none runs
result<boost::json::value> run_at_the_service(const settings& configured, const admin_request& request,
                                              const std::function<void(const admin_progress&)>& say);

} // namespace isacbot::app
