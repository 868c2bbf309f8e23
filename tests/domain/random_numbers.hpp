/// Numbers for property tests: the same on every machine for the same seed.
#pragma once

#include <cstdint>
#include <random>

namespace isacbot::test {

class random_numbers {
 public:
  explicit random_numbers(std::uint64_t seed) : engine_(seed) {}
  /// @returns 0 to n - 1
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  /// @returns first to last, both included
  std::uint64_t between(std::uint64_t first, std::uint64_t last) { return first + below(last - first + 1); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

 private:
  std::mt19937_64 engine_;
};

} // namespace isacbot::test
