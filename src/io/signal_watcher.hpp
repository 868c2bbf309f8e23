/// Turns SIGINT, SIGTERM and SIGHUP into calls on an io thread.
#pragma once

#include "io/io_context_pool.hpp"

#include <functional>
#include <memory>

namespace isacbot::io {

/// One per process while it lives: signal dispositions are the process's.
class signal_watcher {
 public:
  /// @param on_terminate  SIGINT or SIGTERM, with its number; called for each one that comes
  /// @param on_reload     SIGHUP
  /// Both run on an io thread and must not wait there: hand over and return.
  signal_watcher(io_context_pool& io, std::function<void(int)> on_terminate, std::function<void()> on_reload);
  /// Waits until no callback runs or will run. Not from an io thread.
  ~signal_watcher();
  signal_watcher(const signal_watcher&) = delete;
  signal_watcher& operator=(const signal_watcher&) = delete;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace isacbot::io
