// rooms: actors
/// What the hop to the RATE LIMITER costs: a call's way to the actor and back, from a thread that waits for
/// the answer, beside the same way to an actor that decides nothing (the baseline), and beside the decision
/// without any actor.
#include "actors/actor_system.hpp"
#include "actors/health.hpp"
#include "actors/rate_limiter.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace isacbot;
using namespace isacbot::actors;

struct no_network final : ports::http_client {
  void send(http::request, milliseconds, completion) override {}
};

rate_limiter_config usual() {
  rate_limiter_config out;
  for (auto& level : out.limits.levels)
    level.limits = {domain::make_limit(100'000'000, std::chrono::seconds{60}, 25'000'000).value()};
  return out;
}

acquire_request call_of(int i) {
  acquire_request out;
  out.who = {team_id{"T1"}, user_id{"U" + std::to_string(i % 1'000)}};
  out.credential = "credential" + std::to_string(i % 250);
  return out;
}

struct house {
  system_clock time;
  system_random random;
  no_network network;
  telemetry::metrics metrics;
  health_board health;
  environment env{time, random, network, metrics, telemetry::logger{}, health, account_names{"bench"}};
  system_config config;
  caf::actor_system system{config};
};

template <class Actor>
void ask(benchmark::State& state, house& h, const Actor& limiter) {
  caf::scoped_actor self{h.system};
  int i = 0;
  for (auto _ : state)
    self->request(limiter, caf::infinite, atom::acquire_v, call_of(i++))
        .receive([](const acquire_answer& answer) { benchmark::DoNotOptimize(answer.granted); },
                 [&](const caf::error&) { state.SkipWithError("refused"); });
  self->send_exit(limiter, caf::exit_reason::kill);
}

void empty_hop(benchmark::State& state) {
  house h;
  auto echo = h.system.spawn([]() -> caf::behavior {
    return {[](atom::acquire, const acquire_request& request) {
      acquire_answer out;
      out.granted = request.calls;
      return out;
    }};
  });
  ask(state, h, echo);
}

void limiter_hop(benchmark::State& state) {
  house h;
  const auto config = usual();
  rate_limiter_actor limiter = h.system.spawn<rate_limiter>(
      config, std::make_shared<rate_limiter_memory>(config, nullptr, h.env), storage_writer_actor{}, h.env);
  ask(state, h, limiter);
}

void decision_alone(benchmark::State& state) {
  house h;
  rate_limiter_memory memory(usual(), nullptr, h.env);
  int i = 0;
  for (auto _ : state) {
    const acquire_request request = call_of(i++);
    domain::call_wish wish;
    wish.user = request.who.team.value + '/' + request.who.user.value;
    wish.credential = request.credential;
    wish.workspace = request.who.team.value;
    benchmark::DoNotOptimize(memory.line.ask(std::move(wish), {h.time.steady_now(), h.time.now()}));
  }
}

} // namespace

BENCHMARK(decision_alone);
BENCHMARK(empty_hop);
BENCHMARK(limiter_hop);

BENCHMARK_MAIN();
