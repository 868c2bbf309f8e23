/// Handles that Slack gives out and takes back once: trigger ids and response_urls.
/// @see Slack documentation, "Handling user interaction in your Slack apps"
#pragma once

#include "sandbox/state.hpp"

namespace isacbot::sandbox {

constexpr seconds trigger_lifetime{3};
constexpr std::chrono::minutes response_url_lifetime{30};
constexpr unsigned response_url_uses = 5;

/// @param view_id the view that the interaction happened in, or ""
/// @returns "digits.digits.hex"
std::string issue_trigger(context& in, const std::string& user, const std::string& view_id = {});

/// Uses a trigger id up.
/// @returns its owner and view
/// @error the cause is Slack's error name: invalid_trigger_id, expired_trigger_id, exchanged_trigger_id
result<trigger> redeem_trigger(context& in, const std::string& id);

/// @param kind first part of the path: "commands" or "actions"
/// @param origin message that posts with `replace_original` replace; no ts where there is none yet
/// @returns the whole address
std::string issue_response_url(context& in, std::string_view kind, const std::string& user,
                               message_ref origin, std::string thread_ts = {});

/// Counts one use.
/// @returns nullptr when the path is unknown, used up or too old
response_hook* use_response_url(context& in, const std::string& path);

} // namespace isacbot::sandbox
