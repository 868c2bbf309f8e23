/// Keys that are read and checked, but that this version does nothing with yet. Whoever builds the part that
/// uses a key takes it from the list.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace isacbot::app {

inline constexpr std::array<std::string_view, 6> pending_keys{
    "slack.app_token",     "slack.client_id",        "slack.client_secret",
    "slack.authorize_url", "slack.operator_channel", "misp.<name>.feed",
};

/// @param key  full key, "slack.app_token"; of a MISP server "misp.<name>.feed"
inline bool is_pending(std::string_view key) {
  return std::find(pending_keys.begin(), pending_keys.end(), key) != pending_keys.end();
}

} // namespace isacbot::app
