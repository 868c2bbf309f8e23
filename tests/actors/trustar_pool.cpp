#include "actors/trustar_pool.hpp"

#include "actors/actor_fixture.hpp"
#include "actors/rate_limiter.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::actors;

namespace {

http::response json_answer(unsigned status, std::string body) {
  return http::make_response(status, "application/json", std::move(body));
}

const http::response token_answer = json_answer(
    200,
    R"({"access_token":"6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10","token_type":"bearer","expires_in":599,"scope":"read"})");
const http::response expired =
    json_answer(400, R"({"error":"invalid_request","error_description":"Expired oauth2 access token"})");
const http::response pong = http::make_response(200, "text/plain", "pong");

struct pool_fixture : test::actor_fixture {
  explicit pool_fixture(std::size_t workers = 1, std::size_t max_queued = 8,
                        trustar_pool_config config = {}) {
    config.worker.station = {"http://station.example", "1"};
    config.worker.tokens = std::make_shared<token_cache>();
    config.workers = workers;
    config.queue.max_items = max_queued;
    pool = system.spawn<trustar_pool>(config, env);
    run();
  }

  ~pool_fixture() { end(pool); }

  trustar_call ping(const std::string& name = "ping", bool bulk = false) {
    trustar_call call;
    call.credentials = {secret{"key"}, secret{"key-secret"}};
    call.bulk = bulk;
    call.make = [name](const trustar::origin& station, const secret& token) -> result<http::request> {
      auto request = trustar::make_ping_request(station, token);
      request.headers.add("X-Name", name);
      return request;
    };
    return call;
  }
  auto send(trustar_call call) { return self->request(pool, caf::infinite, atom::call_v, std::move(call)); }

  trustar_pool_actor pool;
};

bool is_token_request(const http::request& r) {
  return r.target.ends_with("/oauth/token");
}
std::string name_of(const http::request& r) {
  return std::string(r.headers.find("X-Name").value_or(""));
}

} // namespace

TEST_CASE("a call signs in once and the next one reuses the token", "[actors]") {
  pool_fixture f;
  auto first = f.send(f.ping());
  f.run();
  CHECK(is_token_request(f.answer(token_answer)));
  auto sent = f.answer(pong);
  CHECK(sent.headers.find("Authorization") == "Bearer 6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10");
  CHECK(f.receive<http_response_ptr>(first).value);

  auto second = f.send(f.ping());
  f.run();
  CHECK_FALSE(is_token_request(f.answer(pong)));
  CHECK(f.receive<http_response_ptr>(second).value);

  f.advance(std::chrono::minutes{10}); // the token's life is over
  auto third = f.send(f.ping());
  f.run();
  CHECK(is_token_request(f.answer(token_answer)));
  f.answer(pong);
  CHECK(f.receive<http_response_ptr>(third).value);
}

TEST_CASE("an expired token is renewed and the call repeated, once", "[actors]") {
  pool_fixture f;
  auto call = f.send(f.ping());
  f.run();
  f.answer(token_answer);
  f.answer(expired);
  CHECK(is_token_request(f.answer(token_answer)));
  f.answer(expired); // a Station that always says so must not be asked for ever
  auto reply = f.receive<http_response_ptr>(call);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == ec::token_expired);
  CHECK(f.network.waiting.empty());
}

TEST_CASE("a 400 with other words is no token fault and is not repeated", "[actors]") {
  pool_fixture f;
  auto call = f.send(f.ping());
  f.run();
  f.answer(token_answer);
  f.answer(
      json_answer(400, R"({"error":"invalid_request","error_description":"expired OAuth2 access token"})"));
  auto reply = f.receive<http_response_ptr>(call);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == ec::upstream_rejected);
  CHECK(f.network.waiting.empty());
}

TEST_CASE("a failed sign-in is certain not to have had an effect", "[actors]") {
  pool_fixture f;
  auto call = f.send(f.ping());
  f.run();
  f.answer(fail(ec::timeout, "no answer"));
  auto reply = f.receive<http_response_ptr>(call);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == ec::unavailable);
  CHECK_FALSE(is_ambiguous(reply.failure->code));
}

