/// What the parts of the command line share while it is being read.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace isacbot::cli {

/// The command that was given, bound to its arguments. @returns the exit status
using chosen_command = std::function<int()>;

inline void add_config_option(CLI::App& command, std::string& path) {
  command.add_option("--config", path, "configuration file")->type_name("FILE")->capture_default_str();
}

} // namespace isacbot::cli
