/// The life of dialogs and home tabs: opening, pushing, updating, publishing, and what a member's submit does
/// to them.
#pragma once

#include "sandbox/state.hpp"

namespace isacbot::sandbox {

constexpr std::size_t most_stacked_views = 3;

/// A refusal as the Web API words it.
struct refusal {
  std::string error;                 ///< Slack's error name
  std::vector<std::string> messages; ///< for `response_metadata.messages`
  std::string needed{};              ///< with "missing_scope", where it is not the method's own
};

[[noreturn]] void throw_exception_from_error(const refusal& r, const boost::source_location& where);

/// Checks a view as an app sent it.
/// @returns nothing if it may be shown
std::optional<refusal> refuse_view(const workspace_state& state, const json::value& sent,
                                   std::string_view type, const std::string& own_view_id = {});

/// Shows a checked modal as the member's only dialog.
view& open_dialog(context& in, const std::string& user, const json::object& sent);
/// Shows a checked modal on top of the member's dialogs, of which there are fewer than three.
view& push_dialog(context& in, const std::string& user, const json::object& sent);
/// Replaces content, keeps what the member entered where block and action id stay.
void update_view(context& in, view& shown, const json::object& sent);
/// Shows a checked home tab.
view& publish_home(context& in, const std::string& user, const json::object& sent);

/// Closes one dialog, and those above it.
void close_dialog(context& in, const std::string& view_id);
void close_all_dialogs(context& in, const std::string& user);

/// Applies the app's answer to a `view_submission`.
/// @returns "closed", "errors", "updated", "pushed", "cleared" or "failed: reason"
std::string apply_submission_answer(context& in, const std::string& view_id, unsigned status,
                                    std::string_view body);

} // namespace isacbot::sandbox
