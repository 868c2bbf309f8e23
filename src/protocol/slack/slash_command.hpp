/// A slash command as Slack posts it.
/// @see Slack documentation, "Slash commands", app command request
#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "protocol/form.hpp"
#include "protocol/slack/identity.hpp"

#include <string>

namespace isacbot::slack {

/// One typed command.
struct slash_command {
  member who;
  installation app;
  std::string api_app_id;
  channel_id channel;
  std::string command;    ///< with the slash: "/trustar-search"
  std::string text;       ///< all after the first space, as sent (valid UTF-8); see normalise_text
  secret response_url;    ///< whoever has it can post; check_response_url before use
  std::string trigger_id; ///< opens one view within 3 s; names the request
};

/// Reads the fields of a command. The deprecated `token` and the names of user and channel are left out.
/// @error ec::malformed naming the field
result<slash_command> parse_slash_command(const form::fields& fields);

} // namespace isacbot::slack
