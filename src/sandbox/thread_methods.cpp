// conversations.replies.
#include "sandbox/api_method.hpp"
#include "sandbox/payloads.hpp"

#include <algorithm>
#include <charconv>

namespace isacbot::sandbox {

namespace {

constexpr std::size_t most_in_a_page = 1'000;

/// The right that reading a conversation of this kind takes.
std::string history_scope(const channel& c) {
  return c.is_direct ? "im:history" : c.is_private ? "groups:history" : "channels:history";
}

std::size_t number_or(const json::object& arguments, std::string_view key, std::size_t otherwise) {
  std::string text = text_at(arguments, key);
  if (text.empty() && has(arguments, key) && arguments.at(key).is_int64())
    text = std::to_string(arguments.at(key).get_int64());
  std::size_t number = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && failed == std::errc() && end == text.data() + text.size() ? number : otherwise;
}

} // namespace

api_result conversations_replies(context& in, const json::object& arguments) {
  const std::string id = text_at(arguments, "channel");
  const std::string ts = text_at(arguments, "ts");
  if (id.empty() || ts.empty())
    return missing_argument(id.empty() ? "channel" : "ts");
  auto where = in.state.channels.find(id);
  const bool is_member =
      where != in.state.channels.end() && where->second.members.contains(in.state.settings.bot_user_id);
  if (where == in.state.channels.end() || (where->second.is_private && !is_member))
    return refusal{"channel_not_found", {}};
  const auto& scopes = in.state.settings.scopes;
  if (std::find(scopes.begin(), scopes.end(), history_scope(where->second)) == scopes.end())
    return refusal{"missing_scope", {}, history_scope(where->second)};
  if (!is_member)
    return refusal{"not_in_channel", {}};
  const message* root = find_message(in.state, {id, ts});
  if (root == nullptr || root->visible_to)
    return refusal{"thread_not_found", {}};

  std::vector<const message*> replies;
  for (const message& m : in.state.messages)
    if (m.ref.channel == id && m.thread_ts == ts && m.ref.ts != ts && !m.visible_to && !m.is_deleted)
      replies.push_back(&m);
  // The root comes on every page. A cursor is how many replies there have been.
  const std::size_t limit =
      std::clamp<std::size_t>(number_or(arguments, "limit", most_in_a_page), 2, most_in_a_page);
  const std::size_t from = std::min(number_or(arguments, "cursor", 0), replies.size());
  const std::size_t until = std::min(from + limit - 1, replies.size());
  json::array shown;
  shown.emplace_back(message_payload(in.state, *root));
  for (std::size_t i = from; i < until; ++i)
    shown.emplace_back(message_payload(in.state, *replies[i]));
  const bool has_more = until < replies.size();
  json::object answer{{"messages", std::move(shown)}, {"has_more", has_more}};
  if (has_more)
    answer["response_metadata"] = {{"next_cursor", std::to_string(until)}};
  return answer;
}

} // namespace isacbot::sandbox
