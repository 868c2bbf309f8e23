/// How CAF is set up: the one place that knows.
#pragma once

#include "actors/messages.hpp"

#include <caf/all.hpp>

namespace isacbot::actors {

/// Two workers that share one queue. CAF's default (work stealing, at least four threads, unlimited messages
/// per turn) costs a third of a core as soon as one timer ticks, and lets one busy actor hold a worker for
/// ever: docs/adr/0002-caf-0.17.md has the measurements.
struct system_config : caf::actor_system_config {
  system_config() {
    add_message_types<caf::id_block::isacbot_messages>();
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2);
    set("scheduler.max-throughput", 300);
  }
};

} // namespace isacbot::actors
