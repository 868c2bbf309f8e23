#include "io/io_context_pool.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace isacbot::io {

struct io_context_pool::state {
  explicit state(std::size_t n) : context(static_cast<int>(n)), guard(context.get_executor()), running(n) {}

  void run() {
    // Handlers of ours let nothing out; one that does must not take the others along.
    for (bool done = false; !done;) {
      try {
        context.run();
        done = true;
      } catch (...) {
      }
    }
    {
      std::lock_guard lock(mutex);
      --running;
    }
    changed.notify_all();
  }

  boost::asio::io_context context;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guard;
  std::mutex mutex; // guards running
  std::condition_variable changed;
  std::size_t running;
  std::vector<std::thread> threads;
};

io_context_pool::io_context_pool(std::size_t threads)
    : state_(std::make_unique<state>(std::max<std::size_t>(threads, 1))) {
  const std::size_t n = state_->running;
  for (std::size_t i = 0; i < n; ++i)
    state_->threads.emplace_back([s = state_.get()] { s->run(); });
}

io_context_pool::~io_context_pool() {
  stop(seconds{5});
}

boost::asio::io_context& io_context_pool::context() noexcept {
  return state_->context;
}

bool io_context_pool::stop(milliseconds deadline) {
  if (state_->threads.empty())
    return true;
  state_->guard.reset();
  bool ran_out = true;
  {
    std::unique_lock lock(state_->mutex);
    ran_out = state_->changed.wait_for(lock, deadline, [&] { return state_->running == 0; });
  }
  if (!ran_out)
    state_->context.stop();
  for (auto& thread : state_->threads)
    thread.join();
  state_->threads.clear();
  return ran_out;
}

} // namespace isacbot::io
