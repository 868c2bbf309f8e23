/// The bot's store as the bot sees it: each group of writes is a step at which it may end.
#pragma once

#include "crash/crash_points.hpp"
#include "support/store_in_front.hpp"

#include <functional>

namespace isacbot::test {

class mortal_store final : public store_in_front {
 public:
  /// @param on_death  called at the very moment, before anything else can be written
  mortal_store(storage::kv_store& inner, crash_points& points, std::function<void()> on_death)
      : store_in_front(inner),
        points_(points),
        on_death_(std::move(on_death)) {}

  std::vector<result<void>> write_group(std::span<const storage::write_batch> batches,
                                        storage::sync s) override {
    std::vector<result<void>> results(batches.size(),
                                      result<void>{fail(ec::io_failure, "the bot has crashed")});
    if (points_.dead())
      return results;
    std::vector<result<void>> seen;
    bool alive = points_.pass_in_actor(s == storage::sync::yes ? "synced write" : "unsynced write",
                                       [&] { seen = inner().write_group(batches, s); });
    if (!alive)
      on_death_();
    return alive ? seen : results;
  }

 private:
  crash_points& points_;
  std::function<void()> on_death_;
};

} // namespace isacbot::test
