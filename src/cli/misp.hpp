/// `isacbot misp pull`: one poll now, in the running service, or by itself when none runs.
#pragma once

#include "cli/streams.hpp"

#include <string>

namespace isacbot::cli {

struct misp_pull_arguments {
  std::string config;
  std::string server;   ///< name in the configuration; empty: all
  bool dry_run = false; ///< tells what would be done, and does nothing
  bool json = false;
};

/// @returns 0; 1 when a server could not be polled or not everything could be delivered
int run_misp_pull(const misp_pull_arguments& arguments, streams io);

} // namespace isacbot::cli
