/// response_urls: posts without a token, five within half an hour.
/// @see Slack documentation, "Handling user interaction", section on response_url
#pragma once

#include "protocol/http/message.hpp"
#include "sandbox/workspace.hpp"

namespace isacbot::sandbox {

/// @param path of the response_url
/// @returns nullopt when a planned fault (method "response_url") says that no answer may leave
std::optional<http::response> answer_response_url(workspace& world, const std::string& path,
                                                  const http::request& request);

/// Shows a message that an app sent as the answer to a command or by response_url.
/// @param sent `response_type`, `text`, `blocks`, `replace_original`, ...
/// @param source recorded with the message
/// @returns "ok", or the error's name
std::string post_as_response(context& in, response_hook& hook, const json::object& sent, std::string source);

} // namespace isacbot::sandbox
