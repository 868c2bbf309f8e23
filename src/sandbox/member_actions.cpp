// What members do: commands, messages, shortcuts, the home tab.
#include "sandbox/driver.hpp"
#include "sandbox/response_hooks.hpp"
#include "sandbox/typed_text.hpp"

namespace isacbot::sandbox {

namespace {

/// A command's answer: nothing, text, or a message.
std::string settle_command(context& in, const std::string& hook_path, const http::response& answer) {
  if (answer.status != 200)
    return "failed: HTTP status " + std::to_string(answer.status);
  if (answer.body.empty())
    return "ok";
  auto hook = in.state.hooks.find(hook_path);
  if (hook == in.state.hooks.end())
    return "ok";
  std::string_view type = answer.headers.find("Content-Type").value_or("text/plain");
  if (!type.starts_with("application/json")) {
    post_as_response(in, hook->second, {{"text", answer.body}}, "ack");
    return "ok";
  }
  auto parsed = parse_json(answer.body);
  if (!parsed || !parsed->is_object())
    return "failed: the answer is no JSON object";
  if (parsed->get_object().empty())
    return "ok";
  std::string posted = post_as_response(in, hook->second, parsed->get_object(), "ack");
  return posted == "ok" ? posted : "failed: " + posted;
}

/// Posts the files where the message goes, and makes its root the root of a thread.
result<void> enclose(context& in, message& m, const enclosure& with) {
  for (const std::string& id : with.files) {
    auto found = in.state.files.find(id);
    if (found == in.state.files.end() || found->second.user != m.author || found->second.is_deleted)
      return not_possible(m.author + " has no such file");
    found->second.channels.insert(m.ref.channel);
    m.files.push_back(id);
  }
  if (with.thread_ts.empty())
    return {};
  message* root = find_message(in.state, {m.ref.channel, with.thread_ts});
  if (root == nullptr || root->visible_to || (!root->thread_ts.empty() && root->thread_ts != root->ref.ts))
    return not_possible("no thread begins there");
  m.thread_ts = root->thread_ts = root->ref.ts;
  return {};
}

std::string settle_interaction(context&, const http::response& answer) {
  return answer.status == 200 ? "ok" : "failed: HTTP status " + std::to_string(answer.status);
}

} // namespace

result<exchange_id> driver::run_command(const std::string& user, const std::string& where,
                                        const std::string& command, const std::string& text) {
  std::string hook_path;
  result<outgoing> what = world_.change([&](context& in) -> result<outgoing> {
    auto found = in.state.channels.find(where);
    if (found == in.state.channels.end() || !found->second.members.contains(user))
      return not_possible(user + " is in no channel " + where);
    form_fields fields = command_fields(in, user, found->second, command, text);
    hook_path = first_of(fields, "response_url").substr(in.state.settings.base_url.size());
    exchange record;
    record.kind = "command";
    record.user = user;
    for (const auto& [name, value] : fields)
      record.payload[name] = value;
    return prepare(in, std::move(record), bot_.commands, "application/x-www-form-urlencoded",
                   encode_form(fields));
  });
  if (!what)
    return what.error();
  return send(std::move(*what), [hook_path](context& in, const http::response& answer) {
    return settle_command(in, hook_path, answer);
  });
}

result<exchange_id> driver::send_action(result<outgoing> prepared) {
  if (!prepared)
    return prepared.error();
  return send(std::move(*prepared), settle_interaction);
}

result<exchange_id> driver::press(const std::string& user, const message_ref& where,
                                  const std::string& action_id, const json::value& value) {
  return send_action(world_.change([&](context& in) -> result<outgoing> {
    const message* m = find_message(in.state, where);
    if (m == nullptr || !is_visible(in.state, *m, user))
      return not_possible(user + " sees no such message");
    const json::array* blocks = array_at(m->content, "blocks");
    auto element = blocks != nullptr ? find_element(*blocks, action_id) : std::nullopt;
    if (!element)
      return not_possible("the message has no element " + action_id);
    std::optional<json::object> chosen;
    if (element->type() != "button") {
      auto entered = entered_value(*element->element, value, nullptr);
      if (!entered)
        return entered.error();
      chosen = std::move(*entered);
    }
    return prepare_interaction(in, user, message_action_payload(in, user, *m, *element, chosen));
  }));
}

result<said> driver::say(const std::string& user, const std::string& where, const std::string& typed,
                         const enclosure& with) {
  std::optional<json::object> payload;
  result<message_ref> ref = world_.change([&](context& in) -> result<message_ref> {
    auto found = in.state.channels.find(where);
    if (found == in.state.channels.end() || !found->second.members.contains(user))
      return not_possible(user + " is in no channel " + where);
    const channel& c = found->second;
    const std::string& bot = in.state.settings.bot_user_id;
    message m;
    m.ref.channel = where;
    m.author = user;
    m.content["text"] = message_form(in.state, typed);
    m.source = "member";
    if (auto enclosed = enclose(in, m, with); !enclosed)
      return enclosed.error();
    const message& posted = add_message(in, std::move(m));
    bool is_mention = posted.content.at("text").get_string().find("<@" + bot + ">") != json::string::npos;
    if (c.members.contains(bot) && (c.is_direct || is_mention)) {
      json::object event{{"type", c.is_direct ? "message" : "app_mention"},
                         {"user", user},
                         {"text", posted.content.at("text")},
                         {"ts", posted.ref.ts},
                         {"team", in.state.settings.team_id},
                         {"channel", where},
                         {"event_ts", posted.ref.ts}};
      if (c.is_direct)
        event["channel_type"] = "im";
      if (!posted.files.empty()) {
        event["subtype"] = "file_share";
        event["files"] = message_payload(in.state, posted).at("files");
      }
      if (!posted.thread_ts.empty())
        event["thread_ts"] = posted.thread_ts;
      payload = event_payload(in, std::move(event));
    }
    return posted.ref;
  });
  if (!ref)
    return ref.error();
  said result{*ref, std::nullopt};
  if (payload)
    result.event = send_event(std::move(*payload), 0, "");
  return result;
}

std::string driver::direct_channel(const std::string& user) {
  return world_.change([&](context& in) { return open_direct(in, user).id; });
}

result<exchange_id> driver::open_home(const std::string& user) {
  auto payload = world_.change([&](context& in) -> result<json::object> {
    if (!in.state.people.contains(user))
      return not_possible("no such member: " + user);
    json::object event{{"type", "app_home_opened"},
                       {"user", user},
                       {"channel", open_direct(in, user).id},
                       {"tab", "home"},
                       {"event_ts", make_ts(in)}};
    if (auto home = in.state.homes.find(user); home != in.state.homes.end())
      event["view"] = in.state.views.at(home->second).body;
    return event_payload(in, std::move(event));
  });
  if (!payload)
    return payload.error();
  return send_event(std::move(*payload), 0, "");
}

result<exchange_id> driver::use_shortcut(const std::string& user, const std::string& callback_id) {
  return send_action(world_.change([&](context& in) -> result<outgoing> {
    if (!in.state.people.contains(user))
      return not_possible("no such member: " + user);
    return prepare_interaction(in, user, global_shortcut_payload(in, user, callback_id));
  }));
}

result<exchange_id> driver::use_message_shortcut(const std::string& user, const message_ref& where,
                                                 const std::string& callback_id) {
  return send_action(world_.change([&](context& in) -> result<outgoing> {
    const message* m = find_message(in.state, where);
    // The client offers no shortcuts on ephemeral messages.
    if (m == nullptr || m->visible_to || !is_visible(in.state, *m, user))
      return not_possible(user + " sees no such message");
    return prepare_interaction(in, user, message_shortcut_payload(in, user, *m, callback_id));
  }));
}

exchange_id driver::verify_events_address() {
  return send_event(world_.change([](context& in) { return url_verification_payload(in); }), 0, "");
}

exchange_id driver::probe_tls() {
  outgoing what = world_.change([&](context& in) {
    exchange record;
    record.kind = "ssl_check";
    outgoing o = prepare(in, std::move(record), bot_.commands, "application/x-www-form-urlencoded",
                         encode_form({{"ssl_check", "1"}, {"token", "sandbox-verification-token"}}));
    o.request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    return o;
  });
  return send(std::move(what), [](context&, const http::response& answer) -> std::string {
    return answer.status == 200 && answer.body.empty() ? "ok" : "failed: a probe wants 200 and nothing else";
  });
}

} // namespace isacbot::sandbox
