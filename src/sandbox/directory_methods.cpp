// auth.test, conversations.open, conversations.info, users.info, and the table of all methods.
#include "sandbox/api_method.hpp"

#include <algorithm>

namespace isacbot::sandbox {

namespace {

constexpr std::array methods{
    api_method{"auth.test", "", auth_test},
    api_method{"views.open", "", views_open},
    api_method{"views.push", "", views_push},
    api_method{"views.update", "", views_update},
    api_method{"views.publish", "", views_publish},
    api_method{"chat.postMessage", "chat:write", chat_post_message},
    api_method{"chat.postEphemeral", "chat:write", chat_post_ephemeral},
    api_method{"chat.update", "chat:write", chat_update},
    api_method{"chat.delete", "chat:write", chat_delete},
    api_method{"chat.getPermalink", "", chat_get_permalink},
    api_method{"conversations.open", "im:write", conversations_open},
    api_method{"conversations.info", "channels:read", conversations_info},
    api_method{"conversations.replies", "", conversations_replies},
    api_method{"users.info", "users:read", users_info},
    api_method{"files.info", "files:read", files_info},
};

json::object shown_channel(const workspace_state& state, const channel& c) {
  const std::string& bot = state.settings.bot_user_id;
  json::object shown{{"id", c.id},
                     {"created", 1'700'000'000},
                     {"is_im", c.is_direct},
                     {"is_org_shared", false},
                     {"is_archived", c.is_archived}};
  if (c.is_direct) {
    for (const std::string& member : c.members)
      if (member != bot)
        shown["user"] = member;
    shown["is_open"] = true;
    return shown;
  }
  shown["name"] = c.name;
  shown["name_normalized"] = c.name;
  shown["is_channel"] = !c.is_private;
  shown["is_group"] = c.is_private;
  shown["is_mpim"] = false;
  shown["is_private"] = c.is_private;
  shown["is_member"] = c.members.contains(bot);
  shown["is_ext_shared"] = false;
  shown["is_shared"] = false;
  shown["context_team_id"] = state.settings.team_id;
  return shown;
}

std::vector<std::string> split_ids(std::string_view list) {
  std::vector<std::string> ids;
  while (!list.empty()) {
    std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (!one.empty())
      ids.emplace_back(one);
  }
  return ids;
}

} // namespace

const api_method* find_api_method(std::string_view name) {
  auto found =
      std::find_if(methods.begin(), methods.end(), [&](const api_method& m) { return m.name == name; });
  return found != methods.end() ? &*found : nullptr;
}

refusal missing_argument(std::string_view name) {
  return {"invalid_arguments", {"[ERROR] missing required field: " + std::string(name)}};
}

api_result auth_test(context& in, const json::object&) {
  const workspace_settings& s = in.state.settings;
  return json::object{{"url", "https://" + s.team_domain + ".slack.com/"},
                      {"team", s.team_name},
                      {"user", s.bot_name},
                      {"team_id", s.team_id},
                      {"user_id", s.bot_user_id},
                      {"bot_id", s.bot_id},
                      {"is_enterprise_install", false}};
}

api_result conversations_open(context& in, const json::object& arguments) {
  const std::string& bot = in.state.settings.bot_user_id;
  if (std::string id = text_at(arguments, "channel"); !id.empty()) {
    auto found = in.state.channels.find(id);
    if (found == in.state.channels.end() || !found->second.is_direct || !found->second.members.contains(bot))
      return refusal{"channel_not_found", {}};
    return json::object{{"no_op", true}, {"already_open", true}, {"channel", {{"id", id}}}};
  }
  std::vector<std::string> users = split_ids(text_at(arguments, "users"));
  if (users.empty())
    return refusal{"users_list_not_supplied", {}};
  if (users.size() > 8)
    return refusal{"too_many_users", {}};
  for (const std::string& user : users) {
    auto person = in.state.people.find(user);
    if (person == in.state.people.end() || user == bot)
      return refusal{"user_not_found", {}};
    if (person->second.is_deleted)
      return refusal{"user_disabled", {}};
  }
  if (users.size() > 1)
    return refusal{"method_not_supported_for_channel_type", {}}; // group conversations are not played here
  std::size_t before = in.state.channels.size();
  const channel& direct = open_direct(in, users.front());
  json::object answer{{"channel", {{"id", direct.id}}}};
  if (in.state.channels.size() == before) {
    answer["no_op"] = true;
    answer["already_open"] = true;
  }
  bool wants_all = has(arguments, "return_im") &&
                   (arguments.at("return_im") == true || arguments.at("return_im") == "true");
  if (wants_all)
    answer["channel"] = shown_channel(in.state, direct);
  return answer;
}

api_result conversations_info(context& in, const json::object& arguments) {
  std::string id = text_at(arguments, "channel");
  if (id.empty())
    return missing_argument("channel");
  auto found = in.state.channels.find(id);
  bool is_hidden =
      found == in.state.channels.end() ||
      (found->second.is_private && !found->second.members.contains(in.state.settings.bot_user_id));
  if (is_hidden)
    return refusal{"channel_not_found", {}};
  json::object shown = shown_channel(in.state, found->second);
  if (has(arguments, "include_num_members") &&
      (arguments.at("include_num_members") == true || arguments.at("include_num_members") == "true"))
    shown["num_members"] = found->second.members.size();
  return json::object{{"channel", std::move(shown)}};
}

api_result users_info(context& in, const json::object& arguments) {
  std::string id = text_at(arguments, "user");
  if (id.empty())
    return missing_argument("user");
  auto found = in.state.people.find(id);
  if (found == in.state.people.end())
    return refusal{"user_not_found", {}};
  const person& p = found->second;
  return json::object{
      {"user",
       {{"id", p.id},
        {"team_id", in.state.settings.team_id},
        {"name", p.name},
        {"real_name", p.real_name},
        {"deleted", p.is_deleted},
        {"tz", "Etc/UTC"},
        {"tz_label", "Coordinated Universal Time"},
        {"tz_offset", 0},
        {"profile",
         {{"real_name", p.real_name}, {"display_name", p.name}, {"team", in.state.settings.team_id}}},
        {"is_admin", false},
        {"is_owner", false},
        {"is_restricted", p.is_guest},
        {"is_ultra_restricted", false},
        {"is_bot", p.is_bot}}}};
}

} // namespace isacbot::sandbox
