/// Files that members put into dialogs, and how the app gets their bytes.
#pragma once

#include "protocol/http/message.hpp"
#include "sandbox/state.hpp"
#include "sandbox/workspace.hpp"

#include <optional>
#include <string>

namespace isacbot::sandbox {

/// A member's file, private until it is posted or put into a dialog.
/// @returns its id
std::string add_file(context& in, stored_file file);

/// The file object of payloads and of files.info.
json::object file_payload(const workspace_state& state, const stored_file& file);

/// The file object in a message: that of files.info, or what is left of it where Slack shows no more.
json::object message_file_payload(const workspace_state& state, const stored_file& file);

/// Answers `GET /files-pri/...` with the bytes. As Slack does, whoever lacks the token or the scope is led to
/// a login page, and so is the app with a file of a channel that it is not in. Recorded as a call of
/// `file_download`; faults are planned under that name.
/// @returns nullopt when the answer is to be lost
std::optional<http::response> answer_file_download(workspace& world, const std::string& path,
                                                   const http::request& request);

} // namespace isacbot::sandbox
