#include "io/admin_socket_server.hpp"

#include "io/admin_socket_wire.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <system_error>
#include <thread>
#include <utility>

namespace isacbot::io {

namespace {

error failure(const std::string& path, int code) {
  return fail(
      ec::io_failure, "admin socket " + path + ": " + system_message(code),
      "check that the directory exists and that this user may write to it; admin.socket names another");
}

/// Makes way for a new socket of that name.
result<void> remove_stale_socket(const std::string& path, const unix_address& address) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0)
    return errno == ENOENT ? result<void>{} : failure(path, errno);
  if (!S_ISSOCK(found.st_mode))
    return fail(ec::conflict, path + " exists and is no socket", "name another path in admin.socket");
  unix_descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe)
    return failure(path, errno);
  // Only a refused connection proves that nobody listens; a full queue (EAGAIN) means somebody does.
  if (::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address.value), sizeof(address.value)) ==
          0 ||
      errno != ECONNREFUSED)
    return fail(ec::locked, "another process listens on " + path,
                "stop it, or name another path in admin.socket");
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return failure(path, errno);
  return {};
}

/// The name, the device and number of what lies there: only what this process made is removed.
struct socket_file {
  std::string path;
  dev_t device = 0;
  ino_t number = 0;
};

void remove_socket(const socket_file& made) {
  struct stat found {};
  if (lstat(made.path.c_str(), &found) == 0 && found.st_dev == made.device && found.st_ino == made.number)
    ::unlink(made.path.c_str());
}

} // namespace

struct admin_socket_server::state {
  struct connection {
    std::thread thread;
    std::atomic<bool> done{false};
  };

  admin_socket_settings settings;
  admin_line_handler handler;
  telemetry::logger log;
  unix_descriptor listener;
  unix_descriptor wake; ///< readable once we are stopping
  socket_file file;
  std::atomic<bool> stopping{false};
  std::thread acceptor;
  std::list<connection> connections; ///< touched by the acceptor; after it has ended, by stop

  void accept_all();
  void forget_finished(bool all);
  void serve(unix_descriptor peer);
  void say(int peer, std::string_view line) const;
  [[nodiscard]] bool allowed(int peer) const;
  [[nodiscard]] result<std::string> read_line(int peer) const;
};

bool admin_socket_server::state::allowed(int peer) const {
  ucred who{};
  socklen_t length = sizeof(who);
  if (getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0)
    return false;
  const auto& users = settings.users;
  bool known = users.empty() ? who.uid == geteuid() || who.uid == 0
                             : std::find(users.begin(), users.end(), who.uid) != users.end();
  if (!known)
    log.warning("admin", "a user who may not was refused at the admin socket", {{"uid", who.uid}});
  return known;
}

