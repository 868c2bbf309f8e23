/// Plain blocking sockets for tests: bytes in, bytes out, nothing of the code under test.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace isacbot::test {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// One end of a connection. Reads give up after 30 s, so that a defect fails a test instead of hanging it.
class raw_socket {
 public:
  explicit raw_socket(int fd) : fd_(fd) {
    const timeval patience{30, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
  static raw_socket connect_to(std::uint16_t port) {
    raw_socket out(::socket(AF_INET, SOCK_STREAM, 0));
    const sockaddr_in address = loopback(port);
    if (::connect(out.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("no connection");
    return out;
  }
  raw_socket(raw_socket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        unread_(std::move(other.unread_)) {}
  raw_socket(const raw_socket&) = delete;
  raw_socket& operator=(const raw_socket&) = delete;
  ~raw_socket() { close(); }

  void close() {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }
  /// Closes such that the peer sees a reset.
  void reset() {
    const linger now{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  void shut_down_sending() { ::shutdown(fd_, SHUT_WR); }

  /// @returns whether all was taken
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0)
        return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  /// Reads up to and including `end`; less if the peer closes first.
  std::string read_until(std::string_view end) {
    for (;;) {
      if (const auto at = unread_.find(end); at != std::string::npos)
        return take(at + end.size());
      if (!read_more())
        return take(unread_.size());
    }
  }
  std::string read_exactly(std::size_t n) {
    while (unread_.size() < n && read_more()) {
    }
    return take(std::min(n, unread_.size()));
  }
  std::string read_to_end() {
    while (read_more()) {
    }
    return take(unread_.size());
  }
  /// A header and the body that its Content-Length promises.
  std::string read_message() {
    std::string out = read_until("\r\n\r\n");
    const auto at = out.find("Content-Length: ");
    if (at != std::string::npos)
      out += read_exactly(std::stoul(out.substr(at + 16)));
    return out;
  }

 private:
  bool read_more() {
    char room[16384];
    const auto n = ::recv(fd_, room, sizeof room, 0);
    if (n > 0)
      unread_.append(room, static_cast<std::size_t>(n));
    return n > 0;
  }
  std::string take(std::size_t n) {
    std::string out = unread_.substr(0, n);
    unread_.erase(0, n);
    return out;
  }

  int fd_;
  std::string unread_;
};

/// A server that follows a script: each connection, in order of arrival, is given to `play` on a thread of
/// its own.
class scripted_server {
 public:
  using script = std::function<void(raw_socket& peer, int connection)>;

  explicit scripted_server(script play)
      : play_(std::move(play)),
        listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 128) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no listener");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;
  ~scripted_server() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (auto& player : players_)
      player.join();
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url(std::string_view path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string{path};
  }
  [[nodiscard]] int connections() const {
    std::lock_guard lock(mutex_);
    return connections_;
  }

 private:
  void accept_all() {
    for (;;) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0)
        return;
      int number = 0;
      {
        std::lock_guard lock(mutex_);
        number = connections_++;
      }
      players_.emplace_back([this, fd, number] {
        raw_socket peer(fd);
        play_(peer, number);
      });
    }
  }

  script play_;
  int listener_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  int connections_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> players_;
};

} // namespace isacbot::test
