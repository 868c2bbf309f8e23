/// Limits and shared keys in words, for help, App Home and registration.
#pragma once

#include "domain/answers.hpp"

#include <span>

namespace isacbot::domain::answers {

/// " 2 other members use the same key, ..."; empty when nobody does.
slack::mrkdwn sharing_sentence(const key_sharing& shared);

/// A line for each limit: what is there now, of how much, and when there is more.
slack::mrkdwn limits_text(std::span<const limit_standing> limits);

} // namespace isacbot::domain::answers
