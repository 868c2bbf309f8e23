/// What a changed configuration changes: some keys apply while the service runs, the others with the next
/// start.
#pragma once

#include "app/settings.hpp"

#include <string>
#include <vector>

namespace isacbot::app {

struct config_change {
  std::vector<std::string> applied;       ///< full keys that have effect at once
  std::vector<std::string> needs_restart; ///< the others; "misp" when servers were added or removed
};

/// Compares two configurations key by key. Secrets are not looked at: they are read at the start only.
config_change compare_settings(const settings& before, const settings& after);

} // namespace isacbot::app
