/// Posts to a response_url: the address Slack gives with a command or click, good for 30 minutes and 5 posts.
/// @see Slack documentation, "Handling user interaction", responding with response_url
#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "protocol/http/message.hpp"
#include "protocol/slack/message.hpp"
#include "protocol/slack/web_api.hpp"

#include <chrono>
#include <span>
#include <string>

namespace isacbot::slack {

inline constexpr std::chrono::minutes response_url_lifetime{30};
inline constexpr int response_url_uses = 5;

/// Whether we may post there: the address is input, and following any host would be a hole into our network.
/// @param allowed_hosts "hooks.slack.com" (https, default port), or "127.0.0.1:8090" (that port, http or
/// https)
/// @error ec::forbidden for another host, scheme or port, user info or a fragment; ec::malformed. Never
/// quotes the
///        address.
result<void> check_response_url(const secret& url, std::span<const std::string> allowed_hosts);

enum class visibility { sender_only, channel };

struct response_options {
  visibility seen_by = visibility::sender_only;
  bool replace_original = false; ///< replaces the message the click came from
};
/// A post; check the address first, and don't follow redirects.
http::request response_url_post(const secret& url, const message& m, response_options options = {});
/// Deletes the message the click came from.
http::request response_url_delete(const secret& url);

/// Judges by status only: 200 done; 429 wait; 5xx one more try (the use may have been counted); all else
/// final: write to the person in another way (next_step::use_direct_message).
api_result<void> parse_response_url_answer(const http::response& r);

} // namespace isacbot::slack
