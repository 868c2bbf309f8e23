#include "crash/child_bot.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace isacbot::test {

bool child_bot::start(std::chrono::seconds patience) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return false;
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    execl(ISACBOT_BINARY, ISACBOT_BINARY, "serve", "--config", config_.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(ends[1]);
  output_ = ends[0];
  // Read up to the line that says so. What it writes later stays in the pipe: a life is short.
  std::string text;
  auto end = std::chrono::steady_clock::now() + patience;
  bool serving = false;
  while (pid_ > 0 && !serving) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd waiting{output_, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
      break;
    std::array<char, 4096> chunk{};
    auto got = read(output_, chunk.data(), chunk.size());
    if (got <= 0)
      break;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    serving = text.find("isacbot is serving") != std::string::npos;
  }
  std::ofstream(log_, std::ios::app) << text;
  return serving;
}

bool child_bot::kill() {
  if (pid_ <= 0)
    return false;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR)
    ;
  pid_ = -1;
  std::ofstream log(log_, std::ios::app);
  std::array<char, 4096> chunk{};
  for (ssize_t got = 0; (got = read(output_, chunk.data(), chunk.size())) > 0;)
    log.write(chunk.data(), got);
  close(output_);
  output_ = -1;
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

} // namespace isacbot::test