TEST_CASE("a lost answer of the call itself stays ambiguous", "[actors]") {
  pool_fixture f;
  auto call = f.send(f.ping());
  f.run();
  f.answer(token_answer);
  f.answer(fail(ec::upstream_failed, "the connection broke"));
  auto reply = f.receive<http_response_ptr>(call);
  REQUIRE(reply.failure);
  CHECK(is_ambiguous(reply.failure->code));
}

TEST_CASE("credentials on trial are judged by a fresh token", "[actors]") {
  pool_fixture f;
  auto known = f.send(f.ping());
  f.run();
  f.answer(token_answer);
  f.answer(pong);
  CHECK(f.receive<http_response_ptr>(known).value);
  auto trial = f.ping();
  trial.fresh_token = true;
  auto judged = f.send(std::move(trial));
  f.run();
  CHECK(is_token_request(
      f.answer(json_answer(401, R"({"error":"unauthorized","error_description":"Bad credentials"})"))));
  auto reply = f.receive<http_response_ptr>(judged);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == ec::unauthorized);
}

TEST_CASE("a token is not found under the same key with another secret", "[actors]") {
  token_cache tokens;
  steady_time now{seconds{100}};
  tokens.put({secret{"key"}, secret{"right"}}, secret{"token"}, now + seconds{600}, now);
  CHECK(tokens.find({secret{"key"}, secret{"right"}}, now));
  CHECK_FALSE(tokens.find({secret{"key"}, secret{"wrong"}}, now));
  CHECK_FALSE(tokens.find({secret{"key"}, secret{"right"}}, now + seconds{595})); // too close to its end
}

TEST_CASE("lookups go before bulk work, each in its order", "[actors]") {
  pool_fixture f;
  auto a = f.send(f.ping("a", true));
  auto b = f.send(f.ping("b", true));
  auto c = f.send(f.ping("c", false));
  auto d = f.send(f.ping("d", false));
  f.run();
  f.answer(token_answer);
  std::string order;
  for (int i = 0; i < 4; ++i)
    order += name_of(f.answer(pong));
  CHECK(order == "acdb"); // "a" had the only worker before anybody else came
  for (auto* handle : {&a, &b, &c, &d})
    CHECK(f.receive<http_response_ptr>(*handle).value);
}

TEST_CASE("bulk work leaves one of several workers to people", "[actors]") {
  pool_fixture f{2};
  auto a = f.send(f.ping("a", true));
  auto b = f.send(f.ping("b", true));
  f.run();
  CHECK(f.network.waiting.size() == 1);
  auto c = f.send(f.ping("c", false));
  f.run();
  CHECK(f.network.waiting.size() == 2);
  while (!f.network.waiting.empty()) {
    bool token = is_token_request(f.network.waiting.front().request);
    f.answer(token ? token_answer : pong);
  }
  for (auto* handle : {&a, &b, &c})
    CHECK(f.receive<http_response_ptr>(*handle).value);
}

TEST_CASE("a full queue refuses at once", "[actors]") {
  pool_fixture f{1, 1};
  auto running = f.send(f.ping());
  f.run();
  auto queued = f.send(f.ping());
  auto refused = f.send(f.ping());
  f.run();
  auto reply = f.receive<http_response_ptr>(refused);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == ec::overloaded);
  f.answer(token_answer);
  f.answer(pong);
  f.answer(pong);
  CHECK(f.receive<http_response_ptr>(running).value);
  CHECK(f.receive<http_response_ptr>(queued).value);
}

TEST_CASE("members take turns, whoever asked first for how much", "[actors]") {
  pool_fixture f;
  std::vector<decltype(f.send(f.ping()))> handles;
  auto ask = [&](const char* name, const char* user) {
    auto call = f.ping(name);
    call.who = {team_id{"T1"}, user_id{user}};
    handles.push_back(f.send(std::move(call)));
  };
  ask("first", "U0");
  f.run();
  for (const char* name : {"a", "b", "c"})
    ask(name, "U1");
  ask("x", "U2");
  ask("y", "U3");
  f.run();
  f.answer(token_answer);
  std::string order;
  for (int i = 0; i < 6; ++i)
    order += name_of(f.answer(pong));
  CHECK(order == "firstaxybc");
  for (auto& handle : handles)
    CHECK(f.receive<http_response_ptr>(handle).value);
}

