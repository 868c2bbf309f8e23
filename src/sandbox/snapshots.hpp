/// What the control interface shows of the workspace, as JSON. Nothing here holds the bot token or the
/// signing secret.
#pragma once

#include "sandbox/state.hpp"

namespace isacbot::sandbox {

json::value show_workspace(const workspace_state& state);
/// Messages that `user` sees, oldest first; of one channel and after one ts if these are given.
json::value show_messages(const workspace_state& state, const std::string& user, const std::string& channel,
                          const std::string& after);
/// The member's open dialog, or {"view": null}.
json::value show_top_view(const workspace_state& state, const std::string& user);
json::value show_home(const workspace_state& state, const std::string& user);
json::value show_calls(const workspace_state& state, const std::string& method, std::uint64_t after);
json::value show_exchange(const exchange& e);
json::value show_exchanges(const workspace_state& state, std::uint64_t after);

/// Whether what was asked for is still to come: an empty list, no view, an exchange without outcome.
bool is_pending(const json::value& shown);

} // namespace isacbot::sandbox
