/// Shared by the payload parsers of this folder: who and which installation, read from an interaction.
#pragma once

#include "protocol/json.hpp"
#include "protocol/slack/identity.hpp"

namespace isacbot::slack {

/// The common fields of every interaction.
struct payload_identity {
  member who;
  installation app;
  std::string api_app_id;
};

/// Reads `user`, `team` (null in organisation-wide installations), `enterprise` and, where there is a view,
/// its `app_installed_team_id`: in a channel shared between companies `team` is the clicking person's
/// workspace, and only the view knows through which installation it was opened.
payload_identity read_identity(const json::reader& payload);

} // namespace isacbot::slack
