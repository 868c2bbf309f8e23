/// What the pretended workspace knows: people, conversations, messages, open dialogs, handles given out, and
/// a record of all traffic. Plain values; `workspace` guards them.
#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "sandbox/json.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace isacbot::sandbox {

/// Who the workspace is, and the one app installed in it.
struct workspace_settings {
  std::string team_id = "T0SANDBOX";
  std::string team_name = "Sandbox ISAC";
  std::string team_domain = "sandbox-isac";
  std::string app_id = "A0SANDBOX";
  std::string bot_id = "B0SANDBOX";
  std::string bot_user_id = "U0BOT";
  std::string bot_name = "trustar";
  secret bot_token;      ///< "xoxb-..."
  secret signing_secret; ///< used as text, as Slack does
  std::vector<std::string> scopes = {
      "commands",      "chat:write",  "im:write",   "im:history",  "app_mentions:read", "users:read",
      "channels:read", "groups:read", "files:read", "files:write", "channels:history",  "groups:history"};
  /// Where this sandbox is reached, without a slash at the end: the origin of response_urls.
  std::string base_url = "http://127.0.0.1:3001";
  /// Whether the app's commands have `should_escape` on in its manifest.
  bool escape_command_text = true;
  bool home_tab_enabled = true;
};

struct person {
  std::string id;
  std::string name;
  std::string real_name;
  bool is_guest = false;
  bool is_bot = false;
  bool is_deleted = false;
};

struct channel {
  std::string id;
  std::string name;
  std::set<std::string> members; ///< user ids; the bot's too where it was invited
  bool is_private = false;
  bool is_direct = false; ///< a direct conversation; `members` are its two or more people
  bool is_archived = false;
};

/// A message is named by channel and ts.
struct message_ref {
  std::string channel;
  std::string ts;

  friend bool operator==(const message_ref&, const message_ref&) = default;
};

struct message {
  message_ref ref;
  std::string thread_ts;
  std::string author;                    ///< user id; the app's messages carry the bot's
  std::optional<std::string> visible_to; ///< an ephemeral message: the one member who sees it
  json::object content;                  ///< text, blocks, attachments as the client shows them
  std::vector<std::string> files{};      ///< ids
  std::vector<json::object> earlier;     ///< contents replaced or edited since, oldest first
  std::string source;                    ///< API method, "response_url", "ack", "member" or "slackbot"
  sys_time posted;
  bool is_deleted = false;
};

/// A file that a member has.
struct stored_file {
  std::string id;
  std::string user;
  std::string name;
  std::string mimetype;
  std::string content;
  sys_time created{};
  std::set<std::string> channels{}; ///< it was posted in
  bool is_handed_over = false;      ///< put into a dialog: the app may read it wherever it was posted
  bool is_foreign = false;          ///< from another organisation: messages tell its id only
  bool is_deleted = false;
};

/// A dialog or home tab.
struct view {
  std::string id;
  std::string user;
  json::object body;   ///< as the app gets it: id, hash, blocks, ...; its state is left empty
  json::object values; ///< what the member has entered so far: block id -> action id -> value
  json::object errors; ///< shown beside inputs after `response_action: errors`: block id -> text
  json::object loaded; ///< options the app returned: block id -> options
  std::string notice;  ///< "trouble connecting", as the client shows after a failed answer
  bool is_open = true;
};

/// Opens one dialog within three seconds.
struct trigger {
  std::string user;
  std::string view_id; ///< the view it came from; empty outside of views
  steady_time issued;
  bool is_used = false;
};

/// One response_url: 5 posts within 30 minutes.
struct response_hook {
  std::string user;
  message_ref origin; ///< ts is empty until there is a message that it can replace
  std::string thread_ts;
  steady_time issued;
  unsigned uses = 0;
};

