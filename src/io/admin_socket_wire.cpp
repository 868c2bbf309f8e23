#include "io/admin_socket_wire.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace isacbot::io {

unix_descriptor::~unix_descriptor() {
  if (number_ >= 0)
    ::close(number_);
}

std::string system_message(int code) {
  return std::generic_category().message(code);
}

result<unix_address> make_unix_address(const std::string& path) {
  unix_address address;
  address.value.sun_family = AF_UNIX;
  constexpr std::size_t room = sizeof(address.value.sun_path) - 1;
  std::string name = path;
  if (name.size() > room) {
    std::filesystem::path full(path);
    std::string directory = full.has_parent_path() ? full.parent_path().string() : ".";
    address.directory = unix_descriptor(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!address.directory)
      return fail(ec::bad_configuration,
                  "the directory of the admin socket cannot be opened: " + system_message(errno),
                  "check storage.path and admin.socket");
    name = "/proc/self/fd/" + std::to_string(address.directory.number()) + "/" + full.filename().string();
  }
  if (name.size() > room)
    return fail(ec::bad_configuration, "the name of the admin socket is too long",
                "name a shorter one in admin.socket");
  std::copy(name.begin(), name.end(), address.value.sun_path);
  return address;
}

bool wait_for_socket(int descriptor, short events, unix_deadline until,
                     const std::function<bool()>& stopped) {
  while (true) {
    auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || (stopped && stopped()))
      return false;
    pollfd waiting{descriptor, events, 0};
    auto step = stopped ? std::min(left, milliseconds{100}) : std::min(left, milliseconds{60'000});
    int ready = ::poll(&waiting, 1, static_cast<int>(step.count()));
    if (ready > 0)
      return true; // also when the peer has gone: the next call tells
    if (ready < 0 && errno != EINTR)
      return false;
  }
}

bool write_to_socket(int descriptor, std::string_view bytes, unix_deadline until) {
  while (!bytes.empty()) {
    ssize_t written = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_for_socket(descriptor, POLLOUT, until))
        return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

} // namespace isacbot::io
