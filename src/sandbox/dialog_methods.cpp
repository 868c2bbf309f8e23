// views.open, views.push, views.update, views.publish.
#include "sandbox/api_method.hpp"
#include "sandbox/handles.hpp"

#include <algorithm>

namespace isacbot::sandbox {

namespace {

/// Checks everything that needs no trigger first: a refused view leaves the trigger usable.
boost::system::result<trigger, refusal> redeem_for(context& in, const json::object& arguments) {
  if (!has(arguments, "view"))
    return missing_argument("view");
  std::string id = text_at(arguments, "trigger_id");
  if (id.empty())
    return missing_argument("trigger_id");
  if (auto refused = refuse_view(in.state, arguments.at("view"), "modal"))
    return *refused;
  auto redeemed = redeem_trigger(in, id);
  if (!redeemed)
    return refusal{redeemed.error().cause, {}};
  return *redeemed;
}

view* find_shown(context& in, const json::object& arguments) {
  if (std::string id = text_at(arguments, "view_id"); !id.empty())
    return find_view(in.state, id);
  std::string external_id = text_at(arguments, "external_id");
  for (auto& [id, v] : in.state.views)
    if (v.is_open && text_at(v.body, "external_id") == external_id)
      return &v;
  return nullptr;
}

bool is_outdated(const view& shown, const json::object& arguments) {
  return has(arguments, "hash") && text_at(arguments, "hash") != text_at(shown.body, "hash");
}

} // namespace

api_result views_open(context& in, const json::object& arguments) {
  auto by = redeem_for(in, arguments);
  if (!by)
    return by.error();
  return json::object{{"view", open_dialog(in, by->user, arguments.at("view").get_object()).body}};
}

api_result views_push(context& in, const json::object& arguments) {
  auto by = redeem_for(in, arguments);
  if (!by)
    return by.error();
  const std::vector<std::string>& stack = in.state.stacks[by->user];
  if (stack.empty() || std::find(stack.begin(), stack.end(), by->view_id) == stack.end())
    return refusal{"not_found", {"[ERROR] the trigger_id comes from no open view"}};
  if (stack.size() >= most_stacked_views)
    return refusal{"push_limit_reached", {}};
  return json::object{{"view", push_dialog(in, by->user, arguments.at("view").get_object()).body}};
}

api_result views_update(context& in, const json::object& arguments) {
  if (!has(arguments, "view"))
    return missing_argument("view");
  if (text_at(arguments, "view_id").empty() && text_at(arguments, "external_id").empty())
    return missing_argument("view_id");
  view* shown = find_shown(in, arguments);
  if (shown == nullptr)
    return refusal{"not_found", {}};
  if (auto refused = refuse_view(in.state, arguments.at("view"), text_at(shown->body, "type"), shown->id))
    return *refused;
  if (is_outdated(*shown, arguments))
    return refusal{"hash_conflict", {}};
  update_view(in, *shown, arguments.at("view").get_object());
  return json::object{{"view", shown->body}};
}

api_result views_publish(context& in, const json::object& arguments) {
  if (!in.state.settings.home_tab_enabled)
    return refusal{"not_enabled", {}};
  std::string user = text_at(arguments, "user_id");
  auto person = in.state.people.find(user);
  if (person == in.state.people.end() || person->second.is_bot)
    return refusal{"invalid_arguments", {"invalid `user_id`"}};
  if (!has(arguments, "view"))
    return missing_argument("view");
  auto home = in.state.homes.find(user);
  std::string own = home != in.state.homes.end() ? home->second : "";
  if (auto refused = refuse_view(in.state, arguments.at("view"), "home", own))
    return *refused;
  if (!own.empty() && is_outdated(in.state.views.at(own), arguments))
    return refusal{"hash_conflict", {}};
  return json::object{{"view", publish_home(in, user, arguments.at("view").get_object()).body}};
}

} // namespace isacbot::sandbox
