/// What a command does when a limit makes it wait: go, wait it out, say so and queue, or say so and stop.
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <string>

namespace isacbot::domain {

struct admission_policy {
  milliseconds wait_out{3'000};         ///< up to this the member notices nothing
  milliseconds queue_deadline{120'000}; ///< `limits.queue_deadline`: beyond this the command stops
};

enum class admission_step : std::uint8_t {
  go,       ///< now
  wait_out, ///< after `wait`, without a word
  queue,    ///< tell the member "in about ..." and run then
  stop,     ///< tell the member when to try again
};

struct admission {
  admission_step step = admission_step::go;
  std::chrono::nanoseconds wait{0};
};

/// @param wait    until the command's first calls can be made, places before it in the queue included
/// @param queued  how long the command has waited already; the deadline counts from its arrival
admission admit(std::chrono::nanoseconds wait, std::chrono::nanoseconds queued,
                const admission_policy& policy) noexcept;

/// A waiting time as people say it, never shorter than the truth: "about 40 seconds", "about 3 minutes",
/// "about 2 hours".
std::string about(std::chrono::nanoseconds wait);

} // namespace isacbot::domain
