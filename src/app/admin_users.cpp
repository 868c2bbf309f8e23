// isacbot users list|remove: who is registered, and forgetting somebody.
#include "app/admin_handlers.hpp"
#include "app/admin_json.hpp"
#include "domain/operator_member.hpp"
#include "storage/member_removal.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace isacbot::app {

namespace json = boost::json;

result<json::value> users_list(admin_desk& desk, const admin_call&) {
  auto members = desk.tables.credentials.list();
  if (!members)
    return members.error();
  json::array users;
  for (const member& who : *members) {
    auto row = desk.tables.credentials.get(who);
    if (!row)
      return row.error();
    if (!*row || domain::is_operator(who))
      continue; // removed meanwhile, or nobody in Slack
    users.emplace_back(json::object{{"team", who.team.value},
                                    {"user", who.user.value},
                                    {"registered", to_iso((*row)->registered)},
                                    {"key", last_four((*row)->access.key.reveal())}});
  }
  return json::value(json::object{{"users", std::move(users)}});
}

result<json::value> users_remove(admin_desk& desk, const admin_call& call) {
  auto team = call.text("team");
  auto user = call.text("user");
  if (!team || !user)
    return !team ? team.error() : user.error();
  member who{team_id{*team}, user_id{*user}};
  auto traces = storage::find_traces(*desk.database.store, desk.database.sealer, who);
  if (!traces)
    return traces.error();
  if (!traces->registered && traces->submissions.empty() && traces->drafts == 0 && traces->commands == 0)
    return fail(ec::not_found, "nothing is stored of user " + *user + " of team " + *team,
                "`isacbot users list` shows who is registered");
  if (!traces->undelivered.empty())
    return fail(ec::conflict,
                std::to_string(traces->undelivered.size()) +
                    " accepted submissions of this user are not delivered, " + "the first is " +
                    traces->undelivered.front().value,
                "wait for them, or give them up with `isacbot submissions cancel ID`; nothing was removed");

  std::uint64_t removed = 0;
  for (const submission_id& id : traces->submissions) {
    storage::write_batch batch;
    if (auto added = storage::remove_submission(batch, *desk.database.store, id); !added)
      return added.error();
    if (auto written = desk.write(std::move(batch), storage::sync::no); !written)
      return written.error();
    call.say({"submissions removed", ++removed, traces->submissions.size()});
  }
  storage::write_batch batch;
  if (auto added = storage::remove_member(batch, *desk.database.store, desk.database.sealer, who); !added)
    return added.error();
  desk.tables.audit.add(batch, {desk.time.now(), "operator", "user_removed", *team + "/" + *user,
                                std::to_string(removed) + " submissions"});
  if (auto written = desk.write(std::move(batch), storage::sync::yes); !written)
    return written.error();
  return json::value(json::object{{"team", *team},
                                  {"user", *user},
                                  {"credentials", traces->registered},
                                  {"drafts", traces->drafts},
                                  {"commands", traces->commands},
                                  {"submissions", removed}});
}

} // namespace isacbot::app
