/// `isacbot check-config`: the configuration, checked without contacting anything.
#pragma once

#include "cli/streams.hpp"

#include <string>

namespace isacbot::cli {

struct check_config_arguments {
  std::string config;
  bool example = false; ///< print the example file instead
};

/// Lists every fault and warning, one a line.
/// @returns 0 without faults, else 78
int run_check_config(const check_config_arguments& arguments, streams io);

} // namespace isacbot::cli
