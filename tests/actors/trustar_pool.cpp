#include "actors/trustar_pool.hpp"

#include "actors/actor_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

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
  explicit pool_fixture(std::size_t workers = 1, std::size_t max_queued = 8) {
    trustar_pool_config config;
    config.worker.station = {"http://station.example", "1"};
    config.worker.tokens = std::make_shared<token_cache>();
    config.workers = workers;
    config.max_queued = max_queued;
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
