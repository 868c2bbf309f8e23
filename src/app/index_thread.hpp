/// The thread that indexes what Station accepted.
#pragma once

#include "core/error.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace isacbot::app {

/// Runs a piece of work again and again while there is some.
class index_thread {
 public:
  /// @param work    does a portion; tells whether there may be more. Not called after stop()
  /// @param failed  is told of every failure; the work is tried again a second later
  index_thread(std::function<result<bool>()> work, std::function<void(const error&)> failed);
  ~index_thread();

  /// There is something to do. From any thread.
  void wake();
  /// Ends after the portion under way. Repeatable.
  void stop();

 private:
  void run();
  /// @returns false when it is time to end
  bool wait();

  std::function<result<bool>()> work_;
  std::function<void(const error&)> failed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waiting_work_ = true; ///< also at the start: an earlier process may have left some
  bool stopping_ = false;
  std::thread thread_; ///< last: it uses all the others
};

} // namespace isacbot::app
