#include "actors/rate_limiter.hpp"

#include "actors/actor_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::actors;

namespace {

struct limiter_fixture : test::actor_fixture {
  limiter_fixture() {
    rate_limiter_config config;
    domain::limit rule{60, std::chrono::minutes{1}, 15};
    config.levels[static_cast<std::size_t>(domain::limit_level::user)] = {{rule}, true};
    config.levels[static_cast<std::size_t>(domain::limit_level::credential)] = {{rule}, true};
    limiter = system.spawn(rate_limiter, std::make_shared<rate_limiter_state>(config, env), env.log);
  }

  ~limiter_fixture() { end(limiter); }

  acquire_answer acquire(const std::string& user, const std::string& credential, std::uint64_t calls,
                         bool reserve) {
    acquire_request request;
    request.who = {team_id{"T1"}, user_id{user}};
    request.credential = credential;
    request.calls = calls;
    request.reserve = reserve;
    auto pending = self->request(limiter, caf::infinite, atom::acquire_v, request);
    run();
    return receive<acquire_answer>(pending).value.value();
  }

  rate_limiter_actor limiter;
};

} // namespace

TEST_CASE("a member goes at once within the burst, then waits", "[actors]") {
  limiter_fixture f;
  CHECK(f.acquire("U1", "a", 15, false).granted == 15);
  CHECK(f.acquire("U1", "a", 1, false).granted == 0);
  auto reserved = f.acquire("U1", "a", 4, true);
  CHECK(reserved.granted == 4);
  CHECK(reserved.admission.step == domain::admission_step::queue);
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
  f.self->send(f.limiter, atom::hold_v, std::string("a"), std::int64_t{5'000});
  f.run();
  CHECK(f.acquire("U1", "a", 1, false).granted == 0);
  CHECK(f.acquire("U1", "b", 1, false).granted == 1);
  f.advance(milliseconds{5'001});
  CHECK(f.acquire("U1", "a", 1, false).granted == 1);
}
