/// `isacbot init DIR`: configuration, master key and Slack manifest to begin with.
#pragma once

#include "cli/streams.hpp"

#include <string>

namespace isacbot::cli {

struct init_arguments {
  std::string directory;
};

int run_init(const init_arguments& arguments, streams io);

} // namespace isacbot::cli
