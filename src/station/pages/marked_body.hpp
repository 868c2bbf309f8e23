/// A report's body as it is shown: every known value marked, defanged and linked to its page. Pure.
#pragma once

#include "observables/known_names.hpp"
#include "station/pages/html.hpp"
#include "station/report_record.hpp"

#include <string_view>
#include <vector>

namespace isacbot::station {

/// @param known  what is indexed of the body: only these are marked, derived hosts are not
html mark_body(std::string_view body, const std::vector<report_observable>& known,
               const observables::known_names& names);

} // namespace isacbot::station