TEST_CASE("bulk work never has more than half of the workers", "[actors]") {
  pool_fixture f{4};
  std::vector<decltype(f.send(f.ping()))> handles;
  for (int i = 0; i < 6; ++i)
    handles.push_back(f.send(f.ping("bulk", true)));
  f.run();
  CHECK(f.network.waiting.size() == 2);
  while (!f.network.waiting.empty()) {
    const bool token = is_token_request(f.network.waiting.front().request);
    f.answer(token ? token_answer : pong);
    CHECK(f.network.waiting.size() <= 2);
  }
  for (auto& handle : handles)
    CHECK(f.receive<http_response_ptr>(handle).value);
}

namespace {

/// A pool that tells a limiter what Station says.
struct telling_fixture : test::actor_fixture {
  explicit telling_fixture(milliseconds quota_interval) {
    domain::limit rule{60, std::chrono::minutes{1}, 15};
    rate_limiter_config limits;
    limits.limits.levels[static_cast<std::size_t>(domain::limit_level::credential)] = {{rule}, true};
    limiter = system.spawn<rate_limiter>(limits, std::make_shared<rate_limiter_memory>(limits, nullptr, env),
                                         storage_writer_actor{}, env);
    trustar_pool_config config;
    config.worker.station = {"http://station.example", "1"};
    config.worker.tokens = std::make_shared<token_cache>();
    config.limiter = limiter;
    config.workers = 1;
    config.quota_interval = quota_interval;
    pool = system.spawn<trustar_pool>(config, env);
    run();
  }
  ~telling_fixture() {
    end(pool);
    end(limiter);
  }
  /// What is left for the account at each level.
  std::vector<std::uint64_t> left() {
    acquire_request request;
    request.credential = env.accounts({secret{"key"}, secret{"key-secret"}});
    auto pending = self->request(limiter, caf::infinite, atom::status_v, request);
    run();
    std::vector<std::uint64_t> out;
    const auto told = receive<standings>(pending);
    for (const auto& x : told.value.value())
      out.push_back(x.available);
    return out;
  }
  trustar_call ping() {
    trustar_call call;
    call.credentials = {secret{"key"}, secret{"key-secret"}};
    call.make = [](const trustar::origin& station, const secret& token) -> result<http::request> {
      return trustar::make_ping_request(station, token);
    };
    return call;
  }
  void call(http::response with) {
    auto pending = self->request(pool, caf::infinite, atom::call_v, ping());
    run();
    if (is_token_request(network.waiting.front().request))
      answer(token_answer);
    answer(std::move(with));
    (void)receive<http_response_ptr>(pending);
  }

  rate_limiter_actor limiter;
  trustar_pool_actor pool;
};

} // namespace

TEST_CASE("headers and waits of Station correct the account's limit", "[actors]") {
  telling_fixture f{milliseconds{0}};
  CHECK(f.left() == std::vector<std::uint64_t>{15});
  auto counted = pong;
  counted.headers.add("RateLimit", R"("default";r=4;t=30)");
  f.call(counted);
  CHECK(f.left() == std::vector<std::uint64_t>{4});
  f.call(json_answer(429,
                     R"({"message":"Request limit exceeded for the current time period.","waitTime":2750})"));
  CHECK(f.left() == std::vector<std::uint64_t>{0});
  f.advance(milliseconds{2'751});
  CHECK(f.left() == std::vector<std::uint64_t>{1});
  CHECK(f.network.waiting.empty()); // nobody asked for quotas
}

TEST_CASE("an account in use has its company's day asked for, now and then", "[actors]") {
  telling_fixture f{std::chrono::minutes{15}};
  const auto quota =
      json_answer(200, R"([{"guid":"b7b0","maxRequests":300,"usedRequests":12,)"
                       R"("timeWindow":86400000,"lastResetTime":0,"nextResetTime":86400000}])");
  f.call(pong);
  REQUIRE(f.network.waiting.size() == 1);
  CHECK(f.answer(quota).target == "http://station.example/api/1.3/request-quotas");
  CHECK(f.left().back() == 288);
  f.call(pong);
  CHECK(f.network.waiting.empty()); // not again so soon
  f.advance(std::chrono::minutes{16});
  f.call(pong);
  REQUIRE(f.network.waiting.size() == 1);
  if (is_token_request(f.network.waiting.front().request))
    f.answer(token_answer);
  f.answer(json_answer(200, "[]")); // a company without a quota
  CHECK(f.left().back() == 288);
}
