#include "sandbox/workspace.hpp"

namespace isacbot::sandbox {

workspace::workspace(workspace_state initial, const clock& time, random_source& random)
    : state_(std::move(initial)),
      time_(time),
      random_(random) {}

bool workspace::wait_until(const std::function<bool(const workspace_state&)>& predicate,
                           milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return predicate(state_); });
}

result<void> workspace::when_changed(std::function<bool()> watch) {
  constexpr std::size_t most_watchers = 256;
  if (watch())
    return {};
  {
    std::lock_guard lock(watchers_mutex_);
    if (watchers_.size() >= most_watchers)
      return fail(ec::overloaded, "too many callers wait for a change of the sandbox");
    watchers_.push_back(std::move(watch));
  }
  notify(); // what happened between the first look and the registration
  return {};
}

void workspace::notify() {
  changed_.notify_all();
  std::unique_lock lock(watchers_mutex_);
  ++changes_;
  if (is_notifying_)
    return; // the thread that is at it sees the new count and looks again
  is_notifying_ = true;
  std::uint64_t seen = 0;
  do {
    seen = changes_;
    std::list<std::function<bool()>> due;
    due.swap(watchers_);
    lock.unlock();
    due.remove_if([](const std::function<bool()>& watch) { return watch(); });
    lock.lock();
    watchers_.splice(watchers_.begin(), due);
  } while (seen != changes_);
  is_notifying_ = false;
}

} // namespace isacbot::sandbox
