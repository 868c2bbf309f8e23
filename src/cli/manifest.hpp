/// `isacbot manifest`: what an administrator pastes into Slack to create the app.
#pragma once

#include "cli/streams.hpp"

#include <string>

namespace isacbot::cli {

struct manifest_arguments {
  std::string config;
  bool yaml = false;
};

/// Prints the manifest for a configuration. The configuration may still lack Slack's secrets: Slack gives
/// them out only after the app was made from the manifest.
int run_manifest(const manifest_arguments& arguments, streams io);

} // namespace isacbot::cli
