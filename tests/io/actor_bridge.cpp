#include "io/actor_bridge.hpp"

#include "io/io_context_pool.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <caf/all.hpp>
#include <catch2/catch_test_macros.hpp>

#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace isacbot;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

using add_request = caf::atom_constant<caf::atom("add")>;
using refuse_request = caf::atom_constant<caf::atom("refuse")>;
using throw_request = caf::atom_constant<caf::atom("throw")>;
using hold_request = caf::atom_constant<caf::atom("hold")>;
using drop_request = caf::atom_constant<caf::atom("drop")>;
using touch_request = caf::atom_constant<caf::atom("touch")>;
using pair_request = caf::atom_constant<caf::atom("pair")>;

/// Answers in every way an actor can.
using subject_actor = caf::typed_actor<caf::replies_to<add_request, int, int>::with<int>, //
                                       caf::replies_to<refuse_request>::with<int>,        //
                                       caf::replies_to<throw_request>::with<int>,         //
                                       caf::replies_to<hold_request>::with<int>,          //
                                       caf::reacts_to<drop_request>,                      //
                                       caf::replies_to<touch_request>::with<void>,        //
                                       caf::replies_to<pair_request>::with<int, std::string>>;

struct subject_state {
  std::vector<caf::typed_response_promise<int>> held;
  std::shared_ptr<std::promise<void>> holding; ///< fulfilled when the first promise is held
};

subject_actor::behavior_type subject(subject_actor::stateful_pointer<subject_state> self,
                                     std::shared_ptr<std::promise<void>> holding) {
  self->state.holding = std::move(holding);
  self->set_exception_handler([](std::exception_ptr&) -> caf::error { return caf::sec::runtime_error; });
  return {
      [](add_request, int a, int b) { return a + b; },
      [](refuse_request) -> caf::result<int> {
        error e = fail(ec::rate_limited, "bucket of the user", "wait");
        e.retry_after = 1500ms;
        return to_caf_error(e);
      },
      [](throw_request) -> int { throw std::runtime_error("a defect"); },
      [self](hold_request) -> caf::result<int> {
        self->state.held.push_back(self->make_response_promise<int>());
        if (self->state.holding)
          std::exchange(self->state.holding, nullptr)->set_value();
        return self->state.held.back();
      },
      [self](drop_request) { self->state.held.clear(); },
      [](touch_request) {},
      [](pair_request) -> caf::result<int, std::string> {
        return {7, std::string{"seven"}};
      },
  };
}

caf::actor_system_config& configure(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("sharing")).set("scheduler.max-threads", 2);
  return config;
}

/// The io_context is declared first, so that it outlives the actor system.
struct bridge_fixture {
  io::io_context_pool pool{1};
  caf::actor_system_config config;
  caf::actor_system system{configure(config)};
  asio::strand<asio::io_context::executor_type> strand = asio::make_strand(pool.context());
  std::shared_ptr<std::promise<void>> holding = std::make_shared<std::promise<void>>();
  subject_actor actor = system.spawn(subject, holding);

  ~bridge_fixture() { stop(); }
  void stop() { caf::anon_send_exit(actor, caf::exit_reason::user_shutdown); }

  /// Runs a request as a coroutine and waits for its result.
  template <class Result, class... Args>
  Result ask(milliseconds timeout, Args... args) {
    std::promise<Result> done;
    asio::co_spawn(
        strand,
        [&]() -> asio::awaitable<void> {
          Result r = co_await io::async_request(system, actor, timeout, strand, asio::use_awaitable, args...);
          CHECK(strand.running_in_this_thread());
          done.set_value(std::move(r));
        },
        [](const std::exception_ptr& e) { CHECK_FALSE(e); });
    return done.get_future().get();
  }
};

} // namespace

TEST_CASE_METHOD(bridge_fixture, "an actor's reply completes a coroutine on its strand", "[io]") {
  auto sum = ask<result<int>>(30s, add_request::value, 3, 4);
  REQUIRE(sum.has_value());
  CHECK(*sum == 7);
  CHECK(ask<result<void>>(30s, touch_request::value).has_value());
  auto pair = ask<result<std::tuple<int, std::string>>>(30s, pair_request::value);
  REQUIRE(pair.has_value());
  CHECK(*pair == std::tuple{7, std::string{"seven"}});
}

