/// From text and environment to a flat list of configured values, before anybody knows which keys exist.
#pragma once

#include "app/config_value.hpp"

#include <string>
#include <vector>

namespace isacbot::app {

/// One value that somebody wrote.
struct config_entry {
  std::vector<std::string> path; ///< {"server", "listen"}, {"misp", "main", "key"}
  raw_value value;
  std::string source; ///< file name, or "environment ISACBOT_..."
  std::uint32_t line = 0;
};

/// A table that somebody opened, also an empty one.
struct config_table {
  std::vector<std::string> path;
  std::uint32_t line = 0;
};

struct config_document {
  std::vector<config_entry> entries; ///< in order of appearance
  std::vector<config_table> tables;
  std::vector<finding> faults; ///< lines that are no TOML
};

/// Reads TOML. A line that does not parse is reported and left out, so that one mistake does not hide others.
config_document read_toml(const std::string& source, std::string_view text);

/// Picks the overrides: ISACBOT_SERVER__LISTEN becomes {"server", "listen"}. Names without two underscores
/// are not ours.
std::vector<config_entry> read_overrides(const environment& variables);

/// "server.listen", fit to be shown: cut and without control characters.
std::string show_path(const std::vector<std::string>& path);

} // namespace isacbot::app
