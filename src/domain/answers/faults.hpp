/// What an error means for the member, in one or two sentences.
#pragma once

#include "core/error.hpp"
#include "protocol/slack/text.hpp"

#include <string>
#include <string_view>

namespace isacbot::domain::answers {

/// What happened and what to do next. Never shows the cause, which is for the log.
slack::mrkdwn explain(const error& e);

/// The same as plain text, for a dialog's input; with the reference where the operator is needed.
std::string explain_plain(const error& e, std::string_view reference);

/// Whether the member cannot mend it himself.
bool needs_operator(ec code) noexcept;

} // namespace isacbot::domain::answers