TEST_CASE_METHOD(bridge_fixture, "an actor's error arrives whole, and the actor lives on", "[io]") {
  auto refused = ask<result<int>>(30s, refuse_request::value);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ec::rate_limited);
  CHECK(refused.error().cause == "bucket of the user");
  CHECK(refused.error().retry_after == 1500ms);
  CHECK(*ask<result<int>>(30s, add_request::value, 1, 1) == 2);
}

TEST_CASE_METHOD(bridge_fixture, "a handler that throws is an internal fault, later requests find nobody",
                 "[io]") {
  auto thrown = ask<result<int>>(30s, throw_request::value);
  REQUIRE_FALSE(thrown.has_value());
  CHECK(thrown.error().code == ec::internal);
  auto later = ask<result<int>>(30s, add_request::value, 1, 1);
  REQUIRE_FALSE(later.has_value());
  CHECK(later.error().code == ec::timeout);
}

TEST_CASE_METHOD(bridge_fixture, "a null handle is reported, not followed", "[io]") {
  actor = subject_actor{};
  auto nobody = ask<result<int>>(30s, add_request::value, 1, 1);
  REQUIRE_FALSE(nobody.has_value());
  CHECK(nobody.error().code == ec::unavailable);
}

TEST_CASE_METHOD(bridge_fixture, "an actor that ends with the request in hand fails it at once", "[io]") {
  std::thread ender([this] {
    holding->get_future().wait();
    stop();
  });
  auto ended = ask<result<int>>(1h, hold_request::value);
  ender.join();
  CHECK_FALSE(ended.has_value());
}

TEST_CASE_METHOD(bridge_fixture, "a dropped promise is noticed at once, not at the timeout", "[io]") {
  std::thread dropper([this] {
    holding->get_future().wait();
    caf::anon_send(actor, drop_request::value);
  });
  auto dropped = ask<result<int>>(1h, hold_request::value);
  dropper.join();
  REQUIRE_FALSE(dropped.has_value());
  CHECK(dropped.error().code == ec::internal);
}

TEST_CASE_METHOD(bridge_fixture, "a request times out, and its late reply is ignored", "[io]") {
  auto late = ask<result<int>>(20ms, hold_request::value);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().code == ec::timeout);
  caf::anon_send(actor, drop_request::value);
  CHECK(*ask<result<int>>(30s, add_request::value, 2, 2) == 4);
}

TEST_CASE_METHOD(bridge_fixture, "a request is cancelled through its slot", "[io]") {
  asio::cancellation_signal signal;
  std::promise<result<int>> done;
  asio::post(strand, [&] {
    io::async_request(system, actor, 1h, strand,
                      asio::bind_cancellation_slot(signal.slot(), [&](result<int> r) { done.set_value(r); }),
                      hold_request::value);
  });
  holding->get_future().wait();
  asio::post(strand, [&] { signal.emit(asio::cancellation_type::terminal); });
  auto cancelled = done.get_future().get();
  REQUIRE_FALSE(cancelled.has_value());
  CHECK(cancelled.error().code == ec::cancelled);
}

TEST_CASE_METHOD(bridge_fixture, "many requests race replies, timeouts and drops: each completes once",
                 "[io]") {
  constexpr int n = 2000;
  std::atomic<int> completions = 0;
  std::promise<void> all;
  const auto count = [&](const auto&) {
    if (++completions == n)
      all.set_value();
  };
  for (int i = 0; i < n; ++i) {
    const auto timeout = milliseconds{i % 3 == 0 ? 1 : 30'000};
    if (i % 2 == 0)
      io::async_request(system, actor, timeout, pool.context().get_executor(), count, add_request::value, i,
                        i);
    else
      io::async_request(system, actor, timeout, pool.context().get_executor(), count, hold_request::value);
    if (i % 50 == 49)
      caf::anon_send(actor, drop_request::value);
  }
  // The io thread sends in the order of asking: this one comes after every promise is held.
  asio::post(pool.context(), [this] { caf::anon_send(actor, drop_request::value); });
  all.get_future().wait();
  CHECK(completions == n);
}
