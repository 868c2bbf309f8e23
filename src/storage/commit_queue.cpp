#include "storage/commit_queue.hpp"

#include <utility>

namespace isacbot::storage {

namespace {

constexpr std::size_t max_group = 256; // bounds what one failed write takes down with it

} // namespace

std::vector<result<void>> commit_queue::submit(std::span<const write_batch> batches, sync durable) {
  auto self = std::make_shared<waiter>();
  self->work.batches = batches;
  self->work.durable = durable;

  std::unique_lock lock(mutex_);
  line_.push_back(self);
  if (line_.front() != self) {
    lock.unlock();
    if (self->wait() == stage::done)
      return std::move(self->work.results);
    lock.lock();
  }

  // This thread leads. It stays at the front until the commit is over, so nobody else can start.
  const std::vector<std::shared_ptr<waiter>> group = next_group();
  lock.unlock();
  std::vector<request*> work;
  work.reserve(group.size());
  for (const auto& member : group)
    work.push_back(&member->work);
  commit_(work);
  lock.lock();
  line_.erase(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(group.size()));
  const std::shared_ptr<waiter> next = line_.empty() ? nullptr : line_.front();
  lock.unlock();

  // Nobody wakes up to wait for the lock; and whoever is back soon joins the next leader's group.
  for (const auto& member : group)
    if (member != self)
      member->become(stage::done);
  if (next)
    next->become(stage::leads);
  return std::move(self->work.results);
}

std::vector<std::shared_ptr<commit_queue::waiter>> commit_queue::next_group() const {
  std::vector<std::shared_ptr<waiter>> group;
  for (const std::shared_ptr<waiter>& candidate : line_) {
    // An unsynced write is wanted quickly; it must not be made to wait for somebody else's sync.
    bool slower = candidate->work.durable == sync::yes && line_.front()->work.durable == sync::no;
    if (slower || group.size() == max_group)
      break;
    group.push_back(candidate);
  }
  return group;
}

} // namespace isacbot::storage
