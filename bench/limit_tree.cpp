// rooms: domain
// What a decision over the whole tree of limits costs: user, credential, workspace, address, and the
// company's day with the company that the credential belongs to. Beside it what it cannot be faster than: as
// many bare look-ups and updates of a number by key, over as many keys, in the same run. Compare the items
// per second. Counters: bytes per user at rest, and allocations per decision when warm.
#include "domain/limit_tree.hpp"

#include "core/bytes.hpp"
#include "domain/admission_line.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

std::atomic<std::uint64_t> allocations{0};

} // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size))
    return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;

constexpr std::size_t users_per_workspace = 1'000;
constexpr std::size_t companies = 50;

struct population {
  explicit population(std::size_t users, bool shared_keys) {
    for (std::size_t i = 0; i < users; ++i) {
      workspace.push_back("T" + std::to_string(10'000'000 + i / users_per_workspace));
      user.push_back(workspace.back() + "/U" + std::to_string(100'000'000 + i));
      // A keyed hash, as account_names makes them.
      credential.push_back(hmac_sha256("key of the hash", std::to_string(shared_keys ? i / 4 : i)));
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
  std::vector<std::string> workspace;
  std::vector<std::uint32_t> order;
};

limit_tree_settings whole_tree() {
  limit_tree_settings out;
  out.levels[0].limits = {make_limit(6'000'000, 60s, 1'500'000).value()}; // so that calls are granted
  out.levels[1].limits = {make_limit(6'000'000, 60s, 1'500'000).value()};
  out.levels[2].limits = {make_limit(100'000'000, 60s, 25'000'000).value()};
  out.levels[3].limits = {make_limit(1'000'000'000, 300s, 250'000'000).value()};
  out.company_day = 1'000'000'000;
  return out;
}

limit_tree tree_of(const population& people) {
  limit_tree tree(whole_tree(), {1, 2});
  // Who belongs to which company is told by Station; as many as it can tell at most.
  for (std::size_t i = 0; i < std::min<std::size_t>(people.user.size(), 50'000); ++i)
    tree.told_quota(people.credential[i], "company" + std::to_string(i % companies), 1'000'000'000, 0, {});
  return tree;
}

take_request call_of(const population& people, std::uint32_t who) {
  return {{people.user[who], people.credential[who], people.workspace[who]}};
}

/// The same number of look-ups and updates by key: six, over maps of the same sizes.
void bare_look_ups(benchmark::State& state) {
  const population people(static_cast<std::size_t>(state.range(0)), state.range(1) != 0);
  std::unordered_map<std::string, std::uint64_t> used;
  std::unordered_map<std::string, std::uint64_t> company_of;
  std::vector<std::uint64_t> days(companies + 1);
  for (std::size_t i = 0; i < people.user.size(); ++i) {
    used[people.user[i]] = 0;
    used[people.credential[i]] = 0;
    used[people.workspace[i]] = 0;
    if (i < 50'000)
      company_of[people.credential[i]] = i % companies;
  }
  used["address"] = 0;
  const std::string address = "address";
  std::size_t i = 0;
  for (auto _ : state) {
    const std::uint32_t who = people.order[i++ % people.order.size()];
    benchmark::DoNotOptimize(++used.find(people.user[who])->second);
    benchmark::DoNotOptimize(++used.find(people.credential[who])->second);
    benchmark::DoNotOptimize(++used.find(people.workspace[who])->second);
    benchmark::DoNotOptimize(++used.find(address)->second);
    const auto company = company_of.find(people.credential[who]);
    benchmark::DoNotOptimize(++days[company == company_of.end() ? companies : company->second]);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

void decisions(benchmark::State& state) {
  const population people(static_cast<std::size_t>(state.range(0)), state.range(1) != 0);
  limit_tree tree = tree_of(people);
  // Everybody is known; buckets are not full again while this runs.
  for (int round = 0; round < 4; ++round)
    for (std::uint32_t who = 0; who < people.user.size(); ++who)
      (void)tree.take(call_of(people, who), {});
  std::size_t i = 0;
  std::int64_t granted = 0;
  const std::uint64_t before = allocations.load();
  for (auto _ : state) {
    const std::uint32_t who = people.order[i % people.order.size()];
    const moment now{steady_time{std::chrono::nanoseconds{static_cast<std::int64_t>(i++)}}, sys_time{}};
    const limit_decision d = tree.take(call_of(people, who), now);
    granted += d.granted > 0 ? 1 : 0;
    benchmark::DoNotOptimize(d);
  }
  const std::uint64_t after = allocations.load();
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
  state.counters["granted"] = static_cast<double>(granted) / static_cast<double>(state.iterations());
  state.counters["allocations"] = static_cast<double>(after - before);
  state.counters["bytes_per_user"] =
      static_cast<double>(tree.buckets().memory()) / static_cast<double>(people.user.size());
  state.counters["buckets"] = static_cast<double>(tree.buckets().size());
}

/// The line before the tree while nobody waits: what a call costs without the hop to the actor.
void admissions(benchmark::State& state) {
  const population people(static_cast<std::size_t>(state.range(0)), state.range(1) != 0);
  admission_line line({}, tree_of(people));
  std::size_t i = 0;
  for (auto _ : state) {
    const std::uint32_t who = people.order[i % people.order.size()];
    call_wish wish;
    wish.user = people.user[who];
    wish.credential = people.credential[who];
    wish.workspace = people.workspace[who];
    wish.may_wait = false;
    const moment now{steady_time{std::chrono::nanoseconds{static_cast<std::int64_t>(i++)}}, sys_time{}};
    benchmark::DoNotOptimize(line.ask(std::move(wish), now));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

} // namespace

// Arguments: users, and whether four of them share a key.
BENCHMARK(bare_look_ups)->Args({1'000, 1})->Args({1'000'000, 1})->Args({1'000'000, 0});
BENCHMARK(decisions)->Args({1'000, 1})->Args({1'000'000, 1})->Args({1'000'000, 0});
BENCHMARK(admissions)->Args({1'000, 1});

BENCHMARK_MAIN();
