#include "io/admin_socket_client.hpp"

#include "io/admin_socket_wire.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace isacbot::io {

namespace {

error lost(const std::string& cause) {
  return fail(ec::upstream_failed, "the running service " + cause + ": what was done is not known",
              "look at its log, then run the command again");
}

} // namespace

result<void> ask_admin_socket(const admin_socket_call& call,
                              const std::function<void(std::string_view line)>& take) {
  auto address = make_unix_address(call.path);
  if (!address)
    return fail(ec::unavailable, address.error().cause);
  unix_descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket)
    return fail(ec::unavailable, "no socket: " + system_message(errno));
  const auto* where = reinterpret_cast<const sockaddr*>(&address->value);
  if (::connect(socket.number(), where, sizeof(address->value)) != 0) {
    if (errno == EACCES || errno == EPERM)
      return fail(ec::forbidden, "this user may not use the admin socket " + call.path,
                  "run the command as the user that runs the service, or as root");
    return fail(ec::unavailable, "no service listens on " + call.path + ": " + system_message(errno));
  }
  ::fcntl(socket.number(), F_SETFL, ::fcntl(socket.number(), F_GETFL) | O_NONBLOCK);
  auto deadline = [&] { return std::chrono::steady_clock::now() + call.silence; };
  // A server that refuses this user answers without reading: its answer is read all the same.
  bool sent = write_to_socket(socket.number(), call.request + "\n", deadline());
  if (sent)
    ::shutdown(socket.number(), SHUT_WR);

  std::string buffer;
  std::array<char, 16 * 1024> chunk;
  bool any = false;
  while (true) {
    if (!wait_for_socket(socket.number(), POLLIN, deadline()))
      return fail(ec::timeout, "the running service did not answer in time: what was done is not known",
                  "look at its log");
    ssize_t length = ::recv(socket.number(), chunk.data(), chunk.size(), 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
      continue;
    if (length < 0)
      return lost("broke the connection (" + system_message(errno) + ")");
    if (length == 0)
      break;
    buffer.append(chunk.data(), static_cast<std::size_t>(length));
    std::size_t begin = 0;
    for (std::size_t end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n', begin)) {
      take(std::string_view(buffer).substr(begin, end - begin));
      any = true;
      begin = end + 1;
    }
    buffer.erase(0, begin);
    if (buffer.size() > call.max_line_bytes)
      return fail(ec::too_large, "the running service's answer is too large");
  }
  if (!buffer.empty() || !any)
    return lost("closed the connection before its answer was complete");
  return {};
}

} // namespace isacbot::io
