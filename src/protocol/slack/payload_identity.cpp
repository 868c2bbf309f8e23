#include "protocol/slack/payload_identity.hpp"

namespace isacbot::slack {

payload_identity read_identity(const json::reader& payload) {
  identity_fields ids;
  auto user = payload.object("user");
  ids.user = user.filled_text("id");
  ids.user_team = user.text_or("team_id");
  if (auto enterprise = payload.optional_object("enterprise"))
    ids.enterprise = enterprise->text_or("id");
  if (auto team = payload.optional_object("team")) {
    ids.team = team->filled_text("id");
    if (ids.enterprise.empty())
      ids.enterprise = team->text_or("enterprise_id");
  } else {
    ids.team = ids.user_team;
  }
  if (ids.team.empty() && ids.enterprise.empty())
    payload.refuse("team", "neither workspace nor organisation is given");

  payload_identity identity;
  identity.who = make_member(ids);
  identity.api_app_id = payload.text_or("api_app_id");
  identity.app = installation{team_id{ids.enterprise}, team_id{ids.team},
                              payload.flag_or("is_enterprise_install", false)};
  std::string installed;
  if (auto view = payload.optional_object("view"))
    installed = view->text_or("app_installed_team_id");
  if (installed.starts_with('E'))
    identity.app = installation{team_id{installed}, team_id{}, true};
  else if (!installed.empty() && installed != ids.team) // the payload's organisation is the other company's
    identity.app = installation{team_id{}, team_id{installed}, false};
  return identity;
}

} // namespace isacbot::slack