result<std::string> admin_socket_server::state::read_line(int peer) const {
  std::string line;
  std::array<char, 4096> chunk;
  auto until = std::chrono::steady_clock::now() + settings.read_deadline;
  while (wait_for_socket(peer, POLLIN, until, [this] { return stopping.load(); })) {
    ssize_t length = ::recv(peer, chunk.data(), chunk.size(), 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
      continue;
    if (length <= 0)
      return fail(ec::malformed, "the request ended before its line did");
    line.append(chunk.data(), static_cast<std::size_t>(length));
    std::size_t end = line.find('\n');
    if (std::min(end, line.size()) > settings.max_request_bytes)
      return fail(ec::too_large,
                  "the request is longer than " + std::to_string(settings.max_request_bytes) + " bytes");
    if (end != std::string::npos)
      return line.substr(0, end);
  }
  return stopping ? fail(ec::cancelled, "the service is stopping", "run the command again when it is up")
                  : fail(ec::timeout, "the request did not arrive in time");
}

void admin_socket_server::state::say(int peer, std::string_view line) const {
  std::string bytes(line);
  bytes.push_back('\n');
  write_to_socket(peer, bytes, std::chrono::steady_clock::now() + settings.write_deadline);
}

void admin_socket_server::state::serve(unix_descriptor peer) {
  if (!allowed(peer.number()))
    return say(peer.number(), handler.refuse(fail(ec::forbidden, "this user may not use the admin socket",
                                                  "run the command as the user that runs the service")));
  auto request = read_line(peer.number());
  if (!request)
    return say(peer.number(), handler.refuse(request.error()));
  admin_conversation conversation{[&](std::string_view line) { say(peer.number(), line); },
                                  [this] { return stopping.load(); }};
  say(peer.number(), handler.answer(*request, conversation));
}

void admin_socket_server::state::forget_finished(bool all) {
  for (auto at = connections.begin(); at != connections.end();) {
    if (!all && !at->done) {
      ++at;
      continue;
    }
    at->thread.join();
    at = connections.erase(at);
  }
}

void admin_socket_server::state::accept_all() {
  std::array<pollfd, 2> waiting{{{listener.number(), POLLIN, 0}, {wake.number(), POLLIN, 0}}};
  while (!stopping) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR)
      break;
    if (stopping)
      break;
    unix_descriptor peer(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    forget_finished(false);
    if (!peer)
      continue;
    if (connections.size() >= settings.max_connections) {
      std::string line = handler.refuse(fail(ec::overloaded, "too many admin commands are running",
                                             "try again when one of them has ended")) +
                         "\n";
      write_to_socket(peer.number(), line,
                      std::chrono::steady_clock::now()); // an empty buffer takes it at once
      continue;
    }
    connection& made = connections.emplace_back();
    try {
      made.thread = std::thread([this, &made, peer = std::move(peer)]() mutable {
        serve(std::move(peer));
        made.done = true;
      });
    } catch (const std::system_error&) { // no thread to be had
      connections.pop_back();
    }
  }
}

result<std::unique_ptr<admin_socket_server>>
admin_socket_server::open(admin_socket_settings settings, admin_line_handler handler, telemetry::logger log) {
  const std::string path = settings.path;
  auto address = make_unix_address(path);
  if (!address)
    return address.error();
  if (auto free = remove_stale_socket(path, *address); !free)
    return free.error();
  auto s = std::make_unique<state>();
  s->settings = std::move(settings);
  s->handler = std::move(handler);
  s->log = std::move(log);
  s->listener = unix_descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  s->wake = unix_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!s->listener || !s->wake)
    return failure(path, errno);
  // The mode is set before the name exists and checked before anybody can connect: there is no moment at
  // which others may.
  const auto* where = reinterpret_cast<const sockaddr*>(&address->value);
  struct stat made {};
  if (::fchmod(s->listener.number(), S_IRUSR | S_IWUSR) != 0 ||
      ::bind(s->listener.number(), where, sizeof(address->value)) != 0)
    return errno == EADDRINUSE ? fail(ec::locked, "another process has just made " + path, "try again")
                               : failure(path, errno);
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || lstat(path.c_str(), &made) != 0)
    return failure(path, errno);
  s->file = {path, made.st_dev, made.st_ino};
  if (::listen(s->listener.number(), 16) != 0) {
    int code = errno;
    remove_socket(s->file);
    return failure(path, code);
  }
  s->acceptor = std::thread([running = s.get()] { running->accept_all(); });
  return std::unique_ptr<admin_socket_server>(new admin_socket_server(std::move(s)));
}

admin_socket_server::admin_socket_server(std::unique_ptr<state> s) noexcept : state_(std::move(s)) {}

admin_socket_server::~admin_socket_server() {
  stop();
}

void admin_socket_server::stop() {
  auto& s = *state_;
  if (s.stopping.exchange(true))
    return;
  remove_socket(s.file);
  std::uint64_t one = 1;
  [[maybe_unused]] auto written = ::write(s.wake.number(), &one, sizeof(one));
  s.acceptor.join();
  s.forget_finished(true);
}

} // namespace isacbot::io
