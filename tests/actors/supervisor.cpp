// Actors that fail, and what the others see of it.
#include "actors/supervisor.hpp"

#include "actors/actor_fixture.hpp"
#include "actors/exception_log.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

using namespace isacbot;
using namespace isacbot::actors;

namespace {

/// What a patient has done, seen from outside.
struct chart {
  int starts = 0;
  int stops = 0;
  std::vector<std::int64_t> heard;
  bool refuse_to_start = false;
};

/// Speaks the limiter's language: "acquire" answers how many calls were asked for, "cancel" is noted, and an
/// account named "poison" is too much for it.
rate_limiter_actor::behavior_type patient(rate_limiter_actor::pointer self, chart* c) {
  log_exceptions(*self, {}, "patient");
  ++c->starts;
  self->attach_functor([c] { ++c->stops; });
  return {
      [](atom::acquire, const acquire_request& request) {
        if (request.credential == "poison")
          throw std::runtime_error("poisoned");
        acquire_answer answer;
        answer.granted = request.calls;
        return answer;
      },
      [](atom::claim, std::uint64_t) { return acquire_answer{}; },
      [c](atom::cancel, std::uint64_t ticket) { c->heard.push_back(static_cast<std::int64_t>(ticket)); },
      [](atom::status, const acquire_request&) { return standings{}; },
      [](atom::correct, const station_count& told) {
        if (told.credential == "poison")
          throw std::runtime_error("poisoned");
      },
      [](atom::change, const changed_limits&) { return atom::done_v; },
      [](atom::internal, std::uint64_t) {},
  };
}

struct supervisor_fixture : test::actor_fixture {
  supervisor_fixture() {
    supervised what{"patient", "", make_seat(system, "patient"), [this] {
                      if (patient_chart.refuse_to_start)
                        throw std::runtime_error("not today");
                      return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(patient, &patient_chart));
                    }};
    address = caf::actor_cast<rate_limiter_actor>(what.place.address);
    watcher = system.spawn<supervisor>(policy, std::vector<supervised>{std::move(what)}, env);
    run();
  }
  ~supervisor_fixture() {
    end(address);
    end(watcher);
  }

  void poison() {
    station_count told;
    told.credential = "poison";
    self->send(address, atom::correct_v, told);
    run();
  }
  reply<acquire_answer> ask(std::uint64_t calls) {
    acquire_request request;
    request.calls = calls;
    auto pending = self->request(address, caf::infinite, atom::acquire_v, request);
    run();
    return receive<acquire_answer>(pending);
  }
  [[nodiscard]] bool ready() const {
    auto parts = health.entries();
    return std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part.usable; });
  }

  domain::restart_policy policy;
  chart patient_chart;
  rate_limiter_actor address;
  supervisor_actor watcher;
};

} // namespace

TEST_CASE_METHOD(supervisor_fixture, "messages reach the actor in the seat", "[actors]") {
  CHECK(ask(3).value.value().granted == 3);
  CHECK(patient_chart.starts == 1);
}

TEST_CASE_METHOD(supervisor_fixture, "an actor that fails is started again under the same address",
                 "[actors]") {
  poison();
  CHECK(patient_chart.stops == 1);
  CHECK(patient_chart.starts == 1);

  advance(policy.pause.first);
  CHECK(patient_chart.starts == 2);
  CHECK(ask(5).value.value().granted == 5);
  CHECK(metrics.serialize().find("isacbot_actor_restarts_total{actor=\"patient\"} 1") != std::string::npos);
  CHECK(ready());
}

TEST_CASE_METHOD(supervisor_fixture, "between failure and restart everything waits", "[actors]") {
  poison();
  auto pending = self->request(address, caf::infinite, atom::acquire_v, acquire_request{});
  for (std::uint64_t i = 1; i <= 3; ++i)
    self->send(address, atom::cancel_v, i);
  run();
  CHECK(patient_chart.heard.empty());
  advance(policy.pause.first);
  CHECK(patient_chart.heard == std::vector<std::int64_t>{1, 2, 3});
  CHECK(receive<acquire_answer>(pending).value.has_value());
}

TEST_CASE_METHOD(supervisor_fixture, "a seat that stays vacant keeps a bounded number of messages",
                 "[actors]") {
  patient_chart.refuse_to_start = true;
  poison();
  for (std::size_t i = 0; i < seat::max_kept + 50; ++i)
    self->send(address, atom::cancel_v, std::uint64_t{i});
  patient_chart.refuse_to_start = false;
  advance(policy.pause.longest);
  CHECK(patient_chart.heard.size() == seat::max_kept);
}

TEST_CASE_METHOD(supervisor_fixture, "requests to an actor that keeps failing are refused at once",
                 "[actors]") {
  patient_chart.refuse_to_start = true;
  poison();
  auto waiting = self->request(address, caf::infinite, atom::acquire_v, acquire_request{});
  advance(policy.pause.first);
  advance(policy.pause.first * 2);
  auto waited = receive<acquire_answer>(waiting);
  REQUIRE(waited.failure.has_value());
  CHECK(waited.failure->code == ec::unavailable);
  auto refused = ask(1);
  REQUIRE(refused.failure.has_value());
  CHECK(refused.failure->code == ec::unavailable);
  CHECK(refused.failure->mend.find("try again") != std::string::npos);
}

TEST_CASE_METHOD(supervisor_fixture,
                 "pauses grow, and an actor that keeps failing makes the service not ready", "[actors]") {
  patient_chart.refuse_to_start = true;
  poison();
  CHECK(ready());
  advance(policy.pause.first);
  advance(policy.pause.first * 2);
  CHECK_FALSE(ready());
  auto parts = health.entries();
  auto named =
      std::find_if(parts.begin(), parts.end(), [](const auto& p) { return p.part == "actor patient"; });
  REQUIRE(named != parts.end());
  CHECK(named->reason.find("log") != std::string::npos);

  patient_chart.refuse_to_start = false;
  advance(policy.pause.longest);
  CHECK(patient_chart.starts == 2);
  CHECK_FALSE(ready()); // not trusted yet
  advance(policy.stable_after);
  CHECK(ready());
}

TEST_CASE_METHOD(supervisor_fixture,
                 "an actor that is stopped on purpose stays stopped, and its watchers know", "[actors]") {
  self->monitor(address);
  self->send_exit(address, caf::exit_reason::user_shutdown);
  run();
  bool told = false;
  self->receive([&](const caf::down_msg& down) { told = down.reason == caf::exit_reason::user_shutdown; });
  CHECK(told);
  advance(policy.pause.longest);
  CHECK(patient_chart.starts == 1);
  CHECK(patient_chart.stops == 1);
  CHECK(ask(1).failure.has_value()); // at once, as of any actor that has ended
}

TEST_CASE_METHOD(supervisor_fixture, "a vacant seat can be closed", "[actors]") {
  patient_chart.refuse_to_start = true;
  poison();
  auto waiting = self->request(address, caf::infinite, atom::acquire_v, acquire_request{});
  self->monitor(address);
  self->send_exit(address, caf::exit_reason::user_shutdown);
  run();
  bool told = false;
  self->receive([&](const caf::down_msg&) { told = true; });
  CHECK(told);
  CHECK(receive<acquire_answer>(waiting).failure.has_value());
}
