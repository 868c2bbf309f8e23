/// Values of a list that the same rule withholds, counted apart until their owner has decided.
#pragma once

#include "domain/list_intake.hpp"
#include "domain/overrides.hpp"

#include <span>

namespace isacbot::domain {

struct withheld_lane {
  line_reason reason;          ///< that may be overridden
  const intake_totals& totals; ///< of them alone, as if they were sent
};

/// What the whole list comes to: what is sent anyway, the lanes that are sent, and the others as withheld.
/// @param plain  of everything that is in no lane
/// @returns its lines are those of `plain`
intake_totals join_lanes(const intake_totals& plain, std::span<const withheld_lane> lanes,
                         const overrides& given);

} // namespace isacbot::domain
