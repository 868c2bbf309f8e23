#include "domain/bucket_table.hpp"

#include "domain/grant_log.hpp"
#include "domain/keyed_hash.hpp"
#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <map>
#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;
using isacbot::test::grant_log;
using isacbot::test::random_numbers;

namespace {

steady_time at(nanoseconds t) {
  return steady_time{t};
}

bucket_table::settings two_levels(limit user, limit credential) {
  bucket_table::settings out;
  out[0].limits = {user};
  out[1].limits = {credential};
  return out;
}

level_key named(limit_level level, const std::string& name) {
  return {level, short_hash({1, 2}, name)};
}

std::array<level_key, 2> path(const std::string& user, const std::string& credential) {
  return {named(limit_level::user, user), named(limit_level::credential, credential)};
}

std::vector<std::uint64_t> left(bucket_table& table, std::span<const level_key> where, nanoseconds now) {
  std::vector<std::uint64_t> out;
  for (const limit_standing& s : table.standing(where, at(now)))
    out.push_back(s.available);
  return out;
}

} // namespace

TEST_CASE("a refusal names the level and charges none", "[domain]") {
  bucket_table table(two_levels({8, 60s, 2}, {12, 60s, 3}));
  const std::string alice = "T1/alice", bob = "T1/bob", shared = "credential";
  CHECK(table.take(path(alice, shared), 2, at(0s)).granted == 2);

  const limit_decision own = table.take(path(alice, shared), 1, at(0s));
  CHECK(own.granted == 0);
  CHECK(own.limiting == limit_level::user);
  CHECK(own.wait == 10s);
  CHECK(left(table, path(alice, shared), 0s) ==
        std::vector<std::uint64_t>{0, 1}); // the credential wasn't charged

  const limit_decision others = table.take(path(bob, shared), 2, at(0s));
  CHECK(others.granted == 0);
  CHECK(others.limiting == limit_level::credential);
  CHECK(left(table, path(bob, shared), 0s) == std::vector<std::uint64_t>{2, 1});
  CHECK(table.take(path(bob, shared), 1, at(0s)).granted == 1);
}

TEST_CASE("the same text on two levels is two buckets", "[domain]") {
  bucket_table table(two_levels({4, 60s, 1}, {4, 60s, 1}));
  CHECK(table.take(path("x", "y"), 1, at(0s)).granted == 1);
  CHECK(table.take(path("y", "x"), 1, at(0s)).granted == 1);
  CHECK(table.size() == 4);
}

TEST_CASE("a take over the smallest burst is cut, and the rest is asked for again", "[domain]") {
  bucket_table table(two_levels({60, 60s, 15}, {40, 60s, 10}));
  CHECK(table.take(path("u", "c"), 25, at(0s)).granted == 10);
  CHECK(table.take(path("u", "c"), 15, at(0s)).granted == 0);
  CHECK(table.wait_for_all(path("u", "c"), 15, at(0s)) == 30s); // 15 tokens at 30 a minute
}

