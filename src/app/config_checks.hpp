/// What single values cannot tell: settings that need each other, clash, or deserve a warning.
#pragma once

#include "app/config.hpp"

namespace isacbot::app {

/// Where a key was written; a key that is here but unreadable has its fault already.
struct key_place {
  std::string source;
  std::uint32_t line = 0;
};

/// What the checks see and say.
struct config_review {
  settings& value;
  const std::string& source;                     ///< name of the configuration file
  const std::map<std::string, key_place>& given; ///< by full key
  std::vector<finding>& faults;
  std::vector<finding>& warnings;
};

/// Fills the settings whose default depends on others: slack.enabled, admin.socket, station.path,
/// trustar.station_url and .credentials_url.
void complete_config(config_review& review);

/// Checks across keys. Expects complete settings.
void check_config(config_review& review);

} // namespace isacbot::app
