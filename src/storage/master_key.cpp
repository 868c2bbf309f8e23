#include "storage/master_key.hpp"

#include "core/bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace isacbot::storage {

namespace {

class descriptor {
 public:
  explicit descriptor(int number) : number_(number) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (number_ >= 0)
      ::close(number_);
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

std::string why(int code) {
  return std::generic_category().message(code);
}

error refuse(const std::filesystem::path& path, std::string_view cause, std::string mend) {
  return fail(ec::bad_configuration, "master key file " + path.string() + ": " + std::string(cause),
              std::move(mend));
}

bool write_whole(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

} // namespace

result<secret> load_master_key(const std::filesystem::path& path) {
  // Non-blocking, so that a pipe of that name cannot hang the start.
  descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0)
    return refuse(path, why(errno),
                  "`isacbot init` makes one; if you lost it, the stored credentials cannot be read again");
  struct stat status {};
  if (fstat(file.number(), &status) != 0)
    return refuse(path, why(errno), "check the disk");
  if (!S_ISREG(status.st_mode))
    return refuse(path, "not a regular file", "storage.master_key has to name a file");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return refuse(path, "others than its owner may access it", "chmod 600 " + path.string());

  std::string buffer(2 * master_key_bytes + 3, '\0'); // one more than any valid form
  ssize_t length = ::read(file.number(), buffer.data(), buffer.size());
  if (length < 0)
    return refuse(path, why(errno), "check the disk");
  buffer.resize(static_cast<std::size_t>(length));
  secret content(std::move(buffer));

  if (content.size() == master_key_bytes)
    return content;
  std::string_view text = content.reveal();
  if (text.ends_with('\n'))
    text.remove_suffix(1);
  if (text.ends_with('\r'))
    text.remove_suffix(1);
  if (text.size() == 2 * master_key_bytes)
    if (result<std::string> key = from_hex(text))
      return secret(std::move(*key));
  return refuse(path, "holds neither 32 bytes nor 64 hex digits", "`isacbot init` makes a right one");
}

result<void> make_master_key(const std::filesystem::path& path, random_source& random) {
  descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.number() < 0) {
    if (errno == EEXIST)
      return fail(ec::conflict, path.string() + " exists already", "name another file, or keep that key");
    return fail(ec::io_failure, path.string() + ": " + why(errno), "check that this user may write there");
  }
  secret text(random_hex(random, master_key_bytes) + "\n");
  if (!write_whole(file.number(), text.reveal()) || fsync(file.number()) != 0)
    return fail(ec::io_failure, path.string() + ": " + why(errno), "check the disk's space and health");
  std::filesystem::path parent = std::filesystem::absolute(path).parent_path();
  descriptor directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0 || fsync(directory.number()) != 0)
    return fail(ec::io_failure, parent.string() + ": " + why(errno), "check the disk's space and health");
  return {};
}

} // namespace isacbot::storage
