/// What both ends of the admin socket share: a descriptor that closes, the address, waiting with a deadline.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace isacbot::io {

class unix_descriptor {
 public:
  unix_descriptor() = default;
  explicit unix_descriptor(int number) noexcept : number_(number) {}
  unix_descriptor(unix_descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  unix_descriptor& operator=(unix_descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~unix_descriptor();

  [[nodiscard]] int number() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// The address of a socket's path. A path longer than the 107 bytes that an address holds is reached through
/// its directory, opened for that (proc(5), /proc/self/fd): keep `directory` as long as the address is used.
struct unix_address {
  sockaddr_un value{};
  unix_descriptor directory;
};
/// @error ec::bad_configuration: no such directory, or a name that is too long all the same
result<unix_address> make_unix_address(const std::string& path);

using unix_deadline = std::chrono::steady_clock::time_point;

/// Waits for POLLIN or POLLOUT.
/// @returns false at the deadline, or as soon as `stopped` says so (asked every 100 ms)
bool wait_for_socket(int descriptor, short events, unix_deadline until,
                     const std::function<bool()>& stopped = {});

/// Writes all of it to a non-blocking socket. @returns false at the deadline, or when the peer has gone
bool write_to_socket(int descriptor, std::string_view bytes, unix_deadline until);

/// What errno says, for people.
std::string system_message(int code);

} // namespace isacbot::io
