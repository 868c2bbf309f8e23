#include "protocol/percent.hpp"

#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <span>

using namespace isacbot;
using percent::alphabet;

TEST_CASE("plus is a space in a query and itself in a path", "[percent]") {
  CHECK(percent::decode("a+b%20c", true) == "a b c");
  CHECK(percent::decode("Y2F+/==", false) == "Y2F+/==");
  CHECK(percent::encode("a b+c", alphabet::query) == "a+b%2Bc");
  CHECK(percent::encode("a b+c", alphabet::path) == "a%20b%2Bc");
}

TEST_CASE("escapes may be of either case, and must be whole", "[percent]") {
  CHECK(percent::decode("%c3%A9", true) == "\xc3\xa9");
  for (const char* bad : {"%", "%4", "a%zz", "%4g", "%%41"})
    CHECK_FALSE(percent::decode(bad, true));
}

TEST_CASE("a path keeps only unreserved characters", "[percent]") {
  CHECK(percent::encode("a/b?c|d~e f==*", alphabet::path) == "a%2Fb%3Fc%7Cd~e%20f%3D%3D%2A");
}

TEST_CASE("a form keeps the asterisk and escapes the tilde", "[percent]") {
  CHECK(percent::encode("*-._~", alphabet::form) == "*-._%7E"); // WHATWG URL, section 5.2
}

TEST_CASE("any bytes survive", "[percent]") {
  test::seeded_random random(13);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random_bits(random) % 64, '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    CHECK(percent::decode(percent::encode(bytes, alphabet::path), false) == bytes);
    CHECK(percent::decode(percent::encode(bytes, alphabet::query), true) == bytes);
    CHECK(percent::decode(percent::encode(bytes, alphabet::form), true) == bytes);
  }
}
