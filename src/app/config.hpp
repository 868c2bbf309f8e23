/// Configuration: TOML text and environment in, settings or every fault out. Pure: files that secrets live in
/// are read through a seam.
#pragma once

#include "app/settings.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::app {

using environment = std::map<std::string, std::string>;
/// Returns the whole content of a file. @error ec::not_found, ec::io_failure, ec::too_large
using file_reader = std::function<result<std::string>(const std::string& path)>;

/// One thing that is wrong, or that somebody should know. Never holds a configured value, so that a secret in
/// the wrong place is not shown.
struct finding {
  std::string source;     ///< file name, or "environment ISACBOT_..."; empty: the configuration as a whole
  std::uint32_t line = 0; ///< 1-based; 0: no line
  std::string key;        ///< "server.listen"; may be empty
  std::string cause;
  std::string mend; ///< what to write instead

  friend bool operator==(const finding&, const finding&) = default;
};
/// "isacbot.toml:12: server.listen: not host:port; write server.listen = \"127.0.0.1:3000\""
std::string to_string(const finding& f);

struct config_input {
  std::string source = "isacbot.toml"; ///< the name that findings give the text
  std::string_view text;               ///< TOML; at most 1 MiB
  environment variables;               ///< overrides (ISACBOT_SECTION__KEY) and what "env:NAME" refers to
  file_reader read_file;               ///< for "file:/path"
  settings defaults;                   ///< the demo starts from its own
};

struct loaded_config {
  std::optional<settings> value; ///< present exactly when there is no fault
  std::vector<finding> faults;   ///< in order of appearance: the text, the environment, then the whole
  std::vector<finding> warnings;
};

/// Reads and checks a configuration. Never throws for any text, never contacts anything.
loaded_config load_config(const config_input& input);

/// The example file: every key with its meaning, unit and default. What has a default is commented out.
std::string render_example_config();

} // namespace isacbot::app
