/// What goes over the admin socket, one JSON object a line:
///
///     {"command": "users remove", "arguments": {"team": "T1", "user": "U1"}}            client
///     {"progress": {"what": "rows", "done": 100, "total": 400}}                         server, any number
///     {"result": ...}   or   {"error": {"code": "...", "cause": "...", "mend": "..."}}  server, last
#pragma once

#include "app/admin_commands.hpp"
#include "core/error.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::app {

/// A request is no longer than this: a piece of a file in Base64, and a little.
inline constexpr std::size_t max_admin_request = std::size_t{1} << 20U;

std::string to_line(const admin_request& request);
std::string to_line(const admin_progress& progress);
std::string to_line(const result<boost::json::value>& outcome);

/// @error ec::malformed
result<admin_request> parse_admin_request(std::string_view line);

/// A line of the server: one of the two.
struct admin_answer {
  std::optional<admin_progress> progress;
  std::optional<result<boost::json::value>> outcome;
};
/// @error ec::protocol_violation
result<admin_answer> parse_admin_answer(std::string_view line);

} // namespace isacbot::app
