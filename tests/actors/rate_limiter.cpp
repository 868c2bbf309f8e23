#include "actors/rate_limiter.hpp"

#include "actors/actor_fixture.hpp"
#include "actors/storage_writer.hpp"
#include "storage/memory_store.hpp"
#include "support/open_vault.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::actors;

namespace {

struct limiter_fixture : test::actor_fixture {
  limiter_fixture() {
    domain::limit rule{60, std::chrono::minutes{1}, 15};
    config.limits.levels[static_cast<std::size_t>(domain::limit_level::user)] = {{rule}, true};
    config.limits.levels[static_cast<std::size_t>(domain::limit_level::credential)] = {{rule}, true};
    memory = std::make_shared<rate_limiter_memory>(config, nullptr, env);
    start();
  }

  void start() {
    limiter = system.spawn<rate_limiter>(config, memory, storage_writer_actor{}, env);
    run();
  }

  ~limiter_fixture() { end(limiter); }

  acquire_answer acquire(const std::string& user, const std::string& credential, std::uint64_t calls,
                         bool may_wait) {
    acquire_request request;
    request.who = {team_id{"T1"}, user_id{user}};
    request.credential = credential;
    request.calls = calls;
    request.may_wait = may_wait;
    auto pending = self->request(limiter, caf::infinite, atom::acquire_v, request);
    run();
    return receive<acquire_answer>(pending).value.value();
  }

  rate_limiter_config config;
  std::shared_ptr<rate_limiter_memory> memory;
  rate_limiter_actor limiter;
};

} // namespace

TEST_CASE("a member goes at once within the burst, then waits", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 15, false).granted == 15);
  CHECK(f.acquire("U1", "a", 1, false).granted == 0);
  auto booked = f.acquire("U1", "a", 2, true);
  CHECK(booked.granted == 2);
  CHECK(booked.admission.step == domain::admission_step::wait_out);
  f.advance(seconds{60});
  CHECK(f.acquire("U1", "a", 4, false).granted == 4);
}

TEST_CASE("members who share an account share its allowance", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "shared", 15, false).granted == 15);
  CHECK(f.acquire("U2", "shared", 1, false).granted == 0);
  CHECK(f.acquire("U2", "own", 1, false).granted == 1); // and the refusal had charged nothing
}

TEST_CASE("what Station says about an account counts more than our own books", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 1, false).granted == 1);
  station_count told;
  told.credential = "a";
  told.not_before = milliseconds{5'000};
  f.self->send(f.limiter, atom::correct_v, told);
  f.run();
  CHECK(f.acquire("U1", "a", 1, false).granted == 0);
  CHECK(f.acquire("U1", "b", 1, false).granted == 1);
  f.advance(milliseconds{5'001});
  CHECK(f.acquire("U1", "a", 1, false).granted == 1);
}

namespace {

acquire_request bulk_of(const std::string& user, const std::string& credential) {
  acquire_request request;
  request.who = {team_id{"T1"}, user_id{user}};
  request.credential = credential;
  request.bulk = true;
  return request;
}

/// With a database behind it, as in the service.
struct kept_fixture : test::actor_fixture {
  explicit kept_fixture() {
    config.limits.levels[static_cast<std::size_t>(domain::limit_level::address)] = {
        {domain::limit{100, std::chrono::minutes{10}, 40}}, true};
    config.limits.company_day = 30;
    start();
  }
  ~kept_fixture() { stop(); }

  void start() {
    writer = system.spawn<storage_writer>(storage_writer_config{}, std::ref(store), env);
    limiter = system.spawn<rate_limiter>(config, std::make_shared<rate_limiter_memory>(config, &table, env),
                                         writer, env);
    run();
  }
  void stop() {
    end(limiter);
    end(writer);
  }
  /// Calls until one is refused. @returns how many were granted
  std::uint64_t take_all(bool counted) {
    std::uint64_t granted = 0;
    for (int i = 0; i < 200; ++i) {
      acquire_request request;
      request.who = {team_id{"T1"}, user_id{"U1"}};
      request.credential = "a";
      request.counted = counted;
      request.may_wait = false;
      auto pending = self->request(limiter, caf::infinite, atom::acquire_v, request);
      run();
      granted += receive<acquire_answer>(pending).value.value().granted;
    }
    return granted;
  }

  storage::memory_store store;
  storage::vault sealer = test::open_vault(store, random);
  storage::limits_table table{store, sealer};
  rate_limiter_config config;
  storage_writer_actor writer;
  rate_limiter_actor limiter;
};

} // namespace

TEST_CASE("a command in line is told when its turn has come", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 15, true).granted == 15);
  const auto place = f.acquire("U1", "a", 6, true);
  CHECK(place.granted == 0);
  REQUIRE(place.ticket != 0);
  CHECK(place.admission.step == domain::admission_step::queue);
  CHECK(place.admission.wait == seconds{8});
  auto claimed = f.self->request(f.limiter, caf::infinite, atom::claim_v, place.ticket);
  f.advance(milliseconds{7'000});
  f.advance(milliseconds{1'001});
  CHECK(f.receive<acquire_answer>(claimed).value.value().granted == 6);
  CHECK(f.metrics.serialize().find(
            R"(isacbot_rate_limit_decisions_total{decision="queued",level="user"} 1)") != std::string::npos);
}

TEST_CASE("a turn that comes before it is claimed is kept for its owner", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 15, true).granted == 15);
  const auto place = f.acquire("U1", "a", 6, true);
  f.advance(seconds{9});
  auto claimed = f.self->request(f.limiter, caf::infinite, atom::claim_v, place.ticket);
  f.run();
  CHECK(f.receive<acquire_answer>(claimed).value.value().granted == 6);
  auto again = f.self->request(f.limiter, caf::infinite, atom::claim_v, place.ticket);
  f.run();
  CHECK(f.receive<acquire_answer>(again).failure.value().code == ec::overloaded);
}

TEST_CASE("a place that is cancelled takes nothing", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 15, true).granted == 15);
  const auto place = f.acquire("U1", "a", 12, true);
  f.self->send(f.limiter, atom::cancel_v, place.ticket);
  f.advance(seconds{21});
  CHECK(f.acquire("U1", "a", 15, false).granted == 15);
}

