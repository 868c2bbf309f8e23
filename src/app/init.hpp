/// `isacbot init DIR`: what somebody needs who begins.
#pragma once

#include "core/error.hpp"
#include "core/random.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace isacbot::app {

struct init_outcome {
  std::vector<std::string> files; ///< made, absolute
  std::vector<std::string> steps; ///< what to do next, in order
};

/// Makes isacbot.toml (commented; passes check-config as it is), master_key (mode 0600) and
/// slack_app_manifest.json. The configuration runs an embedded Station; Slack's section waits for its
/// secrets.
/// @error ec::conflict: one of them exists already, and nothing was made; ec::io_failure
result<init_outcome> make_first_files(const std::filesystem::path& directory, random_source& random);

} // namespace isacbot::app
