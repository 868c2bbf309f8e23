/// Slack's limits checked on finished JSON, independently of the builders: for tests and for a sandbox that
/// refuses what Slack would refuse. Knows the blocks and elements the bot uses; others are refused as
/// unknown.
#pragma once

#include "core/error.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace isacbot::slack {

/// Checks `text` and `blocks` of a message.
/// @error ec::invalid_argument; the cause begins with a JSON pointer ("/blocks/0/text/text: over 3000
/// characters")
result<void> validate_message(const boost::json::object& message);

/// Checks a modal or home view.
/// @error ec::invalid_argument as above
result<void> validate_view(const boost::json::object& view);

} // namespace isacbot::slack
