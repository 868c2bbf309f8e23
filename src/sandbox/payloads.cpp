#include "sandbox/payloads.hpp"

#include "core/bytes.hpp"
#include "sandbox/files.hpp"
#include "sandbox/handles.hpp"
#include "sandbox/typed_text.hpp"

namespace isacbot::sandbox {

namespace {

/// Deprecated by Slack, still sent by it; apps must ignore it.
constexpr std::string_view verification_token = "sandbox-verification-token";

std::string name_of(const workspace_state& state, const std::string& user) {
  auto found = state.people.find(user);
  return found != state.people.end() ? found->second.name : user;
}

json::object interaction(context& in, std::string_view type, const std::string& user) {
  const workspace_settings& s = in.state.settings;
  std::string name = name_of(in.state, user);
  return {{"type", type},
          {"team", {{"id", s.team_id}, {"domain", s.team_domain}}},
          {"user", {{"id", user}, {"username", name}, {"name", name}, {"team_id", s.team_id}}},
          {"api_app_id", s.app_id},
          {"token", verification_token},
          {"enterprise", nullptr},
          {"is_enterprise_install", false}};
}

json::object with_state(const view& v) {
  json::object body = v.body;
  body["state"] = {{"values", v.values}};
  return body;
}

std::string shown_channel_name(const channel& c) {
  return c.is_direct ? "directmessage" : c.is_private ? "privategroup" : c.name;
}

json::object action(context& in, const placed_element& element, const std::optional<json::object>& chosen) {
  json::object a = chosen ? *chosen : json::object();
  a["type"] = element.type();
  a["action_id"] = element.action_id();
  a["block_id"] = element.block_id;
  a["action_ts"] = make_ts(in);
  for (std::string_view key : {"text", "value"})
    if (element.type() == "button" && has(*element.element, key))
      a[key] = element.element->at(key);
  return a;
}

} // namespace

http::fields signature_headers(const context& in, std::string_view body) {
  std::string time = std::to_string(std::chrono::duration_cast<seconds>(in.now.time_since_epoch()).count());
  std::string base = "v0:" + time + ":" + std::string(body);
  std::string digest = hmac_sha256(in.state.settings.signing_secret.reveal(), base);
  return {{"X-Slack-Request-Timestamp", time},
          {"X-Slack-Signature", "v0=" + to_hex(std::as_bytes(std::span(digest)))}};
}

form_fields command_fields(context& in, const std::string& user, const channel& where,
                           const std::string& command, const std::string& typed) {
  const workspace_settings& s = in.state.settings;
  std::string text = s.escape_command_text ? command_form(in.state, typed) : typed;
  return {{"token", std::string(verification_token)},
          {"team_id", s.team_id},
          {"team_domain", s.team_domain},
          {"channel_id", where.id},
          {"channel_name", shown_channel_name(where)},
          {"user_id", user},
          {"user_name", name_of(in.state, user)},
          {"command", command},
          {"text", std::move(text)},
          {"api_app_id", s.app_id},
          {"is_enterprise_install", "false"},
          {"response_url", issue_response_url(in, "commands", user, {where.id, ""})},
          {"trigger_id", issue_trigger(in, user)}};
}

json::object view_submission_payload(context& in, const view& v) {
  json::object payload = interaction(in, "view_submission", v.user);
  payload["trigger_id"] = issue_trigger(in, v.user, v.id);
  payload["view"] = with_state(v);
  payload["response_urls"] = json::array();
  return payload;
}

json::object view_closed_payload(context& in, const view& v, bool is_cleared) {
  json::object payload = interaction(in, "view_closed", v.user);
  payload["view"] = v.body;
  payload["is_cleared"] = is_cleared;
  return payload;
}

json::object block_suggestion_payload(context& in, const view& v, const placed_element& element,
                                      const std::string& typed) {
  json::object payload = interaction(in, "block_suggestion", v.user);
  payload["container"] = {{"type", "view"}, {"view_id", v.id}};
  payload["action_id"] = element.action_id();
  payload["block_id"] = element.block_id;
  payload["value"] = typed;
  payload["view"] = with_state(v);
  return payload;
}

json::object view_action_payload(context& in, const view& v, const placed_element& element,
                                 const std::optional<json::object>& chosen) {
  json::object payload = interaction(in, "block_actions", v.user);
  payload["trigger_id"] = issue_trigger(in, v.user, v.id);
  payload["container"] = {{"type", "view"}, {"view_id", v.id}};
  payload["view"] = with_state(v);
  payload["actions"] = json::array{action(in, element, chosen)};
  return payload;
}

json::object message_action_payload(context& in, const std::string& user, const message& m,
                                    const placed_element& element,
                                    const std::optional<json::object>& chosen) {
  json::object payload = interaction(in, "block_actions", user);
  payload["trigger_id"] = issue_trigger(in, user);
  payload["container"] = {{"type", "message"},
                          {"message_ts", m.ref.ts},
                          {"channel_id", m.ref.channel},
                          {"is_ephemeral", m.visible_to.has_value()}};
  payload["channel"] = {{"id", m.ref.channel},
                        {"name", shown_channel_name(in.state.channels.at(m.ref.channel))}};
  if (!m.visible_to)
    payload["message"] = message_payload(in.state, m);
  payload["state"] = {{"values", json::object()}};
  if (chosen)
    payload["state"] = {{"values", {{element.block_id, {{element.action_id(), *chosen}}}}}};
  payload["response_url"] = issue_response_url(in, "actions", user, m.ref, m.thread_ts);
  payload["actions"] = json::array{action(in, element, chosen)};
  return payload;
}

json::object global_shortcut_payload(context& in, const std::string& user, const std::string& callback_id) {
  json::object payload = interaction(in, "shortcut", user);
  payload["trigger_id"] = issue_trigger(in, user);
  payload["callback_id"] = callback_id;
  payload["action_ts"] = make_ts(in);
  return payload;
}

json::object message_shortcut_payload(context& in, const std::string& user, const message& m,
                                      const std::string& callback_id) {
  json::object payload = interaction(in, "message_action", user);
  payload["trigger_id"] = issue_trigger(in, user);
  payload["callback_id"] = callback_id;
  payload["action_ts"] = make_ts(in);
  payload["message_ts"] = m.ref.ts;
  payload["channel"] = {{"id", m.ref.channel},
                        {"name", shown_channel_name(in.state.channels.at(m.ref.channel))}};
  payload["message"] = message_payload(in.state, m);
  // Nothing of the app's is there to replace yet.
  payload["response_url"] = issue_response_url(in, "app", user, {m.ref.channel, ""},
                                               m.thread_ts == m.ref.ts ? std::string() : m.thread_ts);
  return payload;
}

json::object event_payload(context& in, json::object event) {
  const workspace_settings& s = in.state.settings;
  std::string where = text_at(event, "channel");
  std::string type = text_at(event, "type");
  return {{"token", verification_token},
          {"team_id", s.team_id},
          {"api_app_id", s.app_id},
          {"event", std::move(event)},
          {"type", "event_callback"},
          {"event_id", make_id(in, "Ev")},
          {"event_time", std::chrono::duration_cast<seconds>(in.now.time_since_epoch()).count()},
          {"authorizations", json::array{{{"enterprise_id", nullptr},
                                          {"team_id", s.team_id},
                                          {"user_id", s.bot_user_id},
                                          {"is_bot", true},
                                          {"is_enterprise_install", false}}}},
          {"is_ext_shared_channel", false},
          {"event_context", "1-" + type + "-" + s.team_id + "-" + where}};
}

json::object url_verification_payload(context& in) {
  return {
      {"token", verification_token}, {"challenge", random_hex(in.random, 26)}, {"type", "url_verification"}};
}

json::object message_payload(const workspace_state& state, const message& m) {
  json::object payload{
      {"type", "message"}, {"user", m.author}, {"ts", m.ref.ts}, {"team", state.settings.team_id}};
  if (m.author == state.settings.bot_user_id) {
    payload["bot_id"] = state.settings.bot_id;
    payload["app_id"] = state.settings.app_id;
  }
  if (!m.thread_ts.empty())
    payload["thread_ts"] = m.thread_ts;
  for (std::string_view key : {"text", "blocks", "attachments"})
    if (m.content.contains(key))
      payload[key] = m.content.at(key);
  if (!m.files.empty()) {
    json::array files;
    for (const std::string& id : m.files)
      files.emplace_back(message_file_payload(state, state.files.at(id)));
    payload["files"] = std::move(files);
    payload["upload"] = false;
  }
  return payload;
}

} // namespace isacbot::sandbox
