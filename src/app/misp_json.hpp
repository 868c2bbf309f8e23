/// The shape in which a poll is told to the operator: docs/misp.md names the members.
#pragma once

#include "actors/misp_messages.hpp"

#include <boost/json/object.hpp>

namespace isacbot::app {

inline boost::json::object to_json(const actors::misp_summary& s) {
  return {{"server", s.server},     {"listed", s.listed},     {"queued", s.queued},
          {"created", s.created},   {"replaced", s.replaced}, {"unchanged", s.unchanged},
          {"ignored", s.ignored},   {"withheld", s.withheld}, {"withdrawn", s.withdrawn},
          {"vanished", s.vanished}, {"failed", s.failed},     {"dead", s.dead},
          {"waiting", s.waiting},   {"excluded", s.excluded}, {"trouble", s.trouble}};
}

} // namespace isacbot::app
