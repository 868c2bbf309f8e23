// rooms: domain
// A limiter decision over a million users beside what it cannot be faster than: as many bare look-ups and
// updates of a number by key, over as many keys, in the same run. Compare the items per second of the two.
#include "domain/bucket_table.hpp"
#include "domain/keyed_hash.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;

struct population {
  explicit population(std::size_t users) {
    for (std::size_t i = 0; i < users; ++i) {
      user.push_back("T0ABCDEFG/U" + std::to_string(100'000'000 + i));
      credential.push_back("c" + std::to_string(100'000'000 + i / 4)); // four members share a key
    }
    // Visited in an order that no cache foresees: a full-period generator over a power of two.
    std::uint64_t at = 1;
    for (std::size_t i = 0; i < users; ++i) {
      at = at * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      order.push_back(static_cast<std::uint32_t>((at >> 33) % users));
    }
  }
  std::vector<std::string> user;
  std::vector<std::string> credential;
  std::vector<std::uint32_t> order;
};

std::size_t users_of(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

void bare_look_ups(benchmark::State& state) {
  const population people(users_of(state));
  std::unordered_map<std::string, std::uint64_t> used;
  for (std::size_t i = 0; i < people.user.size(); ++i) {
    used[people.user[i]] = 0;
    used[people.credential[i]] = 0;
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const std::uint32_t who = people.order[i++ % people.order.size()];
    benchmark::DoNotOptimize(++used.find(people.user[who])->second);
    benchmark::DoNotOptimize(++used.find(people.credential[who])->second);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

void decisions(benchmark::State& state) {
  const population people(users_of(state));
  bucket_table::settings levels;
  levels[0].limits = {make_limit(60, 60s, 15).value()};
  levels[1].limits = {make_limit(60, 60s, 15).value()};
  constexpr hash_key key{1, 2};
  bucket_table table(levels, 4'000'000);
  const auto take = [&](std::uint32_t who, steady_time now) {
    const std::array<level_key, 2> path{{{limit_level::user, short_hash(key, people.user[who])},
                                         {limit_level::credential, short_hash(key, people.credential[who])}}};
    return table.take(path, 1, now);
  };
  // Empty buckets stay in the table: everybody is known, and most decisions are refusals and grants in turn.
  for (int round = 0; round < 3; ++round)
    for (std::uint32_t who = 0; who < people.user.size(); ++who)
      take(who, steady_time{});
  state.counters["buckets"] = static_cast<double>(table.size());
  std::size_t i = 0;
  std::int64_t granted = 0;
  for (auto _ : state) {
    const std::uint32_t who = people.order[i % people.order.size()];
    const limit_decision d = take(who, steady_time{std::chrono::nanoseconds{static_cast<std::int64_t>(i++)}});
    granted += d.granted > 0 ? 1 : 0;
    benchmark::DoNotOptimize(d);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
  state.counters["granted"] = static_cast<double>(granted) / static_cast<double>(state.iterations());
}

} // namespace

BENCHMARK(bare_look_ups)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(decisions)->Arg(1'000)->Arg(1'000'000);

BENCHMARK_MAIN();
