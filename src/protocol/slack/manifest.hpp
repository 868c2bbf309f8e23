/// The app manifest: what an administrator pastes into Slack to create the app.
/// @see Slack documentation, "App manifest reference", schema version 2
#pragma once

#include "core/error.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace isacbot::slack {

struct manifest_settings {
  bool socket_mode = false;
  std::string public_url{};     ///< "https://bot.example.org"; needed in http mode and for OAuth
  bool oauth = false;           ///< several workspaces: adds the redirect address
  std::string name = "TruSTAR"; ///< at most 35 characters
};

/// @error ec::bad_configuration when a needed public_url is missing or no http(s) address, or the name too
/// long
result<boost::json::object> make_manifest(const manifest_settings& settings);

/// Indented JSON, ending with a line feed.
std::string to_json_text(const boost::json::object& manifest);
/// The same in YAML (1.2, every text double-quoted).
std::string to_yaml_text(const boost::json::object& manifest);

} // namespace isacbot::slack
