/// Joins concurrent writers into groups, so that many of them share one synced write.
#pragma once

#include "storage/kv_store.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace isacbot::storage {

/// Thread-safe. The first writer in line leads: it commits for all that wait, while later ones line up for
/// the next turn. Requests are served in the order of their arrival.
class commit_queue {
 public:
  /// One call of write_group.
  struct request {
    std::span<const write_batch> batches;
    sync durable = sync::no;
    std::vector<result<void>> results; ///< one per batch, filled in by the committer
  };

  /// Applies the requests in order with one write and fills in their results. Never called twice at once.
  using committer = std::function<void(std::span<request* const>)>;

  explicit commit_queue(committer commit) : commit_(std::move(commit)) {}

  /// Returns when the request has been committed, by this thread or by another.
  std::vector<result<void>> submit(std::span<const write_batch> batches, sync durable);

 private:
  enum class stage : std::uint8_t { in_line, leads, done };

  /// Shared with whoever wakes it, so that it outlives that. A condition of its own: a word to one wakes
  /// nobody else, and nobody spins while others need the processor.
  struct waiter {
    request work;

    void become(stage next) {
      {
        std::lock_guard lock(mutex_);
        now_ = next;
      }
      changed_.notify_one();
    }
    /// @returns what it is to become
    stage wait() {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return now_ != stage::in_line; });
      return now_;
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    stage now_ = stage::in_line;
  };

  /// The waiters at the front that the first of them may take along.
  [[nodiscard]] std::vector<std::shared_ptr<waiter>> next_group() const;

  committer commit_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<waiter>> line_; ///< the front one leads
};

} // namespace isacbot::storage
