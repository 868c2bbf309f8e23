/// The requests Slack sends to an app, as values: form fields of a command, JSON of interactions and events.
/// @see Slack documentation, "Interaction payloads" and "Events API"
#pragma once

#include "protocol/http/message.hpp"
#include "sandbox/elements.hpp"
#include "sandbox/form.hpp"
#include "sandbox/state.hpp"

namespace isacbot::sandbox {

form_fields command_fields(context& in, const std::string& user, const channel& where,
                           const std::string& command, const std::string& typed);

/// @param v its entered values go into `state.values`
json::object view_submission_payload(context& in, const view& v);
json::object view_closed_payload(context& in, const view& v, bool is_cleared);
json::object block_suggestion_payload(context& in, const view& v, const placed_element& element,
                                      const std::string& typed);

/// @param chosen what a select or other stateful element holds now; for a button nothing
json::object view_action_payload(context& in, const view& v, const placed_element& element,
                                 const std::optional<json::object>& chosen);
json::object message_action_payload(context& in, const std::string& user, const message& m,
                                    const placed_element& element, const std::optional<json::object>& chosen);

json::object global_shortcut_payload(context& in, const std::string& user, const std::string& callback_id);
json::object message_shortcut_payload(context& in, const std::string& user, const message& m,
                                      const std::string& callback_id);

/// The envelope around one event.
json::object event_payload(context& in, json::object event);
json::object url_verification_payload(context& in);

/// The message as payloads carry it.
json::object message_payload(const workspace_state& state, const message& m);

/// The two headers that prove a request comes from Slack: version v0, HMAC-SHA-256 over "v0:time:body".
http::fields signature_headers(const context& in, std::string_view body);

} // namespace isacbot::sandbox
