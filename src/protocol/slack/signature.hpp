/// The signature Slack puts on every HTTP request, and the same for a sandbox that signs like Slack.
/// @see Slack documentation, "Verifying requests from Slack"
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"
#include "protocol/http/message.hpp"

#include <string>
#include <string_view>

namespace isacbot::slack {

/// Requests are accepted while |now - timestamp| is at most this.
inline constexpr seconds signature_window{300};

/// Checks one signature.
/// @param key        the app's signing secret: its text is the key, even where it looks like hex
/// @param body       raw request body, before any decoding
/// @param timestamp  X-Slack-Request-Timestamp: seconds since the epoch, decimal digits only
/// @param signature  X-Slack-Signature: "v0=" followed by 64 lower-case hex digits
/// @param now        caller's clock
/// @error ec::bad_signature  a malformed header, another version, or no match (compared in constant time)
/// @error ec::stale_request  outside the window; the cause tells the difference in seconds
result<void> verify_signature(const secret& key, std::string_view body, std::string_view timestamp,
                              std::string_view signature, sys_time now);

/// Checks the signature of a whole request: both headers exactly once.
/// @error as verify_signature
result<void> verify_request(const secret& key, const http::request& request, sys_time now);

/// @returns the signature Slack would send ("v0=" and 64 lower-case hex digits)
std::string sign(const secret& key, std::string_view body, std::string_view timestamp);

} // namespace isacbot::slack
