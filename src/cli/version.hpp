/// `isacbot version`.
#pragma once

#include "cli/streams.hpp"

namespace isacbot::cli {

/// Prints the version, the build and the versions of the libraries.
int run_version(streams io);

} // namespace isacbot::cli
