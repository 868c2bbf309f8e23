/// The bot's store as the bot sees it: each group of writes is a step at which it may end.
#pragma once

#include "crash/crash_points.hpp"
#include "storage/keys.hpp"
#include "support/store_in_front.hpp"

#include <algorithm>
#include <functional>

namespace isacbot::test {

class mortal_store final : public store_in_front {
 public:
  /// @param on_death  called at the very moment, before anything else can be written
  /// @param torn_splits  a batch that ends one part for others is not atomic, which is a sabotage
  mortal_store(storage::kv_store& inner, crash_points& points, std::function<void()> on_death,
               bool torn_splits = false)
      : store_in_front(inner),
        points_(points),
        on_death_(std::move(on_death)),
        torn_splits_(torn_splits) {}

  std::vector<result<void>> write_group(std::span<const storage::write_batch> batches,
                                        storage::sync s) override {
    std::vector<result<void>> results(batches.size(),
                                      result<void>{fail(ec::io_failure, "the bot has crashed")});
    if (points_.dead())
      return results;
    if (torn_splits_ && batches.size() == 1 && batches.front().operations().size() > 1 &&
        is_split(batches.front()))
      return {write_torn(batches.front(), s)};
    std::vector<result<void>> seen;
    bool alive = points_.pass_in_actor(s == storage::sync::yes ? "synced write" : "unsynced write",
                                       [&] { seen = inner().write_group(batches, s); });
    if (!alive)
      on_death_();
    return alive ? seen : results;
  }

 private:
  /// Parts are erased by nothing else that runs in a short world.
  static bool is_split(const storage::write_batch& batch) {
    return std::any_of(batch.operations().begin(), batch.operations().end(),
                       [](const auto& one) { return one.where == storage::tables::parts && !one.value; });
  }

  result<void> write_torn(const storage::write_batch& batch, storage::sync s) {
    for (const auto& one : batch.operations()) {
      storage::write_batch alone;
      if (one.value)
        alone.put(one.where, one.key, *one.value);
      else
        alone.erase(one.where, one.key);
      if (auto written = write_group({&alone, 1}, s).front(); !written && points_.dead())
        return written;
    }
    return {};
  }

  crash_points& points_;
  std::function<void()> on_death_;
  bool torn_splits_;
};

} // namespace isacbot::test
