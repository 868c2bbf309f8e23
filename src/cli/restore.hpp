/// `isacbot restore DIR`: a backup takes the place of what there is, while no service runs.
#pragma once

#include "cli/streams.hpp"

#include <string>

namespace isacbot::cli {

struct restore_arguments {
  std::string config;
  std::string directory;
  bool json = false;
};

int run_restore(const restore_arguments& arguments, streams io);

} // namespace isacbot::cli
