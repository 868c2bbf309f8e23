#include "domain/retry_policy.hpp"

#include <catch2/catch_test_macros.hpp>

#include <limits>

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;

TEST_CASE("backoff doubles up to the longest wait", "[domain]") {
  const retry_policy policy{1s, 60s, 1h};
  CHECK(backoff(policy, 1, 0) == 1s);
  CHECK(backoff(policy, 2, 0) == 2s);
  CHECK(backoff(policy, 6, 0) == 32s);
  CHECK(backoff(policy, 7, 0) == 60s);
  CHECK(backoff(policy, std::numeric_limits<std::uint32_t>::max(), 0) == 60s);
  CHECK(backoff(policy, 0, 0) == 1s);
}

TEST_CASE("jitter takes away up to half and never more", "[domain]") {
  const retry_policy policy{1s, 60s, 1h};
  CHECK(backoff(policy, 5, 0.5) == 12s);
  CHECK(backoff(policy, 5, 0.999999) >= 8s);
  for (const double odd :
       {-1.0, 1.0, 7.5, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK(backoff(policy, 5, odd) == 16s);
}

TEST_CASE("a policy without sense still waits a little", "[domain]") {
  CHECK(backoff({0s, 0s, 0s}, 3, 0.9) >= 1ms);
  CHECK(backoff({5h, 1s, 0s}, 1, 0) == 1s);
  CHECK(backoff({-1s, -1s, 0s}, 9, 0.3) >= 1ms);
}

TEST_CASE("the retry budget pays for a burst of repeats and then for one in ten calls", "[domain]") {
  retry_budget budget(5);
  for (int i = 0; i < 5; ++i)
    CHECK(budget.spend());
  CHECK_FALSE(budget.spend());
  for (int i = 0; i < 9; ++i)
    budget.on_success();
  CHECK_FALSE(budget.spend());
  budget.on_success();
  CHECK(budget.spend());
  for (int i = 0; i < 10'000; ++i)
    budget.on_success();
  int repeats = 0;
  while (budget.spend())
    ++repeats;
  CHECK(repeats == 5);
}
