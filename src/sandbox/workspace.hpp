/// The guarded workspace: one lock, one signal for every change.
#pragma once

#include "sandbox/state.hpp"

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <utility>

namespace isacbot::sandbox {

/// Thread-safe. Holds the lock only while a function given to it runs; those must not call back into it.
class workspace {
 public:
  /// Both references outlive the workspace.
  workspace(workspace_state initial, const clock& time, random_source& random);

  /// Runs `look(const workspace_state&)` under the lock and returns its result (a value, never a reference).
  template <class F>
  auto read(F&& look) const {
    std::lock_guard lock(mutex_);
    return std::forward<F>(look)(std::as_const(state_));
  }

  /// Runs `act(context&)` under the lock, then wakes everybody who waits for a change.
  template <class F>
  auto change(F&& act) {
    notifier at_end{*this};
    std::lock_guard lock(mutex_);
    context in{state_, random_, time_.now(), time_.steady_now()};
    return std::forward<F>(act)(in);
  }

  /// Blocks until `predicate` holds; looked at after every change, never by polling.
  /// @param timeout real time, whatever clock the workspace runs on: this is for tests and the tour
  /// @returns whether it held in time
  bool wait_until(const std::function<bool(const workspace_state&)>& predicate, milliseconds timeout) const;

  [[nodiscard]] steady_time steady_now() const { return time_.steady_now(); }

  /// Calls `watch` after this and every later change, outside of any lock, until it returns true. For answers
  /// that wait for something without blocking a thread. At most 256 wait at once.
  /// @error ec::overloaded
  result<void> when_changed(std::function<bool()> watch);

 private:
  struct notifier {
    workspace& owner;
    ~notifier() { owner.notify(); }
  };
  void notify();

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  workspace_state state_;
  const clock& time_;
  random_source& random_;
  std::mutex watchers_mutex_;
  std::list<std::function<bool()>> watchers_;
  std::uint64_t changes_ = 0;
  bool is_notifying_ = false;
};

} // namespace isacbot::sandbox
