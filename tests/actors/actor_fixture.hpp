/// Actors under CAF's deterministic scheduler: one thread, a hand-driven clock, a network that the test
/// answers.
#pragma once

#include "actors/caf_error.hpp"
#include "actors/environment.hpp"
#include "actors/interfaces.hpp"
#include "telemetry/metrics.hpp"

#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace isacbot::test {

/// Keeps what actors send until the test answers it.
class scripted_http final : public ports::http_client {
 public:
  struct exchange {
    http::request request;
    milliseconds deadline;
    completion done;
  };

  void send(http::request request, milliseconds deadline, completion done) override {
    waiting.push_back({std::move(request), deadline, std::move(done)});
  }
  /// Takes the oldest request; the test answers it through `done`.
  exchange take() {
    auto first = std::move(waiting.front());
    waiting.pop_front();
    return first;
  }

  std::deque<exchange> waiting;
};

struct test_config : caf::actor_system_config {
  test_config() {
    set("scheduler.policy", caf::atom("testing"));
    add_message_types<caf::id_block::isacbot_messages>();
  }
};

struct actor_fixture {
  test_config caf_config;
  caf::actor_system system{caf_config};
  caf::scheduler::test_coordinator& scheduler =
      dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  manual_clock time;
  seeded_random random{1};
  scripted_http network;
  telemetry::metrics metrics;
  actors::health_board health;
  actors::environment env{
      time, random, network, metrics, telemetry::logger{}, health, actors::account_names{"test"}};
  caf::scoped_actor self{system, true};

  void run() { scheduler.run(); }
  /// Ends an actor: nobody else runs the last messages when the system goes.
  template <class Handle>
  void end(Handle& handle) {
    self->send_exit(handle, caf::exit_reason::kill);
    run();
    destroy(handle);
  }
  /// Moves both clocks, ours and CAF's, and runs what became due.
  void advance(milliseconds by) {
    time.advance(by);
    scheduler.advance_time(by);
    run();
  }
  /// Answers the oldest request of the network, and runs. @returns the request
  http::request answer(result<http::response> with) {
    auto exchange = network.take();
    exchange.done(std::move(with));
    run();
    return exchange.request;
  }

  /// What came of a request: filled in by `receive` when the answer is there.
  template <class T>
  struct reply {
    std::optional<T> value;
    std::optional<error> failure;
  };
  /// Receives the answer of a request that has been answered; the handle is kept by the caller until then.
  template <class T, class Handle>
  static reply<T> receive(Handle& pending) {
    reply<T> out;
    pending.receive([&](T& value) { out.value = std::move(value); },
                    [&](caf::error& e) { out.failure = from_caf_error(e); });
    return out;
  }
};

} // namespace isacbot::test
