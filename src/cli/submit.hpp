/// `isacbot submit`: a file through the durable queue, with the operator's credentials.
#pragma once

#include "cli/streams.hpp"

#include <string>
#include <vector>

namespace isacbot::cli {

struct submit_arguments {
  std::string config;
  std::string enclave;
  std::vector<std::string> tags;
  bool report = false;
  std::string title;
  bool json = false;
  bool again = false;           ///< although the same content was handed in minutes ago
  bool send_special = false;    ///< private and reserved addresses, too
  bool send_safelisted = false; ///< values on the company's safelist, too
  bool wait = false;            ///< until it is delivered
  std::string file;             ///< "-": standard input
};

/// Beside a running service the file goes there; without one this process is one until everything is
/// delivered. Blocks SIGINT and SIGTERM for its thread: before the acceptance they end it without a trace,
/// behind it they end the waiting.
/// @returns 0: accepted, and with `wait` delivered; 1: not, or parts are stuck; 2, 78
int run_submit(const submit_arguments& arguments, streams io);

} // namespace isacbot::cli
