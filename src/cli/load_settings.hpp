/// The beginning of every command that needs a configuration.
#pragma once

#include "app/settings.hpp"
#include "cli/streams.hpp"

#include <optional>
#include <string>

namespace isacbot::cli {

/// Where a configuration is looked for unless --config names another.
inline constexpr const char* default_config = "/etc/isacbot/isacbot.toml";

/// Loads the configuration; every fault and warning goes to `io.err`.
/// @param defaults  what holds where the file says nothing
/// @returns nullopt after faults: the command ends with exit_config
std::optional<app::settings> load_settings(const std::string& path, streams io,
                                           const app::settings& defaults = {});

} // namespace isacbot::cli