TEST_CASE("bulk work is answered when its turn has come, or in vain", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 15, false).granted == 15);
  auto pending = f.self->request(f.limiter, caf::infinite, atom::acquire_v, bulk_of("U2", "a"));
  f.run();
  CHECK(f.acquire("U1", "a", 1, false).granted == 0); // nobody overtakes it, but it leaves room
  f.advance(seconds{17});
  f.advance(milliseconds{334});
  CHECK(f.receive<acquire_answer>(pending).value.value().granted == 1);
}

TEST_CASE("changed limits apply at once, also to those who wait", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 15, true).granted == 15);
  const auto place = f.acquire("U1", "a", 15, true);
  auto claimed = f.self->request(f.limiter, caf::infinite, atom::claim_v, place.ticket);
  auto changed = f.self->request(f.limiter, caf::infinite, atom::change_v, changed_limits{});
  f.run();
  changed.receive([](atom::done) {}, [](caf::error&) { FAIL("not changed"); });
  CHECK(f.receive<acquire_answer>(claimed).value.value().granted == 15);
}

TEST_CASE("a changed deadline holds from now on, also for the actor's successor", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 15, true).granted == 15);
  CHECK(f.acquire("U1", "a", 12, true).admission.step == domain::admission_step::queue); // 16 s
  auto told = f.self->request(f.limiter, caf::infinite, atom::change_v,
                              changed_limits{f.config.limits, std::chrono::seconds{10}});
  f.run();
  told.receive([](atom::done) {}, [](caf::error&) { FAIL("not changed"); });
  CHECK(f.acquire("U2", "a", 12, true).admission.step == domain::admission_step::stop);
  f.end(f.limiter);
  f.start();
  CHECK(f.acquire("U2", "a", 12, true).admission.step == domain::admission_step::stop);
}

TEST_CASE("a remaining count of Station lowers what we think is left", "[actors]") {
  limiter_fixture f;
  station_count told;
  told.credential = "a";
  told.remaining = 2;
  f.self->send(f.limiter, atom::correct_v, told);
  f.run();
  CHECK(f.acquire("U1", "a", 3, false).granted == 0);
  CHECK(f.acquire("U1", "a", 2, false).granted == 2);
}

TEST_CASE("a company's day as Station tells it holds for all its accounts", "[actors]") {
  limiter_fixture f;
  for (const char* account : {"a", "b"}) {
    station_count told;
    told.credential = account;
    told.quota = trustar::request_quota{"acme", 300, 298, std::chrono::hours{24}, {}, {}};
    f.self->send(f.limiter, atom::correct_v, told);
  }
  f.run();
  CHECK(f.acquire("U1", "a", 2, false).granted == 2);
  CHECK(f.acquire("U2", "b", 1, false).granted == 0);
  CHECK(f.acquire("U3", "other", 1, false).granted == 1);
}

TEST_CASE("what was taken of long limits and of the day survives a crash", "[actors]") {
  kept_fixture f;
  CHECK(f.take_all(true) == 30);
  for (int crash = 0; crash < 3; ++crash) {
    f.stop();
    f.start();
    CHECK(f.take_all(true) == 0);
  }
  const auto submissions = f.take_all(false);
  CHECK(submissions <= 10); // of forty
  f.stop();
  f.start();
  CHECK(f.take_all(false) == 0);
}

TEST_CASE("without a lease on disk nothing of a long limit is granted", "[actors]") {
  kept_fixture f;
  f.end(f.writer);
  acquire_request request;
  request.credential = "a";
  request.may_wait = false;
  auto pending = f.self->request(f.limiter, caf::infinite, atom::acquire_v, request);
  f.run();
  for (int i = 0; i < 3; ++i)
    f.advance(seconds{1});
  CHECK(f.receive<acquire_answer>(pending).value.value().granted == 0);
}
