/// Whether somebody has asked this command to stop (Ctrl-C), without a handler: the signals are blocked and
/// looked for where stopping is safe.
#pragma once

#include "core/clock.hpp"

#include <csignal>

namespace isacbot::cli {

class stop_request {
 public:
  /// Blocks SIGINT and SIGTERM in this thread and in those that it starts.
  stop_request();
  /// As it was before.
  ~stop_request();
  stop_request(const stop_request&) = delete;
  stop_request& operator=(const stop_request&) = delete;

  /// Waits at most so long. @returns whether one has come, now or before
  bool wait(milliseconds patience);

 private:
  sigset_t wanted_{};
  sigset_t before_{};
  bool came_ = false;
};

} // namespace isacbot::cli
