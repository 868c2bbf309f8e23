// Fairness in virtual time, judged by what people would measure: how long lookups take, who gets how much.
#include "domain/call_simulation.hpp"
#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::test;
using namespace std::chrono_literals;

namespace {

limit_tree_settings usual_limits() {
  limit_tree_settings out;
  out.levels[0].limits = {make_limit(60, 60s, 15).value()};
  out.levels[1].limits = {make_limit(60, 60s, 15).value()};
  out.levels[3].limits = {make_limit(1'000, 5min, 250).value()};
  return out;
}

std::string user(std::size_t i) {
  return "U" + std::to_string(i);
}

struct load {
  bool shared_key = false; ///< all ten use one credential
  bool bulk = false;       ///< user 0 hands in 50,000 rows, in 500 parts
  bool fair = true;
};

struct outcome {
  nanoseconds p99; ///< of all lookups
  std::size_t refused;
  std::size_t bulk_calls;
};

/// Ten users for an hour; nine look something up now and then, at random moments that are the same in every
/// run.
outcome an_hour_of(load what) {
  simulation_settings settings;
  settings.limits = usual_limits();
  settings.fair = what.fair;
  call_simulation out(settings);
  random_numbers random(11);
  const auto key_of = [&](std::size_t i) { return what.shared_key ? std::string("key") : "key" + user(i); };
  const std::uint64_t pause = what.shared_key ? 180'000 : 30'000; // on average, in ms
  for (std::size_t i = 1; i < 10; ++i)
    for (nanoseconds when{0}; when < 1h;) {
      when += milliseconds{random.between(1, 2 * pause)};
      out.lookup(when, user(i), key_of(i));
    }
  if (what.bulk)
    out.bulk(1s, user(0), key_of(0), 500, 20);
  out.run_until(2h);
  std::vector<nanoseconds> all;
  for (const auto& [who, took] : out.lookups)
    all.insert(all.end(), took.begin(), took.end());
  return {percentile(all, 0.99), out.refused, out.bulk_calls[user(0)]};
}

} // namespace

TEST_CASE("a list of 50,000 rows leaves the others' lookups as quick as before", "[domain]") {
  for (const bool shared : {false, true}) {
    INFO("one key for all: " << shared);
    const auto idle = an_hour_of({shared, false, true});
    const auto busy = an_hour_of({shared, true, true});
    const nanoseconds before = idle.p99;
    const nanoseconds during = busy.p99;
    INFO("p99 idle " << before.count() / 1'000'000 << " ms, busy " << during.count() / 1'000'000 << " ms");
    REQUIRE(before >= 400ms); // four calls of 100 ms
    CHECK(during <= 2 * before);
    CHECK(busy.refused == 0);
    CHECK(busy.bulk_calls == 500); // and the list is through
  }
}

TEST_CASE("a short list beside a long one and lookups of the same key goes as soon as a lookup", "[domain]") {
  simulation_settings settings;
  settings.limits = usual_limits();
  call_simulation run(settings);
  run.bulk(0s, user(0), "key", 10'000, 20);
  for (nanoseconds when = 10s; when < 1h; when += 20s)
    run.lookup(when, user(1), "key");
  for (nanoseconds when = 61s; when < 1h; when += 97s)
    run.bulk(when, user(2), "key", 1, 1);
  run.run_until(1h);
  REQUIRE(run.first_parts[user(2)].size() > 30);
  CHECK(percentile(run.first_parts[user(2)], 1.0) <= 2s); // as bulk work: until the burst is nearly full
}

TEST_CASE("without a fair queue the same list holds the others up", "[domain]") {
  const auto before = an_hour_of({true, false, true}).p99;
  const auto during = an_hour_of({true, true, false}).p99;
  INFO("p99 idle " << before.count() / 1'000'000 << " ms, unfair " << during.count() / 1'000'000 << " ms");
  CHECK(during > 2 * before);
}

TEST_CASE("equal users get equal shares of one key", "[domain]") {
  simulation_settings settings;
  settings.limits = usual_limits();
  for (const bool bulk : {false, true}) {
    INFO("bulk: " << bulk);
    call_simulation run(settings);
    for (std::size_t i = 0; i < 10; ++i) {
      if (bulk)
        run.bulk(nanoseconds{1s * i}, user(i), "key", 10'000, 1 + i); // the more eager get no more
      else
        for (nanoseconds when = 1s * i; when < 1h; when += 20s)
          run.lookup(when, user(i), "key");
    }
    run.run_until(1h);
    std::vector<double> shares;
    for (std::size_t i = 0; i < 10; ++i)
      shares.push_back(static_cast<double>(run.calls[user(i)]));
    CHECK(jain_index(shares) >= 0.99);
    double all = 0;
    for (double x : shares)
      all += x;
    CHECK(all >= 0.95 * 45 * 60); // and the key is used: 45 calls a minute is what it gives
  }
}

TEST_CASE("workspaces share an address evenly, however many users they have", "[domain]") {
  simulation_settings settings;
  settings.limits.levels[3].limits = {make_limit(600, 60s, 60).value()}; // 540 a minute for all
  settings.bulk_call = 10ms; // the address is what is scarce, not the workers
  call_simulation run(settings);
  for (std::size_t i = 0; i < 12; ++i) // eleven users of one, one of the other
    run.bulk(0s, user(i), "key" + user(i), 100'000, 8, i == 11 ? "small" : "big");
  run.run_until(5min);
  double big = 0;
  for (std::size_t i = 0; i < 11; ++i)
    big += static_cast<double>(run.calls[user(i)]);
  const auto small = static_cast<double>(run.calls[user(11)]);
  CHECK(jain_index({big, small}) >= 0.99);
}

TEST_CASE("bulk work keeps its share when people want everything", "[domain]") {
  simulation_settings settings;
  settings.limits = usual_limits();
  call_simulation run(settings);
  for (std::size_t i = 1; i < 10; ++i)
    for (nanoseconds when = 1s * i; when < 1h; when += 15s)
      run.lookup(when, user(i), "key");
  run.bulk(0s, user(0), "key", 10'000, 4);
  run.run_until(1h);
  double people = 0;
  for (std::size_t i = 1; i < 10; ++i)
    people += static_cast<double>(run.calls[user(i)]);
  const auto bulk = static_cast<double>(run.calls[user(0)]);
  INFO("people " << people << ", bulk " << bulk);
  CHECK(bulk >= 0.18 * (people + bulk)); // a fifth, less a call or two in the balance
  CHECK(people >= 0.75 * (people + bulk));
}
