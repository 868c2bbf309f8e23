#include "protocol/slack/web_api.hpp"

#include "protocol/form.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace isacbot::slack {

namespace {

http::request make_call(const api_access& access, std::string_view method, const form::fields& arguments) {
  http::request request;
  request.method = "POST";
  request.target = access.api_url + std::string(method);
  request.headers.add("Authorization", "Bearer " + std::string(access.token.reveal()));
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Accept", "application/json");
  request.body = form::encode(arguments);
  return request;
}

void add_filled(form::fields& arguments, std::string name, std::string_view value) {
  if (!value.empty())
    arguments.add(std::move(name), std::string(value));
}

/// Content of a message. Without blocks `[]` is sent, which in chat.update takes the old ones away.
void add_message(form::fields& arguments, const message& m) {
  arguments.add("text", m.text().str());
  boost::json::array blocks;
  for (const block& b : m.blocks())
    blocks.emplace_back(b.json());
  arguments.add("blocks", boost::json::serialize(blocks));
}

} // namespace

http::request auth_test(const api_access& access) {
  return make_call(access, "auth.test", {});
}

http::request views_open(const api_access& access, std::string_view trigger_id, const view& v) {
  return make_call(access, "views.open",
                   {{"trigger_id", std::string(trigger_id)}, {"view", boost::json::serialize(v.json())}});
}

http::request views_push(const api_access& access, std::string_view trigger_id, const view& v) {
  return make_call(access, "views.push",
                   {{"trigger_id", std::string(trigger_id)}, {"view", boost::json::serialize(v.json())}});
}

http::request views_update(const api_access& access, std::string_view view_id, const view& v,
                           std::string_view hash) {
  form::fields arguments{{"view_id", std::string(view_id)}, {"view", boost::json::serialize(v.json())}};
  add_filled(arguments, "hash", hash);
  return make_call(access, "views.update", arguments);
}

http::request views_update_external(const api_access& access, std::string_view external_id, const view& v) {
  return make_call(access, "views.update",
                   {{"external_id", std::string(external_id)}, {"view", boost::json::serialize(v.json())}});
}

http::request views_publish(const api_access& access, const user_id& user, const view& home) {
  return make_call(access, "views.publish",
                   {{"user_id", user.value}, {"view", boost::json::serialize(home.json())}});
}

http::request chat_post_message(const api_access& access, const channel_id& channel, const message& m,
                                std::string_view thread_ts) {
  form::fields arguments{{"channel", channel.value}, {"unfurl_links", "false"}, {"unfurl_media", "false"}};
  add_filled(arguments, "thread_ts", thread_ts);
  add_message(arguments, m);
  return make_call(access, "chat.postMessage", arguments);
}

http::request chat_post_ephemeral(const api_access& access, const channel_id& channel, const user_id& user,
                                  const message& m, std::string_view thread_ts) {
  form::fields arguments{{"channel", channel.value}, {"user", user.value}};
  add_filled(arguments, "thread_ts", thread_ts);
  add_message(arguments, m);
  return make_call(access, "chat.postEphemeral", arguments);
}

http::request chat_update(const api_access& access, const channel_id& channel, std::string_view ts,
                          const message& m) {
  form::fields arguments{{"channel", channel.value}, {"ts", std::string(ts)}};
  add_message(arguments, m);
  return make_call(access, "chat.update", arguments);
}

http::request conversations_open(const api_access& access, const user_id& user) {
  return make_call(access, "conversations.open", {{"users", user.value}});
}

http::request users_info(const api_access& access, const user_id& user) {
  return make_call(access, "users.info", {{"user", user.value}});
}

} // namespace isacbot::slack
