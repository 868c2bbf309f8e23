/// Where a configuration comes from on a real machine: files and the process's environment.
#pragma once

#include "app/config.hpp"

namespace isacbot::app {

/// Reads a whole regular file of at most 1 MiB.
/// @error ec::not_found, ec::forbidden, ec::too_large, ec::io_failure
result<std::string> read_small_file(const std::string& path);

/// As read_small_file, for secrets: refuses a file that everybody on the machine may read.
/// @error further: ec::bad_configuration
result<std::string> read_secret_file(const std::string& path);

/// The process's environment, as it is now.
environment process_environment();

/// Reads the file and what it refers to. A file that cannot be read is a fault like any other.
/// @param path empty: no file, only defaults and environment
loaded_config load_config_file(const std::string& path, const settings& defaults = {});

} // namespace isacbot::app
