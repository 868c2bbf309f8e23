/// Who did something in Slack, and through which installation of the app: read the same way from commands,
/// interactions and events.
#pragma once

#include "core/ids.hpp"

#include <string>
#include <vector>

namespace isacbot::slack {

/// Which installation of the app (and so which bot token) a request belongs to.
struct installation {
  team_id enterprise; ///< "E...", empty outside an Enterprise organisation
  team_id team;       ///< "T...", empty in an organisation-wide installation
  bool enterprise_wide = false;

  /// Storage keys in the order to look them up: "E-T", then "E" for an organisation-wide installation;
  /// outside an organisation "T".
  [[nodiscard]] std::vector<std::string> keys() const;

  friend bool operator==(const installation&, const installation&) = default;
};

/// The ids a payload gives, as far as it gives them.
struct identity_fields {
  std::string enterprise;
  std::string team;
  std::string
      user_team; ///< the user's own workspace; differs from `team` in channels shared between companies
  std::string user;
};

/// The member a request is from: (organisation or workspace, user). A guest of a shared channel counts as
/// member of the workspace he comes from.
member make_member(const identity_fields& fields);

} // namespace isacbot::slack
