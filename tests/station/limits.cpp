#include "station/call_limits.hpp"

#include "station/fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <deque>

using namespace isacbot;
using namespace isacbot::test;

TEST_CASE("the sixty-first call of a minute is refused with the exact body", "[station]") {
  station_fixture f;
  http::fields bearer{{"Authorization", "Bearer " + f.token(f.alice)}};
  CHECK(f.send("GET", "/api/1.3/ping", bearer).status == 200);
  f.time.advance(milliseconds(57'250));
  for (int i = 1; i < 60; ++i)
    CHECK(f.send("GET", "/api/1.3/nothing", bearer).status == 404); // failed calls count
  auto refused = f.send("GET", "/api/1.3/ping", bearer);
  CHECK(refused.status == 429);
  CHECK(refused.body ==
        R"({"message":"Request limit exceeded for the current time period.  Please wait 2750 )"
        R"(milliseconds before making more requests.","waitTime":2750})");
  CHECK(refused.headers.count("Trace-Id") == 1);
  CHECK(f.ask_token(f.alice).status == 200); // the token is outside the limit
  CHECK(f.call(f.bob, "GET", "/ping").status == 200);
  f.time.advance(milliseconds(2749));
  CHECK(bj::parse(f.send("GET", "/api/1.3/ping", bearer).body).at("waitTime") == 1);
  f.time.advance(milliseconds(1));
  CHECK(f.send("GET", "/api/1.3/ping", bearer).status == 200);
}

TEST_CASE("in no window of sixty seconds are more calls granted than the limit", "[station]") {
  seeded_random random(11);
  for (std::uint32_t limit : {1U, 3U, 60U}) {
    manual_clock time;
    station::minute_limit minute(time, limit);
    std::deque<steady_time> granted;
    std::size_t count = 0;
    for (int i = 0; i < 5'000; ++i) {
      time.advance(milliseconds(random_bits(random) % (i % 100 == 0 ? 90'000 : 900)));
      steady_time now = time.steady_now();
      while (!granted.empty() && granted.front() + seconds(60) <= now)
        granted.pop_front();
      auto wait = minute.admit("a");
      // Exact in both directions: refused only when the window is full, and for as long as it is.
      REQUIRE(wait.has_value() == (granted.size() == limit));
      if (wait) {
        CHECK(*wait >= milliseconds(1));
        CHECK(granted.front() + seconds(60) <= now + *wait);
        CHECK(granted.front() + seconds(60) > now + *wait - milliseconds(2));
      } else {
        granted.push_back(now);
        ++count;
      }
    }
    CHECK(count > limit);
  }
}

TEST_CASE("zero switches the minute off", "[station]") {
  station_fixture f(unlimited());
  http::fields bearer{{"Authorization", "Bearer " + f.token(f.alice)}};
  for (int i = 0; i < 200; ++i)
    REQUIRE(f.send("GET", "/api/1.3/ping", bearer).status == 200);
  CHECK(f.call(f.alice, "GET", "/request-quotas").body == "[]");
}

TEST_CASE("a company's day is shared, spares submissions, and ends at midnight UTC", "[station]") {
  station::service_settings settings = unlimited();
  settings.calls_per_day = 3;
  station_fixture f(settings); // starts 2023-11-14 22:13:20 UTC
  CHECK(f.call(f.alice, "GET", "/ping").status == 200);
  CHECK(f.call(f.bob, "GET", "/ping").status == 200);
  CHECK(
      f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"})).status ==
      200);
  auto quotas = bj::parse(f.call(f.bob, "GET", "/request-quotas").body).as_array();
  REQUIRE(quotas.size() == 1);
  CHECK(quotas[0].at("maxRequests") == 3);
  CHECK(quotas[0].at("usedRequests") == 2);
  CHECK(quotas[0].at("timeWindow") == 86'400'000);
  CHECK(quotas[0].at("lastResetTime") == 1'699'920'000'000);
  CHECK(quotas[0].at("nextResetTime") == 1'700'006'400'000);
  CHECK(f.call(f.carol, "GET", "/enclaves").status == 200);
  auto refused = f.call(f.alice, "GET", "/ping");
  CHECK(refused.status == 429);
  CHECK(bj::parse(refused.body).at("waitTime") == 6'400'000);
  CHECK(f.call(f.eve, "GET", "/ping").status == 200);
  CHECK(
      f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"})).status ==
      200);
  f.restart(settings); // the count is not forgotten
  CHECK(f.call(f.alice, "GET", "/ping").status == 429);
  f.time.advance(milliseconds(6'400'000));
  CHECK(f.call(f.alice, "GET", "/ping").status == 200);
}

TEST_CASE("every answer tells what is left of the minute", "[station]") {
  station::service_settings settings;
  settings.calls_per_minute = 3;
  station_fixture f(settings);
  auto header = [](const http::response& answer, const char* name) {
    return std::string(answer.headers.find(name).value_or("none"));
  };
  auto first = f.call(f.alice, "GET", "/ping");
  CHECK(header(first, "RateLimit-Limit") == "3");
  CHECK(header(first, "RateLimit-Remaining") == "2");
  CHECK(header(first, "RateLimit-Reset") == "60");
  f.time.advance(seconds(20));
  auto fault = f.call(f.alice, "GET", "/reports/none");
  CHECK(fault.status == 404);
  CHECK(header(fault, "RateLimit-Remaining") == "1");
  f.call(f.alice, "GET", "/ping");
  auto refused = f.call(f.alice, "GET", "/ping");
  CHECK(refused.status == 429);
  CHECK(header(refused, "RateLimit-Remaining") == "0");
  CHECK(header(refused, "RateLimit-Reset") == "60");
  f.time.advance(seconds(41));
  CHECK(header(f.call(f.alice, "GET", "/ping"), "RateLimit-Remaining") == "0"); // two of before, and this one
  CHECK(header(f.ask_token(f.alice), "RateLimit-Limit") == "none");
  f.restart(unlimited());
  CHECK(header(f.call(f.alice, "GET", "/ping"), "RateLimit-Limit") == "none");
}
