/// Slack's Web API as far as bots need it: POST /api/<method>, form-encoded or JSON, answered and refused as
/// Slack does.
/// @see Slack documentation, "Web API methods"
#pragma once

#include "protocol/http/message.hpp"
#include "sandbox/workspace.hpp"

namespace isacbot::sandbox {

/// Carries one call out and records it.
/// @param method the part of the path after "/api/"
/// @returns nullopt when a planned fault says that no answer may leave
std::optional<http::response> answer_web_api(workspace& world, std::string_view method,
                                             const http::request& request);

/// Takes the next planned fault of that method, if any. "*" plans for every method.
std::optional<planned_fault> take_fault(workspace_state& state, const std::string& method);

/// The answer of a fault that has one; nullopt for the dropping kinds.
std::optional<http::response> answer_fault(const planned_fault& fault);

} // namespace isacbot::sandbox
