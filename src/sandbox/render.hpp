/// What a member sees, as plain text: for the tour's transcript and for tests that read like a person.
#pragma once

#include "sandbox/state.hpp"

namespace isacbot::sandbox {

/// Slack's markup resolved: entities undone, mentions as @name and #channel, links as "label (address)", date
/// tokens as UTC; marks for bold and code stay.
std::string render_markup(const workspace_state& state, std::string_view mrkdwn);

/// Blocks if there are any, else the text; one line per field, button and row.
std::string render(const workspace_state& state, const message& m);

/// Title, blocks, inputs with what is entered, errors, notice, buttons.
std::string render(const workspace_state& state, const view& v);

} // namespace isacbot::sandbox
