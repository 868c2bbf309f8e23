#include "storage/commit_queue.hpp"

#include <utility>

namespace isacbot::storage {

namespace {

constexpr std::size_t max_group = 256; // bounds what one failed write takes down with it

} // namespace

std::vector<result<void>> commit_queue::submit(std::span<const write_batch> batches, sync durable) {
  waiter self;
  self.work.batches = batches;
  self.work.durable = durable;

  std::unique_lock lock(mutex_);
  line_.push_back(&self);
  self.turn.wait(lock, [&] { return self.done || line_.front() == &self; });
  if (self.done)
    return std::move(self.work.results);

  // This thread leads. It stays at the front until the commit is over, so nobody else can start.
  std::vector<waiter*> group = next_group();
  std::vector<request*> work;
  work.reserve(group.size());
  for (waiter* member : group)
    work.push_back(&member->work);
  lock.unlock();
  commit_(work);
  lock.lock();

  line_.erase(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(group.size()));
  for (waiter* member : group) {
    member->done = true;
    if (member != &self)
      member->turn.notify_one(); // under the lock: the waiter is gone once it has run
  }
  if (!line_.empty())
    line_.front()->turn.notify_one();
  return std::move(self.work.results);
}

std::vector<commit_queue::waiter*> commit_queue::next_group() const {
  std::vector<waiter*> group;
  for (waiter* candidate : line_) {
    // An unsynced write is wanted quickly; it must not be made to wait for somebody else's sync.
    bool slower = candidate->work.durable == sync::yes && line_.front()->work.durable == sync::no;
    if (slower || group.size() == max_group)
      break;
    group.push_back(candidate);
  }
  return group;
}

} // namespace isacbot::storage
