#include "domain/token_bucket.hpp"

#include "domain/grant_log.hpp"
#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;
using isacbot::test::grant_log;
using isacbot::test::random_numbers;

namespace {

steady_time at(nanoseconds t) {
  return steady_time{t};
}

limit random_limit(random_numbers& random) {
  const std::uint64_t count = random.one_in(4) ? random.between(1, 4) : random.between(1, 200);
  constexpr std::array<nanoseconds, 5> windows{1ms, 7ms, 1s, 60s, 24h};
  nanoseconds window = windows[random.below(windows.size())];
  if (random.one_in(2)) // a window that shares no factor with anything
    window += nanoseconds{random.between(1, 999'983)};
  const std::uint64_t burst = random.one_in(5) ? count : random.between(1, count);
  return make_limit(count, window, burst).value();
}

/// Gaps that hurt: none, a nanosecond, around a token's time, around the window, long.
nanoseconds random_gap(random_numbers& random, const limit& x) {
  const auto window = static_cast<std::uint64_t>(x.window.count());
  switch (random.below(7)) {
  case 0:
    return 0ns;
  case 1:
    return 1ns;
  case 2:
    return nanoseconds{window / x.count};
  case 3:
    return nanoseconds{random.below(window / x.count + 2)};
  case 4:
    return nanoseconds{random.below(window + 2)};
  case 5:
    return x.window - nanoseconds{1} + nanoseconds{random.below(3)};
  default:
    return nanoseconds{random.below(3 * window)};
  }
}

/// The textbook bucket in exact units, kept as a level: what ours has to agree with.
struct level_bucket {
  explicit level_bucket(const limit& x)
      : cost(static_cast<std::uint64_t>(x.window.count())),
        rate(x.count - x.burst),
        capacity(x.burst * cost),
        level(capacity) {}
  bool take(std::uint64_t n, std::uint64_t gap) {
    level = std::min(capacity, level + uint128{gap} * rate);
    if (level < n * cost)
      return false;
    level -= n * cost;
    return true;
  }
  uint128 cost, rate, capacity, level;
};

} // namespace

TEST_CASE("a bucket gives its burst at once and then refills at (count - burst) / window", "[domain]") {
  token_bucket bucket({60, 60s, 15});
  CHECK(bucket.take(15, at(0s)) == 15);
  CHECK(bucket.take(1, at(0s)) == 0);
  CHECK(bucket.wait_for(1, at(0s)) == 1'333'333'334ns); // 60 s / 45, rounded up
  CHECK(bucket.take(1, at(1'333'333'333ns)) == 0);
  CHECK(bucket.take(1, at(1'333'333'334ns)) == 1);
  // 15 tokens need 20 s, less the two thirds of a nanosecond that the rounded wait was too long.
  CHECK(bucket.wait_for(15, at(1'333'333'334ns)) == 20s);
  CHECK(bucket.take(15, at(21'333'333'333ns)) == 0);
  CHECK(bucket.take(15, at(21'333'333'334ns)) == 15);
}

TEST_CASE("what is over the burst goes in portions", "[domain]") {
  token_bucket bucket({60, 60s, 15});
  std::uint64_t left = 40;
  nanoseconds now{0};
  const bucket_rule rule({60, 60s, 15});
  const nanoseconds expected = rule.wait_for_all({}, 40, at(0s));
  while (left > 0) {
    now += bucket.wait_for(left, at(now));
    const std::uint64_t got = bucket.take(left, at(now));
    REQUIRE(got > 0);
    REQUIRE(got <= 15);
    left -= got;
  }
  CHECK(now == expected);
}

TEST_CASE("a bucket whose burst is its count refills as a whole, one window after the last grant",
          "[domain]") {
  token_bucket bucket({3, 10s, 3});
  CHECK(bucket.take(2, at(0s)) == 2);
  CHECK(bucket.take(2, at(4s)) == 0);
  CHECK(bucket.take(1, at(4s)) == 1);
  CHECK(bucket.wait_for(1, at(4s)) == 10s + 1ns); // a window with both its ends is longer than its length
  CHECK(bucket.take(1, at(14s)) == 0);
  CHECK(bucket.take(3, at(14s + 1ns)) == 3);
  CHECK(bucket.take(1, at(14s + 1ns)) == 0);
}

TEST_CASE("in any window at most the number is granted, and the bucket equals the exact textbook one",
          "[domain]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    random_numbers random(seed);
    const limit x = random_limit(random);
    INFO("seed " << seed << ", " << to_string(x));
    token_bucket bucket(x);
    level_bucket reference(x);
    grant_log log;
    nanoseconds now{0};
    for (int i = 0; i < 400; ++i) {
      const nanoseconds gap = random_gap(random, x);
      now += gap;
      const std::uint64_t n = random.one_in(3) ? x.burst : random.between(1, x.burst);
      const std::uint64_t got = bucket.take(n, at(now));
      REQUIRE((got == 0 || got == n));
      if (got > 0)
        log.add(now, got);
      if (x.burst < x.count)
        REQUIRE(reference.take(n, static_cast<std::uint64_t>(gap.count())) == (got > 0));
    }
    REQUIRE(log.most_in_any_window(x.window) <= x.count);
    REQUIRE(log.total() > 0);
  }
}

TEST_CASE("a wait is exact: not granted a nanosecond earlier, granted then", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    random_numbers random(seed);
    const limit x = random_limit(random);
    INFO("seed " << seed << ", " << to_string(x));
    token_bucket bucket(x);
    nanoseconds now{0};
    for (int i = 0; i < 100; ++i) {
      now += random_gap(random, x);
      const std::uint64_t n = random.between(1, x.burst);
      const nanoseconds wait = bucket.wait_for(n, at(now));
      if (wait > 0ns) {
        token_bucket early = bucket;
        REQUIRE(early.take(n, at(now + wait - 1ns)) == 0);
      }
      now += wait;
      REQUIRE(bucket.take(n, at(now)) == n);
    }
  }
}

TEST_CASE("nobody starves: steady demand gets the refill rate", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    random_numbers random(seed);
    const limit x = random_limit(random);
    INFO("seed " << seed << ", " << to_string(x));
    token_bucket bucket(x);
    // Asked far more often than the rate allows, for ten windows.
    const nanoseconds step = std::max<nanoseconds>(x.window / static_cast<std::int64_t>(8 * x.count), 1ns);
    std::uint64_t got = 0;
    for (nanoseconds now{0}; now <= 10 * x.window; now += step)
      got += bucket.take(1, at(now));
    const std::uint64_t promised = x.burst < x.count ? x.burst + 10 * (x.count - x.burst) : 9 * x.count;
    // Each token may be noticed up to one step late.
    REQUIRE(got + got / 8 + 2 >= promised * 8 / 9);
    REQUIRE(got <= 11 * x.count);
  }
}

TEST_CASE("reservations ahead keep the limit, in whatever order they and takes come", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    random_numbers random(seed);
    const limit x = random_limit(random);
    INFO("seed " << seed << ", " << to_string(x));
    const bucket_rule rule(x);
    bucket_state state;
    grant_log log;
    nanoseconds now{0};
    for (int i = 0; i < 200; ++i) {
      now += random_gap(random, x) / 4;
      const std::uint64_t n = random.between(1, x.burst);
      nanoseconds wait = rule.wait_for(state, n, at(now));
      if (wait > 3 * x.window)
        continue;
      if (random.one_in(3)) // another level made this one wait longer
        wait += nanoseconds{random.below(static_cast<std::uint64_t>(x.window.count()))};
      if (rule.wait_for(state, n, at(now + wait)) > 0ns)
        continue;
      rule.charge(state, n, at(now + wait));
      log.add(now + wait, n);
    }
    REQUIRE(log.most_in_any_window(x.window) <= x.count);
  }
}

TEST_CASE("a clock that steps back costs nothing and gives nothing", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_numbers random(seed);
    const limit x = random_limit(random);
    INFO("seed " << seed << ", " << to_string(x));
    token_bucket stepping(x);
    token_bucket steady(x);
    grant_log log;
    nanoseconds shown{1'000'000s};
    nanoseconds passed{0};
    (void)stepping.wait_for(1, at(shown));
    (void)steady.wait_for(1, at(passed));
    for (int i = 0; i < 300; ++i) {
      const nanoseconds gap = random_gap(random, x);
      if (random.one_in(5)) {
        shown -= gap * 10;
      } else {
        shown += gap;
        passed += gap;
      }
      const std::uint64_t n = random.between(1, x.burst);
      const std::uint64_t got = stepping.take(n, at(shown));
      REQUIRE(got == steady.take(n, at(passed)));
      if (got > 0)
        log.add(passed, got);
    }
    REQUIRE(log.most_in_any_window(x.window) <= x.count);
  }
}

TEST_CASE("clock readings at the ends of their range neither overflow nor open the gates", "[domain]") {
  token_bucket bucket({4, 1s, 2});
  CHECK(bucket.take(2, steady_time::min()) == 2);
  CHECK(bucket.take(1, steady_time::min()) == 0);
  CHECK(bucket.take(2, steady_time::max()) == 2);
  CHECK(bucket.take(1, steady_time::min()) == 0);
}

TEST_CASE("a limit out of range is brought into it instead of dividing by zero", "[domain]") {
  for (const limit& x : {limit{0, 0ns, 0}, limit{5, 0ns, 9}, limit{0, 1s, 5}, limit{7, -1s, 0}}) {
    token_bucket bucket(x);
    CHECK(bucket.take(1, at(0s)) == 1);
    CHECK(bucket.wait_for(1, at(0s)) >= 0ns);
  }
}

TEST_CASE("a bucket is full, and may be forgotten, only when nothing is missing", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_numbers random(seed);
    const limit x = random_limit(random);
    INFO("seed " << seed << ", " << to_string(x));
    const bucket_rule rule(x);
    bucket_state state;
    nanoseconds now{0};
    for (int i = 0; i < 100; ++i) {
      now += random_gap(random, x);
      if (is_full(state, at(now))) {
        REQUIRE(rule.available(state, at(now)) == x.burst);
        REQUIRE(rule.wait_for(state, x.burst, at(now)) == 0ns);
      }
      const std::uint64_t n = random.between(1, x.burst);
      if (rule.wait_for(state, n, at(now)) > 0ns)
        continue;
      const std::uint64_t before = rule.available(state, at(now));
      rule.charge(state, n, at(now));
      REQUIRE(rule.available(state, at(now)) == before - n);
      REQUIRE_FALSE(is_full(state, at(now)));
    }
  }
}

TEST_CASE("a held bucket grants nothing before the time the other side named, and something then",
          "[domain]") {
  for (const limit& x : {limit{60, 60s, 15}, limit{7, 3s, 1}, limit{4, 5s, 4}}) {
    const bucket_rule rule(x);
    bucket_state state;
    rule.charge(state, 1, at(1s));
    rule.hold(state, at(40s));
    CHECK(rule.available(state, at(40s - 1ns)) == 0);
    CHECK(rule.wait_for(state, 1, at(2s)) == 38s);
    CHECK(rule.available(state, at(40s)) >= 1);
    const bucket_state held = state;
    rule.hold(state, at(10s)); // an older word changes nothing
    CHECK(rule.wait_for(state, 1, at(2s)) == 38s);
    CHECK(state == held);
  }
}

TEST_CASE("several limits on one key are charged together or not at all", "[domain]") {
  const std::array limits{limit{10, 1s, 5}, limit{12, 60s, 3}};
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    random_numbers random(seed);
    limit_set set(limits);
    CHECK(set.largest_take() == 3);
    std::array<grant_log, 1> log;
    std::array<token_bucket, 2> apart{token_bucket{limits[0]}, token_bucket{limits[1]}};
    nanoseconds now{0};
    for (int i = 0; i < 500; ++i) {
      now += nanoseconds{random.below(400'000'000)};
      const std::uint64_t n = random.between(1, 5);
      const std::uint64_t wanted = std::min<std::uint64_t>(n, 3);
      // Two buckets that are charged only when both would grant: what the set has to equal.
      const bool both =
          apart[0].wait_for(wanted, at(now)) == 0ns && apart[1].wait_for(wanted, at(now)) == 0ns;
      REQUIRE((set.wait_for(n, at(now)) == 0ns) == both);
      const std::uint64_t got = set.take(n, at(now));
      REQUIRE(got == (both ? wanted : 0));
      if (both) {
        apart[0].take(wanted, at(now));
        apart[1].take(wanted, at(now));
        log[0].add(now, got);
      }
    }
    CHECK(log[0].most_in_any_window(1s) <= 10);
    CHECK(log[0].most_in_any_window(60s) <= 12);
  }
}
