/// The other end of the admin Unix socket (admin_socket_server.hpp), for the commands.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace isacbot::io {

struct admin_socket_call {
  std::string path;
  std::string request;          ///< one line, without its end
  milliseconds silence{60'000}; ///< longest wait for the next line
  std::size_t max_line_bytes = std::size_t{64} << 20U;
};

/// Sends one request and hands over each line of the answer, without its end, until the server closes.
/// Blocks.
/// @error ec::unavailable: nobody listens there, nothing was sent; ec::forbidden: this user may not;
///        ec::timeout, ec::upstream_failed, ec::too_large: what was done is unknown
result<void> ask_admin_socket(const admin_socket_call& call,
                              const std::function<void(std::string_view line)>& take);

} // namespace isacbot::io
