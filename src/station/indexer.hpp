/// Indexes what was accepted: in the background, in order, again after a failure or a restart.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "storage/kv_store.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace isacbot::station {

/// Thread-safe. Its batches are not synced: what they use up stays in the queue until they are, and the queue
/// was synced before its answer.
class indexer {
 public:
  /// Up to so much becomes one batch, and at least one entry.
  struct portion {
    std::size_t bytes = std::size_t{512} << 10U; ///< of submissions in the queue, and again of reports' texts
    std::size_t reports = 1'024;
  };

  /// Told of an entry that cannot be indexed because it, or what it is about, is damaged.
  using damage_hook = std::function<void(const error& why)>;

  /// @param wake  called when there is something to do; not from within `work`. May be empty, as `damaged`.
  indexer(storage::kv_store& store, const clock& time, std::function<void()> wake, damage_hook damaged = {})
      : store_(store),
        time_(time),
        wake_(std::move(wake)),
        damaged_(std::move(damaged)) {}

  /// To be called behind every write that put something into the queue.
  void notice();

  /// Indexes one portion. What cannot be indexed is set aside (index_queue.hpp) and does not keep the others
  /// waiting; the first call of a process tries it again.
  /// @returns whether there may be more. @error ec::io_failure, ec::corrupted; ec::overloaded when others
  /// changed the same enclaves all the time
  result<bool> work();

  /// How long the oldest of what waits has been waiting; 0 when nothing does. What an earlier process left
  /// does not count.
  [[nodiscard]] milliseconds lag() const;

  /// For questions, which like to see what was accepted before they were asked: indexes what waits if that is
  /// little, or waits a moment for whoever is at it. Failures are left to `work`.
  void catch_up();

  /// For those who submit while indexing is more than 100 ms behind: they lend a hand, or wait for those
  /// who are at it, before they add to the queue; for 10 s at most.
  void keep_pace();

 private:
  result<std::size_t> step(const portion& limit);
  result<std::size_t> try_step(const portion& limit, std::size_t max_entries);
  void count_done(std::size_t entries);
  [[nodiscard]] bool idle() const noexcept { return done_.load() >= accepted_.load(); }
  [[nodiscard]] bool behind() const;

  storage::kv_store& store_;
  const clock& time_;
  std::function<void()> wake_;
  damage_hook damaged_;
  bool brought_back_ = false;              ///< what was set aside, once
  std::timed_mutex mutex_;                 ///< one portion at a time
  std::string next_report_;                ///< where the next look begins, so that none waits for ever
  std::atomic<std::uint64_t> accepted_{1}; ///< what an earlier process left counts as one
  std::atomic<std::uint64_t> done_{0};     ///< of these; all of them once the queue was found empty
  mutable std::mutex arrivals_mutex_;
  std::deque<std::pair<std::uint64_t, steady_time>> arrivals_; ///< of some that wait, oldest first
};

} // namespace isacbot::station
