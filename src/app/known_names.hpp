/// The files of `observables.tld_file` and `observables.malware_names`.
#pragma once

#include "app/settings.hpp"
#include "core/error.hpp"
#include "observables/known_names.hpp"

namespace isacbot::app {

/// @error as read_small_file; ec::malformed for a list of top-level domains that is none
result<observables::known_names> load_known_names(const observables_settings& configured);

} // namespace isacbot::app
