#include "storage/process_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace isacbot::storage {

namespace {

error io_error(const std::filesystem::path& file, int code) {
  return fail(ec::io_failure, file.string() + ": " + std::generic_category().message(code),
              "check that the directory exists and that this user may write to it");
}

/// What stands in the lock file, cut to one sane line.
std::string holder(int descriptor) {
  std::array<char, 32> text{};
  ssize_t length = pread(descriptor, text.data(), text.size(), 0);
  std::string name;
  for (ssize_t i = 0; i < length && text[static_cast<std::size_t>(i)] >= ' '; ++i)
    name.push_back(text[static_cast<std::size_t>(i)]);
  return name.empty() ? "another process" : "another process (" + name + ")";
}

} // namespace

result<process_lock> process_lock::acquire(const std::filesystem::path& file) {
  int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0)
    return io_error(file, errno);
  process_lock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return io_error(file, errno);
    return fail(ec::locked, holder(descriptor) + " uses the database in " + file.parent_path().string(),
                "stop that process first, or use its admin commands");
  }
  std::string text = "pid " + std::to_string(getpid()) + "\n";
  if (ftruncate(descriptor, 0) != 0 ||
      pwrite(descriptor, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return io_error(file, errno);
  return lock;
}

process_lock& process_lock::operator=(process_lock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

process_lock::~process_lock() {
  // The file stays: removing it would let a third process lock a new file of the same name beside ours.
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

} // namespace isacbot::storage
