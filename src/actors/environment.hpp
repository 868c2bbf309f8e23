/// What every actor is given by the composition root; all of it outlives the actor system.
#pragma once

#include "actors/account_name.hpp"
#include "actors/health.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "ports/http.hpp"
#include "telemetry/logging.hpp"
#include "telemetry/metrics.hpp"

namespace isacbot::actors {

struct environment {
  const clock& time;
  random_source& random;
  ports::http_client& http;
  telemetry::metrics& metrics;
  telemetry::logger log;
  health_board& health;
  account_names accounts;
};

} // namespace isacbot::actors
