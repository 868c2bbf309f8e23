/// Everything Slack may send, on whatever path it arrives.
#pragma once

#include "protocol/slack/event.hpp"
#include "protocol/slack/interaction.hpp"
#include "protocol/slack/slash_command.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace isacbot::slack {

/// Slack probes a command address: answer 200, empty, and read nothing else.
struct ssl_check {};

/// A payload of a type we don't know, perhaps newer than we are: log it and answer 200, empty, because Slack
/// would only show the person an error otherwise.
struct unknown_payload {
  std::string type; ///< comes from outside: no label of a metric
};

using request = std::variant<ssl_check, slash_command, block_actions, view_submission, view_closed,
                             block_suggestion, shortcut, message_action, url_verification, event_callback,
                             app_rate_limited, unknown_payload>;

/// Whether the body is Slack's probe of a command address: `ssl_check=1` in a form. The only thing that may
/// be looked at before the signature, and the only request that is answered without one.
bool is_ssl_check(std::string_view content_type, std::string_view body);

/// Parses one request by its content type and shape. Check the signature first.
/// @param content_type application/x-www-form-urlencoded (commands; interactions in the field `payload`) or
///                     application/json (events); parameters such as charset are ignored
/// @error ec::malformed, ec::too_large; ec::unsupported for another content type
result<request> parse_request(std::string_view content_type, std::string_view body);

/// Parses a JSON payload: an interaction, or an events body. Socket Mode envelopes carry the same.
result<request> parse_payload(std::string_view json_text);

/// Identity of a request for dropping repeats; empty where a repeat does no harm. Commands, actions and
/// shortcuts have their trigger id, events their event id. A view submission has view id, hash and trigger
/// id: after an error answer the view keeps its id and hash, and the corrected dialog must not look like a
/// repeat.
std::string duplicate_key(const request& r);

/// Kind for logs and metrics: "command", "block_actions", "event", ...
std::string_view kind_of(const request& r) noexcept;

/// Who sent it; nullptr for requests of Slack itself.
const member* sender_of(const request& r) noexcept;

} // namespace isacbot::slack
