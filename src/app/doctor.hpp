/// `isacbot doctor`: asks everybody the service depends on, and says what is wrong and what to do. What the
/// answers mean is decided in doctor_checks.hpp.
#pragma once

#include "app/doctor_checks.hpp"
#include "app/settings.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"

#include <string>
#include <vector>

namespace isacbot::app {

struct doctor_seams {
  const clock& time;
  random_source& random;
  std::string version;
  milliseconds patience{15'000}; ///< for each answer
};

/// Asks over HTTP, one after the other; writes nothing. Works beside a running service and without one.
/// @returns a row per check
std::vector<doctor_row> run_doctor(const settings& configured, const doctor_seams& seams);

} // namespace isacbot::app
