/// What every part of the edge is given by the composition root.
#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "io/io_context_pool.hpp"
#include "telemetry/logging.hpp"
#include "telemetry/metrics.hpp"

namespace isacbot::io {

/// References to things that outlive whoever gets them.
struct environment {
  io_context_pool& io;
  const clock& time;
  random_source& random;
  telemetry::metrics& metrics;
  telemetry::logger log;
};

} // namespace isacbot::io
