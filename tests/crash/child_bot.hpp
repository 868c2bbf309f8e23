/// The real binary as a child process: started, waited for, and killed without a word.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include <sys/types.h>

namespace isacbot::test {

class child_bot {
 public:
  /// @param log  what the children write is appended here
  child_bot(std::filesystem::path config, std::filesystem::path log)
      : config_(std::move(config)),
        log_(std::move(log)) {}
  ~child_bot() { kill(); }
  child_bot(const child_bot&) = delete;
  child_bot& operator=(const child_bot&) = delete;

  /// Starts `isacbot serve` and waits until it serves. @returns whether it does
  bool start(std::chrono::seconds patience = std::chrono::seconds{30});
  /// SIGKILL; returns when the process is gone. @returns whether it was running until then
  bool kill();

 private:
  std::filesystem::path config_;
  std::filesystem::path log_;
  pid_t pid_ = -1;
  int output_ = -1;
};

} // namespace isacbot::test
