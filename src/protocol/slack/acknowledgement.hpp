/// What a request of Slack is answered with, within 3 seconds.
#pragma once

#include "protocol/http/message.hpp"
#include "protocol/slack/message.hpp"
#include "protocol/slack/view.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::slack {

/// The body of a 200 answer: empty, JSON, or the text of a challenge.
struct acknowledgement {
  std::string content_type; ///< empty for an empty body
  std::string body;

  friend bool operator==(const acknowledgement&, const acknowledgement&) = default;
};

http::response to_response(const acknowledgement& ack);

/// Nothing to show; closes a submitted view.
acknowledgement ack_empty();

/// Shows faults in a submitted dialog, which stays open with all that was typed.
/// @param faults block id of an input block and what to do about it; at least one
acknowledgement ack_errors(const std::vector<std::pair<std::string, std::string>>& faults);

/// Replaces the submitted view.
acknowledgement ack_update(const view& next);
/// Puts a view on top of the submitted one (three at most).
acknowledgement ack_push(const view& next);
/// Closes all views of the stack.
acknowledgement ack_clear();

/// Answers a command with a message that only its sender sees.
acknowledgement ack_message(const message& m);

/// Options of an external_select, at most 100.
acknowledgement ack_options(const std::vector<option>& options);

/// Answers url_verification.
acknowledgement ack_challenge(std::string_view challenge);

} // namespace isacbot::slack
