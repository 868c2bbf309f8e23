/// The definition of a limit, applied by brute force to what was granted.
#pragma once

#include "core/clock.hpp"
#include "domain/limit.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace isacbot::test {

class grant_log {
 public:
  void add(std::chrono::nanoseconds at, std::uint64_t n) { grants_.emplace_back(at.count(), n); }

  /// @returns the most that any window of `length`, ends included, holds. The fullest window begins with a
  ///          grant, so looking at those is enough.
  [[nodiscard]] std::uint64_t most_in_any_window(std::chrono::nanoseconds length) const {
    auto sorted = grants_;
    std::sort(sorted.begin(), sorted.end());
    std::uint64_t most = 0;
    std::uint64_t inside = 0;
    for (std::size_t first = 0, next = 0; first < sorted.size(); ++first) {
      for (; next < sorted.size() && sorted[next].first <= sorted[first].first + length.count(); ++next)
        inside += sorted[next].second;
      most = std::max(most, inside);
      inside -= sorted[first].second;
    }
    return most;
  }
  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (const auto& [at, n] : grants_)
      sum += n;
    return sum;
  }

 private:
  std::vector<std::pair<std::int64_t, std::uint64_t>> grants_;
};

} // namespace isacbot::test
