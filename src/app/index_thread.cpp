#include "app/index_thread.hpp"

#include <chrono>
#include <utility>

namespace isacbot::app {

namespace {

constexpr std::chrono::seconds pause_after_failure{1};

} // namespace

index_thread::index_thread(std::function<result<bool>()> work, std::function<void(const error&)> failed)
    : work_(std::move(work)),
      failed_(std::move(failed)),
      thread_([this] { run(); }) {}

index_thread::~index_thread() {
  stop();
}

void index_thread::wake() {
  {
    std::lock_guard lock(mutex_);
    waiting_work_ = true;
  }
  changed_.notify_one();
}

void index_thread::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

bool index_thread::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_work_ || stopping_; });
  waiting_work_ = false;
  return !stopping_;
}

void index_thread::run() {
  while (wait()) {
    auto more = work_();
    if (!more) {
      failed_(more.error());
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, pause_after_failure, [this] { return stopping_; });
    }
    if (!more || *more)
      wake();
  }
}

} // namespace isacbot::app
