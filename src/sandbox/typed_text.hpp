/// What Slack makes of text that a person types, before any app sees it.
/// @see Slack documentation, "Formatting text for app surfaces" and "Slash commands" (should_escape)
#pragma once

#include "sandbox/state.hpp"

namespace isacbot::sandbox {

/// & < > as entities, nothing else.
std::string escape_entities(std::string_view text);

/// A typed message in Slack's escaped form: links, bare domains and e-mail addresses wrapped, @name and
/// #channel as ids, the rest escaped.
std::string message_form(const workspace_state& state, std::string_view typed);

/// A command's text with `should_escape` on: addresses with a scheme wrapped, names as "<@U...|name>".
std::string command_form(const workspace_state& state, std::string_view typed);

} // namespace isacbot::sandbox
