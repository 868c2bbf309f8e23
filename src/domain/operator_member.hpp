/// The submitter behind `isacbot submit`: nobody in Slack. Its credentials stand in the configuration.
#pragma once

#include "core/ids.hpp"

namespace isacbot::domain {

/// A team id of Slack's is a T or E with capitals and digits: no member is ever called so.
inline member operator_member() {
  return {team_id{"operator"}, user_id{"command-line"}};
}

inline bool is_operator(const member& who) {
  return who == operator_member();
}

} // namespace isacbot::domain
