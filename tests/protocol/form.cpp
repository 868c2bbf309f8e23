#include "protocol/form.hpp"

#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;

TEST_CASE("form::parse decodes names and values and keeps their order", "[protocol][form]") {
  auto fields = form::parse("a=1&b+c=x+y%2Bz&&empty=&alone&%C3%A9=%e2%98%a0&a=2").value();
  REQUIRE(fields.size() == 6);
  CHECK(fields.find("b c") == "x y+z");
  CHECK(fields.find("empty") == "");
  CHECK(fields.find("alone") == "");
  CHECK(fields.find("\xC3\xA9") == "\xE2\x98\xA0");
  CHECK_FALSE(fields.find("absent").has_value());
  CHECK(fields.count("a") == 2);
  CHECK_FALSE(fields.find("a").has_value()); // twice: nobody guesses which one is meant
}

TEST_CASE("form::parse refuses broken escapes and bodies over its limits", "[protocol][form]") {
  for (std::string bad : {"a=%", "a=%4", "a=%zz", "%=1", "a=1&b=%2", "a=%+1"}) {
    INFO(bad);
    REQUIRE(form::parse(bad).has_error());
    CHECK(form::parse(bad).error().code == ec::malformed);
  }
  CHECK(form::parse("a=1", {.max_bytes = 3}).has_value());
  CHECK(form::parse("a=12", {.max_bytes = 3}).error().code == ec::too_large);
  CHECK(form::parse("a&b&c", {.max_fields = 3}).has_value());
  CHECK(form::parse("a&b&c&d", {.max_fields = 3}).error().code == ec::too_large);
}

TEST_CASE("form::encode follows the WHATWG set of plain characters", "[protocol][form]") {
  CHECK(form::encode({{"a b", "x+y&z=1"}, {"c", "*-._~/\xE2\x98\xA0"}}) ==
        "a+b=x%2By%26z%3D1&c=*-._%7E%2F%E2%98%A0");
  CHECK(form::encode({}).empty());
}

TEST_CASE("form: what is encoded is decoded, for any bytes", "[protocol][form]") {
  test::seeded_random random{42};
  for (int round = 0; round < 300; ++round) {
    std::string name(random_bits(random) % 8, '\0');
    std::string value(random_bits(random) % 60, '\0');
    random.fill(std::as_writable_bytes(std::span(name)));
    random.fill(std::as_writable_bytes(std::span(value)));
    auto back = form::parse(form::encode({{"first", "1"}, {name, value}})).value();
    REQUIRE(back.size() == 2);
    CHECK(back.begin()[1] == std::pair(name, value));
  }
}
