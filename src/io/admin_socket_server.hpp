/// The admin Unix socket: how the operator's commands reach a running service. Bytes only; what a request
/// means is decided by app/admin_commands.hpp.
///
/// One request per connection. The client writes one line; the server writes any number of lines while it
/// works, then one last line, and closes. A connection that ends without its last line tells the client
/// nothing about what was done.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "telemetry/logging.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::io {

struct admin_socket_settings {
  std::string path;                 ///< of the socket; its directory exists
  std::vector<unsigned> users = {}; ///< that may connect; empty: the one that runs this process, and root
  std::size_t max_request_bytes = 64 * 1024;
  std::size_t max_connections = 8;     ///< further ones are told so and closed
  milliseconds read_deadline{5'000};   ///< for the whole request
  milliseconds write_deadline{10'000}; ///< for one line to be taken
};

/// What a handler may do while it works. Valid during its call only.
struct admin_conversation {
  /// Sends a line (without its end). A client that has gone is not noticed here: the work is done anyway.
  std::function<void(std::string_view line)> say;
  /// Whether the service is stopping: long work comes to a safe end soon.
  std::function<bool()> stopping;
};

struct admin_line_handler {
  /// Called on a thread of the connection's own: may block. @returns the last line, without its end
  std::function<std::string(std::string_view request, const admin_conversation& conversation)> answer;
  /// What a client is told whose request is not handed on: who may not, sends too much, or comes when
  /// max_connections are open. @returns the only line, without its end
  std::function<std::string(const error& why)> refuse;
};

/// Who may talk: the socket has mode 0600, and the kernel's word on the peer's user (SO_PEERCRED, see
/// unix(7)) is asked on each connection as well, so that a directory moved or shared by mistake opens
/// nothing.
class admin_socket_server {
 public:
  /// Listens. A socket left by a process that is gone is removed; one that somebody listens on is not, and
  /// neither is anything that is no socket.
  /// @error ec::locked: somebody listens there; ec::conflict: something else has that name; ec::io_failure
  static result<std::unique_ptr<admin_socket_server>> open(admin_socket_settings settings,
                                                           admin_line_handler handler, telemetry::logger log);

  /// stop() if nobody did.
  ~admin_socket_server();
  admin_socket_server(const admin_socket_server&) = delete;
  admin_socket_server& operator=(const admin_socket_server&) = delete;

  /// Takes no more connections, tells handlers to stop, waits for those that run, removes the socket.
  /// Repeatable.
  void stop();

 private:
  struct state;
  explicit admin_socket_server(std::unique_ptr<state> s) noexcept;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::io
