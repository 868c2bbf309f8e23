#include "station/indexer.hpp"

#include "station/index_batch.hpp"
#include "station/index_queue.hpp"
#include "station/keys.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace isacbot::station {

namespace {

constexpr int max_attempts = 64;
constexpr milliseconds patience{100};
/// From here on those who submit help, so that it never becomes two seconds.
constexpr milliseconds farthest_behind{100};
constexpr seconds longest_help{10};
/// What a question does itself: a few milliseconds of work.
constexpr indexer::portion little{std::size_t{64} << 10U, 32};
constexpr int little_steps = 4;

/// An entry of the queue as it is stored.
struct entry {
  std::string key;
  std::string bytes;
};

/// The first entries from `first` on.
result<std::vector<entry>> read_queue(const storage::kv_store& store, storage::table t,
                                      std::string_view first, std::size_t max_entries,
                                      std::size_t max_bytes) {
  std::vector<entry> found;
  if (max_entries == 0)
    return found;
  std::size_t bytes = 0;
  auto scanned = store.scan(t, first, "", [&](std::string_view key, std::string_view value) {
    bytes += value.size();
    if (!found.empty() && bytes > max_bytes)
      return false;
    found.push_back({std::string(key), std::string(value)});
    return found.size() < max_entries && bytes < max_bytes;
  });
  if (!scanned)
    return scanned.error();
  return found;
}

} // namespace

void indexer::notice() {
  steady_time now = time_.steady_now();
  {
    std::lock_guard lock(arrivals_mutex_);
    std::uint64_t number = ++accepted_;
    if (arrivals_.empty() || now >= arrivals_.back().second + patience)
      arrivals_.emplace_back(number, now);
  }
  if (wake_)
    wake_();
}

bool indexer::behind() const {
  std::lock_guard lock(arrivals_mutex_);
  return !arrivals_.empty() && time_.steady_now() >= arrivals_.front().second + farthest_behind;
}

/// @param entries  indexed by a step; none: the queue is empty
void indexer::count_done(std::size_t entries) {
  std::lock_guard lock(arrivals_mutex_);
  // Two changes of one report are one entry: only an empty queue tells that all is done.
  if (entries > 0)
    done_ = std::min(done_.load() + entries, accepted_.load() - 1);
  while (!arrivals_.empty() && arrivals_.front().first <= done_.load())
    arrivals_.pop_front();
}

milliseconds indexer::lag() const {
  std::lock_guard lock(arrivals_mutex_);
  return arrivals_.empty()
             ? milliseconds(0)
             : std::chrono::duration_cast<milliseconds>(time_.steady_now() - arrivals_.front().second);
}

/// @param max_entries  1: exactly one, to find the damaged one
result<std::size_t> indexer::try_step(const portion& limit, std::size_t max_entries) {
  constexpr std::size_t max_submissions = 256;
  auto submissions = read_queue(store_, tables::pending_submissions, "",
                                std::min(max_submissions, max_entries), limit.bytes);
  if (!submissions)
    return submissions.error();
  std::size_t max_reports = std::min(limit.reports, max_entries - std::min(max_entries, submissions->size()));
  auto reports = read_queue(store_, tables::pending_reports, next_report_, max_reports, limit.bytes);
  if (reports && reports->empty() && !next_report_.empty()) { // from the beginning again
    next_report_.clear();
    reports = read_queue(store_, tables::pending_reports, "", max_reports, limit.bytes);
  }
  if (!reports)
    return reports.error();
  auto put_aside = [&](storage::table queue, const entry& e, const error& why) -> result<std::size_t> {
    if (why.code != ec::corrupted)
      return why;
    if (auto done = set_aside(store_, queue, e.key, e.bytes); !done)
      return done.error();
    if (damaged_)
      damaged_(why);
    return std::size_t{1};
  };
  index_batch batch(store_);
  for (const entry& e : *submissions)
    if (auto added = batch.add_submission(e.key, e.bytes); !added)
      return put_aside(tables::pending_submissions, e, added.error());
  std::size_t taken = 0;
  for (; taken < reports->size() && batch.text_bytes() < limit.bytes; ++taken)
    if (auto added = batch.add_report((*reports)[taken].key, (*reports)[taken].bytes); !added)
      return put_aside(tables::pending_reports, (*reports)[taken], added.error());
  std::size_t count = submissions->size() + taken;
  if (count == 0)
    return count;
  auto changes = batch.take();
  if (!changes && changes.error().code == ec::corrupted && count > 1) // whose fault is it?
    return try_step(limit, 1);
  if (!changes)
    return submissions->empty()
               ? put_aside(tables::pending_reports, reports->front(), changes.error())
               : put_aside(tables::pending_submissions, submissions->front(), changes.error());
  if (auto written = store_.write(*changes, storage::sync::no); !written)
    return written.error();
  if (taken > 0)
    next_report_ = (*reports)[taken - 1].key + '\0';
  return count;
}

result<std::size_t> indexer::step(const portion& limit) {
  std::uint64_t accepted = accepted_.load();
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto count = try_step(limit, std::numeric_limits<std::size_t>::max());
    if (!count && count.error().code == ec::precondition_failed)
      continue;
    if (count && *count == 0)
      done_ = accepted;
    if (count)
      count_done(*count);
    return count;
  }
  return fail(ec::overloaded, "too many writers of one enclave at once", "try again");
}

result<bool> indexer::work() {
  std::lock_guard lock(mutex_);
  if (!brought_back_) {
    if (auto back = bring_back(store_); !back)
      return back.error();
    brought_back_ = true;
  }
  if (idle())
    return false;
  auto count = step({});
  if (!count)
    return count.error();
  return *count > 0 || !idle();
}

void indexer::catch_up() {
  if (idle())
    return;
  std::unique_lock lock(mutex_, patience);
  if (!lock.owns_lock())
    return;
  const steady_time until = time_.steady_now() + patience;
  for (int i = 0; i < little_steps && !idle() && time_.steady_now() < until; ++i)
    if (!step(little))
      return;
}

void indexer::keep_pace() {
  const steady_time until = time_.steady_now() + longest_help;
  while (behind() && time_.steady_now() < until) {
    std::unique_lock lock(mutex_, patience);
    if (!lock.owns_lock()) // somebody else is at it: wait with him
      continue;
    auto count = step({});
    if (!count || *count == 0)
      return;
  }
}

} // namespace isacbot::station
