/// The content of a message as an app posts it, by Web API or response_url.
#pragma once

#include "sandbox/dialogs.hpp"
#include "sandbox/state.hpp"

namespace isacbot::sandbox {

/// Checks text, blocks and attachments and makes the content a client shows. `blocks` and `attachments` may
/// be JSON strings, as in a form.
/// @error a refusal as the Web API words it: no_text, invalid_blocks, invalid_blocks_format, ...
boost::system::result<json::object, refusal> read_content(context& in, const json::object& arguments);

} // namespace isacbot::sandbox
