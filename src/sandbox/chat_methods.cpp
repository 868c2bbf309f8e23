// chat.postMessage, chat.postEphemeral, chat.update, chat.delete, chat.getPermalink.
#include "sandbox/api_method.hpp"
#include "sandbox/posted_content.hpp"

#include <algorithm>

namespace isacbot::sandbox {

namespace {

constexpr std::size_t most_update_characters = 4'000;

using channel_result = boost::system::result<channel*, refusal>;

/// The conversation an app may post to. A private one that the bot isn't in looks as if it did not exist.
channel_result postable_channel(context& in, const json::object& arguments, bool user_ids_allowed) {
  std::string id = text_at(arguments, "channel");
  if (id.empty())
    return missing_argument("channel");
  const std::string& bot = in.state.settings.bot_user_id;
  if (auto person = in.state.people.find(id); user_ids_allowed && person != in.state.people.end())
    return person->second.is_bot ? channel_result(refusal{"channel_not_found", {}}) : &open_direct(in, id);
  auto found = in.state.channels.find(id);
  if (found == in.state.channels.end())
    return refusal{"channel_not_found", {}};
  channel& c = found->second;
  if (!c.members.contains(bot))
    return refusal{c.is_private ? "channel_not_found" : "not_in_channel", {}};
  if (c.is_archived)
    return refusal{"is_archived", {}};
  return &c;
}

/// The message as answers show it.
json::object shown_message(const workspace_state& state, const message& m) {
  const workspace_settings& s = state.settings;
  json::object shown{
      {"type", "message"},
      {"user", m.author},
      {"bot_id", s.bot_id},
      {"app_id", s.app_id},
      {"team", s.team_id},
      {"ts", m.ref.ts},
      {"bot_profile",
       {{"id", s.bot_id}, {"app_id", s.app_id}, {"name", s.bot_name}, {"team_id", s.team_id}}}};
  if (!m.thread_ts.empty())
    shown["thread_ts"] = m.thread_ts;
  for (const auto& member : m.content)
    shown[member.key()] = member.value();
  return shown;
}

/// The bot's own message that may still be changed.
boost::system::result<message*, refusal> changeable_message(context& in, const json::object& arguments,
                                                            std::string refusal_if_not_own) {
  std::string ts = text_at(arguments, "ts");
  if (ts.empty())
    return missing_argument("ts");
  auto where = postable_channel(in, arguments, false);
  if (!where)
    return where.error();
  message* m = find_message(in.state, {(*where)->id, ts});
  // Ephemeral messages are out of reach of every method.
  if (m == nullptr || m->visible_to)
    return refusal{"message_not_found", {}};
  if (m->author != in.state.settings.bot_user_id)
    return refusal{std::move(refusal_if_not_own), {}};
  return m;
}

} // namespace

api_result chat_post_message(context& in, const json::object& arguments) {
  auto where = postable_channel(in, arguments, true);
  if (!where)
    return where.error();
  auto content = read_content(in, arguments);
  if (!content)
    return content.error();
  message m;
  m.ref.channel = (*where)->id;
  m.thread_ts = text_at(arguments, "thread_ts");
  m.author = in.state.settings.bot_user_id;
  m.content = std::move(*content);
  m.source = "chat.postMessage";
  for (std::string_view key : {"unfurl_links", "unfurl_media"})
    if (has(arguments, key))
      m.content[key] = arguments.at(key) == true || arguments.at(key) == "true" || arguments.at(key) == "1";
  const message& posted = add_message(in, std::move(m));
  return json::object{
      {"channel", posted.ref.channel}, {"ts", posted.ref.ts}, {"message", shown_message(in.state, posted)}};
}

api_result chat_post_ephemeral(context& in, const json::object& arguments) {
  auto where = postable_channel(in, arguments, false);
  if (!where)
    return where.error();
  std::string user = text_at(arguments, "user");
  if (user.empty())
    return missing_argument("user");
  if (!(*where)->members.contains(user))
    return refusal{"user_not_in_channel", {}};
  auto content = read_content(in, arguments);
  if (!content)
    return content.error();
  message m;
  m.ref.channel = (*where)->id;
  m.thread_ts = text_at(arguments, "thread_ts");
  m.author = in.state.settings.bot_user_id;
  m.visible_to = user;
  m.content = std::move(*content);
  m.source = "chat.postEphemeral";
  return json::object{{"message_ts", add_message(in, std::move(m)).ref.ts}};
}

api_result chat_update(context& in, const json::object& arguments) {
  auto found = changeable_message(in, arguments, "cant_update_message");
  if (!found)
    return found.error();
  if (count_characters(text_at(arguments, "text")) > most_update_characters)
    return refusal{"msg_too_long", {}};
  message& m = **found;
  auto content = read_content(in, arguments);
  bool removes_blocks = has(arguments, "blocks");
  if (!content && !(content.error().error == "no_text" && m.content.contains("blocks") && !removes_blocks))
    return content.error();
  json::object next = content ? std::move(*content) : json::object();
  // Blocks stay unless the call names them.
  if (!removes_blocks && m.content.contains("blocks"))
    next["blocks"] = m.content.at("blocks");
  if (!next.contains("text"))
    next["text"] = m.content.contains("text") ? m.content.at("text") : json::value("");
  m.earlier.push_back(std::exchange(m.content, std::move(next)));
  return json::object{{"channel", m.ref.channel},
                      {"ts", m.ref.ts},
                      {"text", m.content.at("text")},
                      {"message", shown_message(in.state, m)}};
}

api_result chat_delete(context& in, const json::object& arguments) {
  auto found = changeable_message(in, arguments, "cant_delete_message");
  if (!found)
    return found.error();
  (*found)->is_deleted = true;
  return json::object{{"channel", (*found)->ref.channel}, {"ts", (*found)->ref.ts}};
}

api_result chat_get_permalink(context& in, const json::object& arguments) {
  std::string ts = text_at(arguments, "message_ts");
  std::string id = text_at(arguments, "channel");
  if (id.empty() || ts.empty())
    return missing_argument(id.empty() ? "channel" : "message_ts");
  auto where = in.state.channels.find(id);
  if (where == in.state.channels.end() ||
      (where->second.is_private && !where->second.members.contains(in.state.settings.bot_user_id)))
    return refusal{"channel_not_found", {}};
  const message* m = find_message(in.state, {id, ts});
  if (m == nullptr || m->visible_to)
    return refusal{"message_not_found", {}};
  std::erase(ts, '.');
  return json::object{
      {"channel", id},
      {"permalink", "https://" + in.state.settings.team_domain + ".slack.com/archives/" + id + "/p" + ts}};
}

} // namespace isacbot::sandbox
