/// The command line: arguments in, exit status out.
#pragma once

#include "cli/streams.hpp"

namespace isacbot::cli {

/// Finds the command, reads its arguments and runs it. Wrong usage is explained on `io.err`.
/// @returns one of cli/exit_status.hpp
int run(int argc, const char* const* argv, streams io);

} // namespace isacbot::cli
