/// Randomness that a test can repeat.
#pragma once

#include "core/random.hpp"

#include <mutex>
#include <random>

namespace isacbot::test {

class seeded_random final : public random_source {
 public:
  explicit seeded_random(std::uint64_t seed) : engine_(seed) {}

  void fill(std::span<std::byte> out) override {
    std::lock_guard lock(mutex_);
    for (std::byte& b : out)
      b = static_cast<std::byte>(engine_() & 0xFFU);
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

} // namespace isacbot::test
