/// The threads that own sockets and timers, and their ordered end.
#pragma once

#include "core/clock.hpp"

#include <cstddef>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace isacbot::io {

/// Owns an io_context and runs it. Declare it BEFORE the actor system: actors post into it until they are
/// gone. The threads are joined by `stop`; the io_context itself goes with this object.
class io_context_pool {
 public:
  /// Starts the threads. One is enough up to tens of thousands of requests a second.
  explicit io_context_pool(std::size_t threads = 1);
  /// Stops, waiting at most 5 seconds.
  ~io_context_pool();
  io_context_pool(const io_context_pool&) = delete;
  io_context_pool& operator=(const io_context_pool&) = delete;

  [[nodiscard]] boost::asio::io_context& context() noexcept;

  /// Lets the threads run out of work and joins them. Stop servers, clients and watchers first: each of their
  /// pending operations is work. Not from an io thread. Repeatable.
  /// @returns false if work was left at the deadline: it was abandoned, which is a defect of its owner
  bool stop(milliseconds deadline);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace isacbot::io
