#include "protocol/slack/event.hpp"

#include <utility>

namespace isacbot::slack {

namespace {

constexpr std::int64_t last_event_time =
    253'402'300'799; ///< the year 9999: milliseconds of it don't overflow

/// Reads one event of the kind a person causes by writing: mention or direct message.
template <class Written>
Written read_written(const json::reader& event, identity_fields ids) {
  Written written;
  ids.user = event.filled_text("user");
  ids.user_team = event.text_or("user_team", event.text_or("team"));
  written.who = make_member(ids);
  written.channel = channel_id{event.filled_text("channel")};
  written.text = event.text_or("text");
  written.ts = event.filled_text("ts");
  written.thread_ts = event.text_or("thread_ts");
  return written;
}

bool is_by_person(const json::reader& event) {
  return !event.has("bot_id") && !event.has("subtype") && event.has("user");
}

tokens_revoked read_tokens_revoked(const json::reader& event) {
  tokens_revoked revoked;
  auto tokens = event.object("tokens");
  for (std::string& user : tokens.optional_texts("oauth"))
    revoked.users.emplace_back(std::move(user));
  for (std::string& user : tokens.optional_texts("bot"))
    revoked.bots.emplace_back(std::move(user));
  return revoked;
}

app_home_opened read_home_opened(const json::reader& event, identity_fields ids) {
  app_home_opened opened;
  ids.user = event.filled_text("user");
  opened.who = make_member(ids);
  opened.channel = channel_id{event.text_or("channel")};
  opened.tab = event.text_or("tab", "home");
  return opened;
}

} // namespace

result<url_verification> parse_url_verification(const boost::json::value& value) {
  json::fault fault;
  json::reader body{value, "body", fault};
  url_verification request{body.filled_text("challenge")};
  if (fault)
    return fault.error();
  return request;
}

result<app_rate_limited> parse_app_rate_limited(const boost::json::value& value) {
  json::fault fault;
  json::reader body{value, "body", fault};
  app_rate_limited notice;
  notice.team = team_id{body.filled_text("team_id")};
  notice.minute_rate_limited = body.integer("minute_rate_limited");
  if (fault)
    return fault.error();
  return notice;
}

result<event_callback> parse_event_callback(const boost::json::value& value) {
  json::fault fault;
  json::reader body{value, "body", fault};
  event_callback callback;
  callback.event_id = body.filled_text("event_id");
  callback.api_app_id = body.text_or("api_app_id");
  std::int64_t time = body.optional_integer("event_time").value_or(0);
  if (time < 0 || time > last_event_time)
    body.refuse("event_time", "no time of this era");
  else
    callback.event_time = sys_time{seconds{time}};

  identity_fields ids;
  ids.enterprise = body.text_or("enterprise_id");
  ids.team = body.text_or("team_id");
  callback.app = installation{team_id{ids.enterprise}, team_id{ids.team}, false};
  // The outer ids may be those of another company in a shared channel; the authorization is our installation.
  if (auto authorizations = body.optional_objects("authorizations"); !authorizations.empty()) {
    const json::reader& ours = authorizations.front();
    installation authorized{team_id{ours.text_or("enterprise_id")}, team_id{ours.text_or("team_id")},
                            ours.flag_or("is_enterprise_install", false)};
    if (!authorized.keys().empty()) // without any id it tells nothing, and the outer ids stand
      callback.app = std::move(authorized);
    ids.enterprise = callback.app.enterprise.value;
    if (!callback.app.team.empty())
      ids.team = callback.app.team.value;
  }
  if (ids.team.empty() && ids.enterprise.empty())
    body.refuse("team_id", "neither workspace nor organisation is given");

  json::reader event = body.object("event");
  std::string type = event.filled_text("type");
  if (type == "app_mention" && is_by_person(event))
    callback.event = read_written<app_mention>(event, ids);
  else if (type == "message" && event.text_or("channel_type") == "im" && is_by_person(event))
    callback.event = read_written<direct_message>(event, ids);
  else if (type == "app_home_opened")
    callback.event = read_home_opened(event, ids);
  else if (type == "app_uninstalled")
    callback.event = app_uninstalled{};
  else if (type == "tokens_revoked")
    callback.event = read_tokens_revoked(event);
  else
    callback.event = other_event{std::move(type)};
  if (fault)
    return fault.error();
  return callback;
}

} // namespace isacbot::slack
