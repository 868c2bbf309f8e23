/// Joins concurrent writers into groups, so that many of them share one synced write.
#pragma once

#include "storage/kv_store.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
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
  struct waiter {
    request work;
    bool done = false;
    std::condition_variable turn;
  };

  /// The waiters at the front that the first of them may take along.
  [[nodiscard]] std::vector<waiter*> next_group() const;

  committer commit_;
  std::mutex mutex_;
  std::deque<waiter*> line_; ///< the front one leads
};

} // namespace isacbot::storage
