/// Events API bodies.
/// @see Slack documentation, "Using the Slack Events API"
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "protocol/json.hpp"
#include "protocol/slack/identity.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace isacbot::slack {

/// Slack asks whether the address is ours: answer 200 with the challenge (ack_challenge).
struct url_verification {
  std::string challenge;
};

/// Slack drops events for this workspace: over 30,000 in an hour.
struct app_rate_limited {
  team_id team;
  std::int64_t minute_rate_limited = 0; ///< seconds since the epoch, whole minute
};

/// The bot was mentioned in a channel.
struct app_mention {
  member who;
  channel_id channel;
  std::string text; ///< Slack's escaped form; see mention_text
  std::string ts;
  std::string thread_ts; ///< empty outside threads
};

/// Somebody wrote to the bot. Messages of bots and edits are left out, or two bots would talk for ever.
struct direct_message {
  member who;
  channel_id channel;
  std::string text; ///< Slack's escaped form; see normalise_text
  std::string ts;
  std::string thread_ts;
};

struct app_home_opened {
  member who;
  channel_id channel;
  std::string tab; ///< "home" or "messages"
};

struct app_uninstalled {};

/// Tokens died. These are user ids, not tokens.
struct tokens_revoked {
  std::vector<user_id> users;
  std::vector<user_id> bots;
};

/// An event that we don't act on: acknowledge and forget.
struct other_event {
  std::string type;
};

struct event_callback {
  installation app;
  std::string api_app_id;
  std::string event_id; ///< "Ev..."; delivery is at least once, so drop repeats
  sys_time event_time{};
  std::variant<app_mention, direct_message, app_home_opened, app_uninstalled, tokens_revoked, other_event>
      event;
};

/// @error of all: ec::malformed naming the field
result<url_verification> parse_url_verification(const boost::json::value& body);
result<app_rate_limited> parse_app_rate_limited(const boost::json::value& body);
result<event_callback> parse_event_callback(const boost::json::value& body);

} // namespace isacbot::slack
