/// `isacbot demo`: sandbox, Station and the real bot on loopback, with a guided tour.
#pragma once

#include <cstdint>
#include <string>

namespace isacbot::cli {

struct demo_arguments {
  std::uint16_t port = 0; ///< of the sandbox; 0: any free one
  std::string data;       ///< directory that is kept; empty: one that goes with the process
  bool exit = false;      ///< stop after the tour instead of staying up
};

/// @returns the exit status: with `exit`, 0 only if every step of the tour did what it should
int run_demo(const demo_arguments& arguments);

} // namespace isacbot::cli
