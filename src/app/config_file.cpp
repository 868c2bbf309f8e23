#include "app/config_file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

extern char** environ; // POSIX; no header declares it portably

namespace isacbot::app {

namespace {

struct close_file {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

error from_errno(const std::string& path) {
  switch (errno) {
  case ENOENT:
  case ENOTDIR:
    return fail(ec::not_found, path + " does not exist");
  case EACCES:
  case EPERM:
    return fail(ec::forbidden, path + " may not be read by this user");
  default:
    return fail(ec::io_failure, path + " cannot be read");
  }
}

} // namespace

result<std::string> read_small_file(const std::string& path) {
  constexpr std::size_t largest = 1 << 20;
  std::error_code code;
  if (std::filesystem::is_directory(path, code))
    return fail(ec::io_failure, path + " is a directory");
  std::unique_ptr<std::FILE, close_file> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr)
    return from_errno(path);
  std::string content(largest + 1, '\0');
  content.resize(std::fread(content.data(), 1, content.size(), file.get()));
  if (std::ferror(file.get()) != 0)
    return from_errno(path);
  if (content.size() > largest)
    return fail(ec::too_large, path + " is larger than 1 MiB");
  return content;
}

result<std::string> read_secret_file(const std::string& path) {
  std::error_code code;
  auto mode = std::filesystem::status(path, code).permissions();
  if (!code && (mode & std::filesystem::perms::others_read) != std::filesystem::perms::none)
    return fail(ec::bad_configuration, "everybody on this machine may read the file it names",
                "chmod 600 the file");
  return read_small_file(path);
}

environment process_environment() {
  environment variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view text(*entry);
    auto equals = text.find('=');
    if (equals != std::string_view::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

loaded_config load_config_file(const std::string& path, const settings& defaults) {
  config_input input;
  input.variables = process_environment();
  input.read_file = read_secret_file;
  input.defaults = defaults;
  std::string text;
  input.source = path.empty() ? "configuration" : path;
  if (!path.empty()) {
    auto content = read_small_file(path);
    if (!content)
      return {std::nullopt,
              {{path, 0, "", "cannot be read: " + std::string(describe(content.error().code)),
                "name the configuration with --config FILE; config/isacbot.example.toml shows one"}},
              {}};
    text = std::move(*content);
  }
  input.text = text;
  return load_config(input);
}

} // namespace isacbot::app
