#include "domain/limit_tree.hpp"

#include "domain/grant_log.hpp"
#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <memory>
#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;
using isacbot::test::grant_log;
using isacbot::test::random_numbers;

namespace {

constexpr hash_key key{1, 2};
constexpr sys_time morning = from_epoch_ms(20'000LL * 86'400'000);

moment at(nanoseconds passed) {
  return {steady_time{passed}, morning + std::chrono::floor<milliseconds>(passed)};
}

limit_tree_settings all_levels(limit user, limit credential, limit workspace, limit address) {
  limit_tree_settings out;
  out.levels[0].limits = {user};
  out.levels[1].limits = {credential};
  out.levels[2].limits = {workspace};
  out.levels[3].limits = {address};
  return out;
}

take_request calls(std::uint64_t n, std::string_view user = "u", std::string_view credential = "c",
                   std::string_view workspace = "w") {
  return {{user, credential, workspace}, n};
}

std::vector<std::uint64_t> left(limit_tree& tree, const take_request& way, moment now) {
  std::vector<std::uint64_t> out;
  for (const limit_standing& s : tree.standing(way.who, now))
    out.push_back(s.available);
  return out;
}

/// What is judged: nobody's number in any window at any level, by the log of what was granted.
struct judged_run {
  std::uint64_t worst_excess = 0; ///< over all levels and limits
  bool refused_for_nothing = false;
};

/// A storm of callers with interleaved ways, clock steps, both clocks apart.
judged_run run_storm(std::uint64_t seed, limit_tree_sabotage sabotage) {
  random_numbers random(seed);
  const auto small = [&] {
    const std::uint64_t count = random.between(1, 14);
    return make_limit(count, nanoseconds{random.between(1'000'000, 3'000'000'000)}, random.between(1, count))
        .value();
  };
  limit_tree_settings settings;
  for (auto& level : settings.levels)
    for (std::uint64_t i = random.between(1, 2); i > 0; --i)
      level.limits.push_back(small());
  settings.company_day = random.between(20, 400);
  limit_tree tree(settings, {seed, ~seed}, random.one_in(3) ? 40 : 1'000);
  tree.sabotage = sabotage;

  judged_run out;
  std::map<std::pair<std::size_t, std::string>, grant_log> logs;
  std::map<day_number, std::uint64_t> days;
  nanoseconds passed{0};
  moment now = at(5s);
  (void)tree.standing({}, now);
  for (int i = 0; i < 2'500; ++i) {
    const nanoseconds gap{random.below(random.one_in(20) ? 2'000'000'000 : 30'000'000)};
    if (random.one_in(50)) {
      now.steady -= gap * 100; // the monotonic clock steps back, as some machines' do
    } else {
      now.steady += gap;
      passed += gap;
    }
    now.wall += std::chrono::floor<milliseconds>(gap * 50'000); // a day in two seconds or so
    if (random.one_in(40))
      now.wall -= milliseconds{random.below(3'600'000)};
    const std::array<std::string, 4> keys{"u" + std::to_string(random.below(5)),
                                          "c" + std::to_string(random.below(2)),
                                          "w" + std::to_string(random.below(2)), ""};
    take_request wanted = calls(random.between(1, 6), keys[0], keys[1], keys[2]);
    wanted.counted = !random.one_in(4);
    wanted.leave = random.one_in(4) ? spare::most : spare::nothing;
    const auto before = left(tree, wanted, now);
    const nanoseconds ahead = random.one_in(2) ? 0ns : nanoseconds{random.below(500'000'000)};
    const limit_decision d = tree.take(wanted, now, ahead);
    if (d.granted == 0) {
      out.refused_for_nothing = out.refused_for_nothing || left(tree, wanted, now) != before;
      continue;
    }
    for (std::size_t level = 0; level < 4; ++level)
      logs[{level, keys[level]}].add(passed + d.wait, d.granted);
    if (wanted.counted)
      days[day_of(now.wall + std::chrono::ceil<milliseconds>(d.wait))] += d.granted;
  }
  for (const auto& [which, log] : logs)
    for (const limit& x : settings.levels[which.first].limits)
      if (const auto most = log.most_in_any_window(x.window); most > x.count)
        out.worst_excess = std::max(out.worst_excess, most - x.count);
  for (const auto& [day, n] : days)
    if (n > settings.company_day)
      out.worst_excess = std::max(out.worst_excess, n - settings.company_day);
  return out;
}

} // namespace

TEST_CASE("every level can be the one that refuses, and then none is charged", "[domain]") {
  const limit wide{400, 60s, 100}, narrow{8, 60s, 2};
  for (std::size_t level = 0; level < 5; ++level) {
    auto settings = all_levels(wide, wide, wide, wide);
    if (level < 4)
      settings.levels[level].limits = {narrow};
    settings.company_day = level == 4 ? 2 : 1'000;
    limit_tree tree(settings, key);
    CHECK(tree.take(calls(2), at(0s)).granted == 2);
    const auto before = left(tree, calls(1), at(0s));
    const limit_decision d = tree.take(calls(1), at(0s));
    CHECK(d.granted == 0);
    CHECK(d.limiting == static_cast<limit_level>(level));
    CHECK(d.wait > 0s);
    CHECK(left(tree, calls(1), at(0s)) == before);
  }
}

TEST_CASE("never above the number in any window or day at any level, and refusals charge none", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const judged_run run = run_storm(seed, {});
    REQUIRE(run.worst_excess == 0);
    REQUIRE_FALSE(run.refused_for_nothing);
  }
}

TEST_CASE("the judge sees levels that are charged one after the other", "[domain]") {
  bool seen = false;
  for (std::uint64_t seed = 1; seed <= 5 && !seen; ++seed)
    seen = run_storm(seed, {.charge_inner_first = true}).refused_for_nothing;
  CHECK(seen);
}

TEST_CASE("thousands at the same moment get the burst, no more", "[domain]") {
  auto settings = all_levels({60, 60s, 15}, {60, 60s, 15}, {600, 60s, 150}, {1'000, 5min, 250});
  settings.company_day = 120;
  limit_tree tree(settings, key);
  std::uint64_t granted = 0;
  for (int i = 0; i < 10'000; ++i)
    granted += tree.take(calls(1, "u" + std::to_string(i), "c" + std::to_string(i % 20)), at(0s)).granted;
  CHECK(granted == 120); // of twenty credentials with fifteen each: the company's day is the smallest
}

TEST_CASE("submissions don't count on the company's day", "[domain]") {
  limit_tree_settings settings;
  settings.company_day = 1;
  limit_tree tree(settings, key);
  CHECK(tree.take(calls(1), at(0s)).granted == 1);
  const limit_decision refused = tree.take(calls(1), at(1h));
  CHECK(refused.limiting == limit_level::company_day);
  CHECK(refused.wait == 23h);
  take_request submission = calls(1);
  submission.counted = false;
  CHECK(tree.take(submission, at(1h)).granted == 1);
  CHECK(tree.take(calls(1), at(24h)).granted == 1);
}

TEST_CASE("a company's day in shadow mode lets pass and tells", "[domain]") {
  limit_tree_settings settings;
  settings.company_day = 1;
  settings.company_day_enforced = false;
  limit_tree tree(settings, key);
  CHECK(tree.take(calls(1), at(0s)).would_refuse.empty());
  const limit_decision d = tree.take(calls(1), at(0s));
  CHECK(d.granted == 1);
  CHECK(d.would_refuse.contains(limit_level::company_day));
}

TEST_CASE("credentials that Station counts as one company share its day", "[domain]") {
  limit_tree tree({}, key);
  tree.told_quota("c1", "acme", 100, 98, at(0s));
  tree.told_quota("c2", "acme", 100, 98, at(0s));
  tree.told_quota("c3", "other", 100, 0, at(0s));
  CHECK(tree.take(calls(2, "u1", "c1"), at(0s)).granted == 2);
  CHECK(tree.take(calls(1, "u2", "c2"), at(0s)).limiting == limit_level::company_day);
  CHECK(tree.take(calls(5, "u3", "c3"), at(0s)).granted == 5);
}

TEST_CASE("a 429 that lasts to midnight is about the day, a shorter one about the credential", "[domain]") {
  limit_tree tree(all_levels({60, 60s, 15}, {60, 60s, 15}, {60, 60s, 15}, {60, 60s, 15}), key);
  tree.hold("c", 2'750ms, at(12h));
  CHECK(tree.take(calls(1), at(12h)).wait == 2'750ms);
  CHECK(tree.take(calls(1), at(12h)).limiting == limit_level::credential);
  CHECK(tree.take(calls(1, "u", "other"), at(12h)).granted == 1);
  tree.hold("c", 12h - 5s, at(12h + 10s));
  CHECK(tree.take(calls(1), at(13h)).limiting == limit_level::company_day);
  take_request submission = calls(1);
  submission.counted = false;
  CHECK(tree.take(submission, at(13h)).granted == 1);
}

TEST_CASE("a header that tells less than we count lowers the bucket, one that tells more doesn't raise it",
          "[domain]") {
  limit_tree tree(all_levels({60, 60s, 15}, {60, 60s, 15}, {60, 60s, 15}, {60, 60s, 15}), key);
  tree.lower("c", 3, at(0s));
  CHECK(left(tree, calls(1), at(0s)) == std::vector<std::uint64_t>{15, 3, 15, 15});
  tree.lower("c", 1'000, at(0s));
  CHECK(left(tree, calls(1), at(0s)) == std::vector<std::uint64_t>{15, 3, 15, 15});
}

TEST_CASE("a restart gives no call of a long limit twice, wherever the crash falls", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    random_numbers random(seed);
    limit_tree_settings settings;
    const std::uint64_t count = random.between(1, 60);
    settings.levels[0].limits = {make_limit(count, 600s, random.between(1, count)).value()};
    settings.levels[3].limits = {make_limit(200, 900s, random.between(1, 200)).value()};
    settings.company_day = random.between(100, 2'000);
    const auto start = [&] {
      auto tree = std::make_unique<limit_tree>(settings, hash_key{7, 9});
      tree->keep_long_limits(5min);
      return tree;
    };
    std::map<std::uint64_t, std::pair<bucket_lease, sys_time>> disk;
    std::map<day_number, std::uint64_t> disk_days;
    std::map<std::string, grant_log> logs;
    std::map<day_number, std::uint64_t> days;
    auto tree = start();
    nanoseconds passed{0};
    nanoseconds since_start{0};
    std::uint64_t granted = 0;
    for (int i = 0; i < 3'000; ++i) {
      const nanoseconds gap{random.below(8'000'000'000)};
      passed += gap;
      since_start += gap;
      // Each process has a monotonic clock of its own; the wall clock goes on.
      const moment now{steady_time{since_start}, at(passed).wall};
      const std::string user = "u" + std::to_string(random.below(3));
      const limit_decision d = tree->take(calls(random.between(1, 4), user), now);
      if (d.granted > 0) {
        logs[user].add(passed, d.granted);
        logs[""].add(passed, d.granted);
        days[day_of(now.wall)] += d.granted;
        granted += d.granted;
      }
      auto changes = tree->take_changes(now);
      if (random.one_in(8)) {
        tree->failed(changes);
      } else {
        for (std::size_t k = 0; k < changes.buckets.size(); ++k)
          disk[changes.buckets[k].key] = {changes.buckets[k], changes.full_at[k]};
        for (const std::uint64_t full : changes.full)
          disk.erase(full);
        for (const day_lease& x : changes.days)
          disk_days[x.day] = std::max(disk_days[x.day], x.calls);
        tree->written(changes);
      }
      if (random.one_in(150)) { // a crash
        tree = start();
        since_start = nanoseconds{random.below(1'000'000'000)};
        const moment begin{steady_time{since_start}, now.wall};
        for (const auto& [id, row] : disk)
          tree->restore(row.first, row.second, begin);
        for (const auto& [day, n] : disk_days)
          tree->restore({"", day, n});
      }
    }
    REQUIRE(granted > 50);
    for (const auto& [user, log] : logs)
      for (const limit& x : settings.levels[user.empty() ? 3 : 0].limits) {
        INFO(user << " " << to_string(x));
        REQUIRE(log.most_in_any_window(x.window) <= x.count);
      }
    for (const auto& [day, n] : days)
      REQUIRE(n <= settings.company_day);
  }
}

TEST_CASE("a long limit waits for its first lease only, the next ones come ahead", "[domain]") {
  limit_tree_settings settings;
  settings.levels[3].limits = {make_limit(1'000, 5min, 250).value()};
  limit_tree tree(settings, key);
  tree.keep_long_limits(5min);
  CHECK(tree.take(calls(1), at(0s)).unsaved);
  tree.written(tree.take_changes(at(0s)));
  std::size_t writes = 0;
  for (int i = 0; i < 250; ++i) {
    CHECK(tree.take(calls(1), at(1ms * i)).granted == 1);
    if (const auto changes = tree.take_changes(at(1ms * i)); !changes.empty()) {
      ++writes;
      tree.written(changes);
    }
  }
  CHECK(writes <= 10);
}
