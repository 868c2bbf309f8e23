/// `isacbot serve`: runs every role that the configuration enables.
#pragma once

#include <string>

namespace isacbot::cli {

struct serve_arguments {
  std::string config; ///< path of the configuration file
};

/// Runs until SIGINT or SIGTERM.
/// @returns the exit status
int run_serve(const serve_arguments& arguments);

} // namespace isacbot::cli
