/// Slack's Web API: requests as values, answers as values, and what to do about each error.
/// @see Slack documentation, "Using the Slack Web API" and the page of each method
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "protocol/http/message.hpp"
#include "protocol/slack/message.hpp"
#include "protocol/slack/view.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace isacbot::slack {

/// Where and as whom to call.
struct api_access {
  std::string api_url; ///< "https://slack.com/api/", with the slash at the end
  secret token;        ///< bot token; goes into the Authorization header and nowhere else
};

// Requests: POST, form-encoded, nested values as JSON texts: the form that every method takes.
http::request auth_test(const api_access& access);
http::request views_open(const api_access& access, std::string_view trigger_id, const view& v);
http::request views_push(const api_access& access, std::string_view trigger_id, const view& v);
/// @param hash of the view seen last, to be refused (hash_conflict) if it changed; empty: replace whatever is
/// there
http::request views_update(const api_access& access, std::string_view view_id, const view& v,
                           std::string_view hash = {});
/// The same for a view that was pushed by an acknowledgement, whose id nobody has told us.
http::request views_update_external(const api_access& access, std::string_view external_id, const view& v);
http::request views_publish(const api_access& access, const user_id& user, const view& home);
/// Never unfurls.
http::request chat_post_message(const api_access& access, const channel_id& channel, const message& m,
                                std::string_view thread_ts = {});
http::request chat_post_ephemeral(const api_access& access, const channel_id& channel, const user_id& user,
                                  const message& m, std::string_view thread_ts = {});
http::request chat_update(const api_access& access, const channel_id& channel, std::string_view ts,
                          const message& m);
/// Opens the direct message with one user.
http::request conversations_open(const api_access& access, const user_id& user);
http::request users_info(const api_access& access, const user_id& user);

/// What an error asks for. The method decides whether repeating is safe: never repeat a post blindly.
enum class next_step {
  retry,               ///< Slack's trouble: again with backoff; the action may have partly happened
  wait,                ///< limited: after `retry_after`, in order
  use_direct_message,  ///< not possible in this channel: write to the person
  run_again,           ///< the trigger was too old or used: ask the person to run the command again
  fix_configuration,   ///< wrong token or token kind: stop using it, tell the operator
  forget_installation, ///< the app was removed: stop, delete the token
  refresh_token,       ///< refresh once, then repeat
  reinstall,           ///< a scope is missing: tell the operator which
  shorten,             ///< too big
  send_plain_text,     ///< our defect: log `detail`, and send the same as plain text
  give_up,             ///< final: log it
};

/// Slack said no, or could not be understood.
struct api_fault {
  std::string code; ///< Slack's error code; "http_<status>" or "unreadable_answer" when there is none
  ec kind = ec::upstream_rejected;
  next_step next = next_step::give_up;
  std::optional<milliseconds> retry_after; ///< with next_step::wait always set
  std::string detail;     ///< missing scope, or Slack's first message about our blocks; fit for the log
  std::string request_id; ///< X-Slack-Req-Id

  [[nodiscard]] error to_error() const;
};

[[noreturn]] void throw_exception_from_error(const api_fault& fault, const boost::source_location& where);

template <class T>
using api_result = boost::system::result<T, api_fault>;

/// What to do about one of Slack's error codes.
next_step step_after(std::string_view code) noexcept;

/// Retry-After in whole seconds (RFC 9110 section 10.2.3; Slack sends no dates), at most an hour; 30 s when
/// it is missing or unreadable.
milliseconds parse_retry_after(const http::response& r) noexcept;

struct auth_test_answer {
  team_id team;
  team_id enterprise; ///< empty outside an organisation
  user_id user;       ///< the bot's own user id
  std::string bot_id;
  std::string team_name;
  std::string url;
  bool is_enterprise_install = false;
};
struct view_answer {
  std::string id;
  std::string hash;
  std::string root_view_id;
};
struct post_answer {
  channel_id channel;
  std::string ts;
};
struct user_answer {
  user_id user;
  team_id team;
  std::string name;
  std::string time_zone;
  bool is_bot = false;
  bool is_deleted = false;
  bool is_guest = false; ///< restricted or ultra-restricted, or a stranger from another workspace
};

api_result<auth_test_answer> parse_auth_test(const http::response& r);
/// views.open, views.push, views.update, views.publish
api_result<view_answer> parse_view_answer(const http::response& r);
/// chat.postMessage, chat.update
api_result<post_answer> parse_post_answer(const http::response& r);
/// chat.postEphemeral; @returns message_ts
api_result<std::string> parse_post_ephemeral(const http::response& r);
/// @returns the "D..." channel
api_result<channel_id> parse_conversations_open(const http::response& r);
api_result<user_answer> parse_users_info(const http::response& r);

} // namespace isacbot::slack
