#include "domain/day_counter.hpp"

#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <memory>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::random_numbers;

namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr sys_time noon = from_epoch_ms(20'000 * day_ms + day_ms / 2);

bool take(day_counter& counter, company_index company, std::uint64_t n, sys_time at) {
  if (!counter.check(company, n, at).granted)
    return false;
  counter.count(company, n, at);
  return true;
}

} // namespace

TEST_CASE("a day has its number of calls, and the next day begins at midnight UTC", "[domain]") {
  day_counter counter(10);
  CHECK(take(counter, 0, 8, noon));
  CHECK_FALSE(take(counter, 0, 3, noon)); // all or none
  CHECK(counter.standing(0, noon).used == 8);
  CHECK(counter.check(0, 2, noon).near);
  CHECK(take(counter, 0, 2, noon));
  const sys_time midnight = start_of(day_of(noon) + 1);
  CHECK_FALSE(take(counter, 0, 1, midnight - milliseconds{1}));
  CHECK(take(counter, 0, 10, midnight));
  CHECK(counter.standing(0, noon).resets_in == std::chrono::hours{12});
  CHECK(day_of(from_epoch_ms(-1)) == -1);
}

TEST_CASE("companies count apart", "[domain]") {
  day_counter counter(3);
  const company_index other = counter.index_of("other");
  CHECK(other != 0);
  CHECK(counter.index_of("other") == other);
  CHECK(take(counter, 0, 3, noon));
  CHECK(take(counter, other, 3, noon));
  CHECK_FALSE(take(counter, other, 1, noon));
}

TEST_CASE("a clock that is set back over midnight and forth again gives no day twice", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    INFO("seed " << seed);
    random_numbers random(seed);
    const std::uint64_t limit = random.between(1, 40);
    day_counter counter(limit);
    std::map<day_number, std::uint64_t> granted;
    sys_time now = start_of(20'000);
    for (int i = 0; i < 3'000; ++i) {
      now += milliseconds{random.below(600'000)};
      // As long as it doesn't go back more than a day.
      const sys_time shown = random.one_in(4) ? now - milliseconds{random.below(day_ms / 2)} : now;
      const std::uint64_t n = random.between(1, 4);
      if (take(counter, 0, n, shown))
        granted[day_of(shown)] += n;
    }
    for (const auto& [day, calls] : granted)
      REQUIRE(calls <= limit);
  }
}

TEST_CASE("what Station has counted wins over our own count", "[domain]") {
  day_counter counter(0); // none of our own
  CHECK(take(counter, 0, 1'000, noon));
  const company_index acme = counter.index_of("acme");
  counter.correct(acme, 300, 290, noon);
  CHECK(counter.standing(acme, noon).limit == 300);
  CHECK(take(counter, acme, 10, noon));
  CHECK_FALSE(take(counter, acme, 1, noon));
  // The next answer may not have seen the ten: they count on top, until it is asked once more.
  counter.correct(acme, 300, 280, noon);
  CHECK(counter.standing(acme, noon).used == 290);
  counter.correct(acme, 300, 290, noon);
  CHECK(counter.standing(acme, noon).used == 290);
  CHECK(take(counter, acme, 10, noon));
}

TEST_CASE("the smaller of Station's number and ours holds", "[domain]") {
  day_counter counter(50);
  counter.correct(0, 300, 0, noon);
  CHECK(counter.standing(0, noon).limit == 50);
  counter.configure(500);
  CHECK(counter.standing(0, noon).limit == 300);
}

TEST_CASE("a day that Station calls used up is over, and only that day", "[domain]") {
  day_counter counter(0);
  counter.exhaust(0, noon);
  CHECK_FALSE(take(counter, 0, 1, noon));
  CHECK(take(counter, 0, 1, noon + std::chrono::hours{12}));
  counter.exhaust(0, noon);
  counter.correct(0, 300, 10, noon); // somebody has raised the number
  CHECK(take(counter, 0, 1, noon));
}

TEST_CASE("nothing is granted that no lease on disk covers", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    random_numbers random(seed);
    const std::uint64_t limit = random.between(1, 400);
    std::map<day_number, std::uint64_t> granted;
    std::map<day_number, std::uint64_t> disk;
    auto counter = std::make_unique<day_counter>(limit);
    counter->keep(true);
    sys_time now = noon;
    for (int i = 0; i < 1'500; ++i) {
      now += milliseconds{random.below(200'000)};
      const std::uint64_t n = random.between(1, 6);
      if (take(*counter, 0, n, now))
        granted[day_of(now)] += n;
      const auto wanted = counter->take_wanted();
      if (random.one_in(10)) {
        counter->failed(wanted);
      } else {
        for (const day_lease& x : wanted)
          disk[x.day] = std::max(disk[x.day], x.calls);
        if (!random.one_in(10)) // else the answer is lost
          counter->written(wanted);
        else
          counter->failed(wanted);
      }
      for (const auto& [day, calls] : granted)
        REQUIRE(disk[day] >= calls);
      if (random.one_in(100)) { // a crash
        counter = std::make_unique<day_counter>(limit);
        counter->keep(true);
        for (const auto& [day, calls] : disk)
          counter->restore({"", day, calls});
      }
    }
    for (const auto& [day, calls] : granted)
      REQUIRE(calls <= limit);
    REQUIRE(granted[day_of(noon)] > 0);
  }
}
