/// A store that fails when the test says so, in front of one that works.
#pragma once

#include "support/store_in_front.hpp"

#include <atomic>
#include <cstdint>
#include <vector>

namespace isacbot::test {

/// Whether a failing write has taken effect all the same: an error only says that nobody knows.
enum class failing_write : bool { lost, applied };

class failing_store final : public store_in_front {
 public:
  explicit failing_store(storage::kv_store& inner) : store_in_front(inner) {}

  /// Lets `count` more calls of write_group through, then fails one and all that follow.
  void fail_after(std::uint64_t count, failing_write how = failing_write::lost) {
    how_ = how;
    writes_left_ = count;
  }
  void recover() { writes_left_ = unlimited; }
  /// Calls of write_group so far: how many points there are to fail at.
  [[nodiscard]] std::uint64_t writes() const { return writes_; }

  std::vector<result<void>> write_group(std::span<const storage::write_batch> batches,
                                        storage::sync s) override {
    ++writes_;
    if (writes_left_ > 0) {
      if (writes_left_ != unlimited)
        --writes_left_;
      return inner().write_group(batches, s);
    }
    if (how_ == failing_write::applied)
      inner().write_group(batches, s);
    return std::vector<result<void>>(batches.size(), fail(ec::io_failure, "the test failed this write"));
  }

 private:
  static constexpr std::uint64_t unlimited = ~std::uint64_t{0};

  std::atomic<std::uint64_t> writes_{0};
  std::atomic<std::uint64_t> writes_left_{unlimited};
  std::atomic<failing_write> how_{failing_write::lost};
};

} // namespace isacbot::test
