/// `isacbot doctor`: asks everybody the service depends on.
#pragma once

#include "cli/streams.hpp"

#include <string>

namespace isacbot::cli {

struct doctor_arguments {
  std::string config;
  bool json = false;
};

/// @returns 1 when a check fails; warnings are 0
int run_doctor(const doctor_arguments& arguments, streams io);

} // namespace isacbot::cli
