#include "domain/limit.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;

TEST_CASE("a limit is read with its window, and its burst defaults to a quarter", "[domain]") {
  CHECK(parse_limit("60/1m").value() == limit{60, 60s, 15});
  CHECK(parse_limit("60/1m;burst 20").value() == limit{60, 60s, 20});
  CHECK(parse_limit("1000/5m").value() == limit{1000, 300s, 250});
  CHECK(parse_limit(" 10 / 250ms ; burst 10 ").value() == limit{10, 250ms, 10});
  CHECK(parse_limit("5/1d").value() == limit{5, 24h, 1});
  CHECK(parse_limit("3/2h").value() == limit{3, 2h, 1});
  CHECK(parse_limit("1/1s").value() == limit{1, 1s, 1});
}

TEST_CASE("a limit that cannot work is refused with the mend", "[domain]") {
  for (const char* text : {"", "60", "60/", "60/m", "/1m", "60/1", "60/1y", "60/1m;", "60/1m;burst",
                           "60/1m;burst x", "60/1m burst 3", "60/1m;burst 15;burst 16", "sixty/1m", "-1/1m",
                           "60/-1m", "6.5/1m", "99999999999999999999/1m", "60/99999999999999999999m"}) {
    INFO(text);
    const auto read = parse_limit(text);
    REQUIRE(read.has_error());
    CHECK(read.error().code == ec::malformed);
    CHECK_FALSE(read.error().mend.empty());
  }
  for (const char* text : {"0/1m", "60/0s", "60/1m;burst 0", "60/1m;burst 61", "1000000001/1m", "1/367d",
                           "60/9000000000000000000d", "1000000000/366d;burst 999999999"}) {
    INFO(text);
    const auto read = parse_limit(text);
    REQUIRE(read.has_error());
    CHECK(read.error().code == ec::invalid_argument);
    CHECK_FALSE(read.error().mend.empty());
  }
}

TEST_CASE("a limit is written as it is read", "[domain]") {
  for (const char* text : {"60/1m;burst 15", "1000/5m;burst 250", "10/250ms;burst 10", "5/7d;burst 1"})
    CHECK(to_string(parse_limit(text).value()) == text);
}
