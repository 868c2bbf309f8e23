/// What the OUTBOX is asked when somebody has agreed to a report, in Slack or on the command line.
#pragma once

#include "actors/messages.hpp"
#include "core/error.hpp"
#include "domain/report_split.hpp"
#include "observables/known_names.hpp"

namespace isacbot::actors {

/// @param what    who, where, tags and request key; kind and content key are filled in
/// @error ec::too_large: too long even in parts (domain::split_report)
result<acceptance> make_report_acceptance(domain::submission what, const domain::report_content& content,
                                          const domain::report_limits& limits,
                                          const observables::known_names& names);

} // namespace isacbot::actors