/// One request that the app made, with what became of it.
struct recorded_call {
  std::uint64_t sequence = 0;
  sys_time time;
  std::string method;     ///< Web API method, or "response_url"
  json::object arguments; ///< without the token
  unsigned status = 200;  ///< 0: the answer was dropped on purpose
  std::string outcome;    ///< "ok" or the error's name
};

/// One request that the workspace made to the app, with what came back.
struct exchange {
  std::uint64_t id = 0;
  std::string kind; ///< "command", "view_submission", "block_actions", "event", ...
  std::string user;
  json::object payload; ///< form fields of a command, else the JSON
  sys_time sent;
  std::optional<std::chrono::nanoseconds> latency; ///< set when the answer or its failure is in
  unsigned status = 0;                             ///< HTTP status; 0: none came
  std::string answer;                              ///< body
  /// What the client made of it: "ok", "closed", "errors", "updated", "pushed", "cleared", "options",
  /// or "failed: reason".
  std::string outcome;
  unsigned attempt = 0; ///< retries of an event so far
};

/// A disturbance ordered by a test.
struct planned_fault {
  enum class what { error, status, rate_limit, drop_before, drop_after };
  what kind = what::error;
  std::string error;        ///< with what::error: the answer's error name
  unsigned status = 500;    ///< with what::status
  unsigned retry_after = 1; ///< with what::rate_limit: seconds
  unsigned times = 1;
};

/// An event that the app did not take.
struct pending_retry {
  json::object payload;
  unsigned attempt = 1; ///< 1 to 3
  std::string reason;   ///< as `X-Slack-Retry-Reason` says it
  steady_time due;
};

struct workspace_state {
  workspace_settings settings;
  std::map<std::string, person> people;
  std::map<std::string, channel> channels;
  std::deque<message> messages;             ///< oldest first
  std::map<std::string, stored_file> files; ///< by id
  std::map<std::string, view> views;
  std::map<std::string, std::vector<std::string>> stacks; ///< user -> open dialogs, root first
  std::map<std::string, std::string> homes;               ///< user -> view id
  std::map<std::string, trigger> triggers;
  std::map<std::string, response_hook> hooks;              ///< keyed by the path of the response_url
  std::deque<recorded_call> calls;                         ///< oldest first
  std::deque<exchange> exchanges;                          ///< oldest first
  std::map<std::string, std::deque<planned_fault>> faults; ///< keyed by method
  std::deque<pending_retry> retries;
  std::uint64_t next_sequence = 1;
  std::int64_t last_ts_us = 0;
};

/// What one change works with. Lives only as long as the change.
struct context {
  workspace_state& state;
  random_source& random;
  sys_time now;
  steady_time steady_now;
};

/// A workspace with three members, two channels that the bot is in, a public, a private and an archived one
/// that it is not in.
workspace_state make_sample_state(workspace_settings settings);

/// A fresh Slack-like id: `prefix` and 9 upper-case characters.
std::string make_id(context& in, std::string_view prefix);
/// A message time stamp "seconds.micros", unique and rising.
std::string make_ts(context& in);

message& add_message(context& in, message m);
message* find_message(workspace_state& state, const message_ref& ref);
const message* find_message(const workspace_state& state, const message_ref& ref);
/// Whether `user` sees the message now.
bool is_visible(const workspace_state& state, const message& m, const std::string& user);

view* find_view(workspace_state& state, const std::string& id);
/// @returns the dialog on top of the member's stack, or nullptr
const view* top_view(const workspace_state& state, const std::string& user);
exchange* find_exchange(workspace_state& state, std::uint64_t id);
const exchange* find_exchange(const workspace_state& state, std::uint64_t id);

/// Records and forgets the oldest beyond a bound, so that a sandbox may run for days.
recorded_call& record_call(context& in, recorded_call call);
exchange& record_exchange(context& in, exchange e);

/// @returns the direct conversation of the bot with that member, made if need be
channel& open_direct(context& in, const std::string& user);

} // namespace isacbot::sandbox