TEST_CASE("a reservation is charged at once, so that nobody overtakes it", "[domain]") {
  bucket_table table(two_levels({4, 4s, 1}, {100, 1s, 25}));
  CHECK(table.take(path("u", "c"), 1, at(0s)).granted == 1);
  const limit_decision later = table.take(path("u", "c"), 1, at(0s), 3s);
  CHECK(later.granted == 1);
  CHECK(later.wait == 1'333'333'334ns);
  CHECK(later.limiting == limit_level::user);
  const limit_decision next = table.take(path("u", "c"), 1, at(0s), 2s);
  CHECK(next.granted == 0);
  CHECK(next.wait == 2'666'666'668ns);
  CHECK(table.take(path("u", "c"), 1, at(1'333'333'334ns)).granted == 0); // the reserved token is gone
}

TEST_CASE("never above the number in any window at any level, whatever the interleaving", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    random_numbers random(seed);
    INFO("seed " << seed);
    const auto small = [&] {
      const std::uint64_t count = random.between(1, 12);
      return make_limit(count, nanoseconds{random.between(1'000'000, 3'000'000'000)},
                        random.between(1, count))
          .value();
    };
    bucket_table::settings levels;
    for (auto& level : levels)
      for (std::uint64_t i = random.between(0, 2); i > 0; --i)
        level.limits.push_back(small());
    bucket_table table(levels, random.one_in(3) ? 12 : 1'000);

    std::map<std::pair<limit_level, std::uint64_t>, grant_log> logs;
    nanoseconds shown{5s};
    nanoseconds passed{0};
    (void)table.standing({}, at(shown));
    for (int i = 0; i < 2'000; ++i) {
      const nanoseconds gap{random.below(random.one_in(20) ? 2'000'000'000 : 30'000'000)};
      if (random.one_in(50)) {
        shown -= gap * 100; // the clock steps back
      } else {
        shown += gap;
        passed += gap;
      }
      const std::array<std::string, 4> keys{"u" + std::to_string(random.below(5)),
                                            "c" + std::to_string(random.below(2)), "w", "a"};
      std::vector<level_key> way;
      for (std::size_t l = 0; l < 4; ++l)
        if (!random.one_in(6))
          way.push_back(named(static_cast<limit_level>(l), keys[l]));
      const auto before = left(table, way, shown);
      const nanoseconds ahead = random.one_in(2) ? 0ns : nanoseconds{random.below(500'000'000)};
      const limit_decision d = table.take(way, random.between(1, 6), at(shown), ahead);
      if (d.granted == 0) {
        REQUIRE(left(table, way, shown) == before);
        REQUIRE(d.wait > 0ns);
        continue;
      }
      REQUIRE(d.wait <= ahead);
      for (const level_key& k : way)
        logs[{k.level, k.hash}].add(passed + d.wait, d.granted);
    }
    for (const auto& [which, log] : logs)
      for (const limit& x : levels[static_cast<std::size_t>(which.first)].limits) {
        INFO(which.second << " " << to_string(x));
        REQUIRE(log.most_in_any_window(x.window) <= x.count);
      }
  }
}

TEST_CASE("nobody starves: asking again after the wait is granted", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    random_numbers random(seed);
    bucket_table table(two_levels({random.between(1, 9), 1s, 1}, {random.between(2, 20), 2s, 2}));
    nanoseconds now{0};
    for (int i = 0; i < 200; ++i) {
      const limit_decision d = table.take(path("u" + std::to_string(random.below(3)), "c"), 1, at(now));
      if (d.granted > 0)
        continue;
      now += d.wait;
      // With nobody between, the level that was named is ready; so are the others, which waited less.
      const std::string other = "u" + std::to_string(random.below(3));
      const limit_decision e = table.take(path(other, "c"), 1, at(now));
      if (e.granted == 0)
        REQUIRE(e.limiting == limit_level::user); // another user than the one who asked, with an own wait
    }
  }
}

TEST_CASE("buckets are made when charged and forgotten when full again", "[domain]") {
  bucket_table table(two_levels({60, 60s, 15}, {60, 60s, 15}));
  (void)table.standing(path("nobody", "nothing"), at(0s));
  (void)table.wait_for_all(path("nobody", "nothing"), 1, at(0s));
  CHECK(table.size() == 0);
  for (int i = 0; i < 1'000; ++i)
    CHECK(table.take(path(std::to_string(i), std::to_string(i)), 1, at(0s)).granted == 1);
  CHECK(table.size() == 2'000);
  // A token is back after 1.34 s. Takes sweep on their way, a slot each; there are no 10,000.
  for (int i = 0; i < 10'000; ++i)
    (void)table.take(path("one", "one"), 1, at(10s));
  CHECK(table.size() == 2);
}

TEST_CASE("a full table refuses newcomers for a moment rather than forget a bucket in use", "[domain]") {
  bucket_table table(two_levels({4, 60s, 1}, {1'000, 1ms, 1}), 10);
  std::size_t granted = 0;
  for (int i = 0; i < 100; ++i) {
    const limit_decision d = table.take(path(std::to_string(i), "c"), 1, at(nanoseconds{1ms * i}));
    granted += d.granted;
    if (d.granted == 0) {
      CHECK(d.overloaded);
      CHECK(d.wait > 0ns);
      CHECK_FALSE(d.limiting.has_value());
    }
    CHECK(table.size() <= 10);
  }
  CHECK(granted == 9);                                       // and the credential's
  CHECK(table.take(path("0", "c"), 1, at(1s)).granted == 0); // still known, still empty
  CHECK(table.take(path("new", "c"), 1, at(60s)).granted == 1);
}

TEST_CASE("a shadow level reports what it would refuse and lets it through", "[domain]") {
  auto levels = two_levels({4, 60s, 1}, {100, 60s, 25});
  levels[0].enforced = false;
  bucket_table table(levels);
  const limit_decision first = table.take(path("u", "c"), 1, at(0s));
  CHECK((first.granted == 1 && first.would_refuse.empty()));
  const limit_decision second = table.take(path("u", "c"), 1, at(0s));
  CHECK(second.granted == 1);
  CHECK(second.would_refuse.contains(limit_level::user));
  CHECK_FALSE(second.would_refuse.contains(limit_level::credential));
  CHECK(table.take(path("u", "c"), 1, at(21s))
            .would_refuse.empty()); // not charged for what it would have refused
}

TEST_CASE("a level says when four fifths of its burst are used up", "[domain]") {
  bucket_table table(two_levels({40, 60s, 10}, {400, 60s, 100}));
  CHECK(table.take(path("u", "c"), 7, at(0s)).near.empty());
  const limit_decision d = table.take(path("u", "c"), 1, at(0s));
  CHECK(d.near.contains(limit_level::user));
  CHECK_FALSE(d.near.contains(limit_level::credential));
}

TEST_CASE("what the other side says holds a key, and only that key", "[domain]") {
  bucket_table table(two_levels({60, 60s, 15}, {60, 60s, 15}));
  table.hold(named(limit_level::credential, "c"), 2'750ms, at(0s));
  const limit_decision d = table.take(path("u", "c"), 1, at(0s));
  CHECK(d.granted == 0);
  CHECK(d.wait == 2'750ms);
  CHECK(d.limiting == limit_level::credential);
  CHECK(table.take(path("u", "other"), 1, at(0s)).granted == 1);
  CHECK(table.take(path("u", "c"), 1, at(2'750ms)).granted == 1);
}

TEST_CASE("levels without limits let everything through and cost nothing", "[domain]") {
  bucket_table table({});
  CHECK(table.take(path("u", "c"), 1'000'000, at(0s)).granted == 1'000'000);
  CHECK(table.take({}, 1, at(0s)).granted == 1);
  CHECK(table.size() == 0);
}

TEST_CASE("changed limits apply to buckets in use", "[domain]") {
  bucket_table table(two_levels({60, 60s, 15}, {60, 60s, 15}));
  CHECK(table.take(path("u", "c"), 15, at(0s)).granted == 15);
  table.configure(two_levels({6'000, 60s, 1'500}, {6'000, 60s, 1'500}));
  CHECK(table.take(path("u", "c"), 1'000, at(30s)).granted == 1'000);
  table.configure(two_levels({2, 60s, 1}, {6'000, 60s, 1'500}));
  CHECK(table.take(path("u", "c"), 1, at(31s)).limiting == limit_level::user);
}
