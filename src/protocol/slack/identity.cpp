#include "protocol/slack/identity.hpp"

namespace isacbot::slack {

std::vector<std::string> installation::keys() const {
  if (enterprise.empty())
    return team.empty() ? std::vector<std::string>{} : std::vector<std::string>{team.value};
  std::vector<std::string> list;
  if (!team.empty())
    list.push_back(enterprise.value + "-" + team.value);
  if (enterprise_wide || team.empty())
    list.push_back(enterprise.value);
  return list;
}

member make_member(const identity_fields& fields) {
  const std::string& home = !fields.enterprise.empty()  ? fields.enterprise
                            : !fields.user_team.empty() ? fields.user_team
                                                        : fields.team;
  return member{team_id{home}, user_id{fields.user}};
}

} // namespace isacbot::slack
