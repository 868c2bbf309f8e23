#include "io/http_rules.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::io;

TEST_CASE("a request target becomes its origin form", "[io]") {
  CHECK(origin_form("GET", "/a%2Fb?c=%20") == "/a%2Fb?c=%20");
  CHECK(origin_form("GET", "http://host:8080/a?b") == "/a?b");
  CHECK(origin_form("GET", "https://host") == "/");
  CHECK(origin_form("OPTIONS", "*") == "*");
  CHECK_FALSE(origin_form("GET", "*").has_value());
  CHECK_FALSE(origin_form("GET", "").has_value());
  CHECK_FALSE(origin_form("GET", "host:443").has_value());
  CHECK_FALSE(origin_form("GET", "/a b").has_value());
  CHECK_FALSE(origin_form("GET", "/\x7F").has_value());
  CHECK_FALSE(origin_form("GET", "/\xC3\xA9").has_value());
}

TEST_CASE("a field is safe when it can neither end its line nor change its name", "[io]") {
  CHECK(is_safe_field("X-A_b.1", "any \t text \xC3\xA9"));
  CHECK_FALSE(is_safe_field("", "v"));
  CHECK_FALSE(is_safe_field("X Y", "v"));
  CHECK_FALSE(is_safe_field("X:", "v"));
  CHECK_FALSE(is_safe_field("X\n", "v"));
  CHECK_FALSE(is_safe_field("X", "a\rb"));
  CHECK_FALSE(is_safe_field("X", "a\nb"));
  CHECK_FALSE(is_safe_field("X", std::string_view{"a\0b", 3}));
}

TEST_CASE("HTTP dates are the ones of RFC 9110", "[io]") {
  CHECK(http_date(from_epoch_ms(784'111'777'000)) ==
        "Sun, 06 Nov 1994 08:49:37 GMT"); // section 5.6.7's example
  CHECK(http_date(from_epoch_ms(1'709'164'800'999)) == "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST_CASE("an absolute address is taken apart", "[io]") {
  const auto t = parse_absolute_target("https://API.Example.com/api/1.3/x%2Fy?q=a+b#part");
  REQUIRE(t.has_value());
  CHECK(t->tls);
  CHECK(t->host == "api.example.com");
  CHECK(t->port == 443);
  CHECK(t->authority == "api.example.com");
  CHECK(t->origin_form == "/api/1.3/x%2Fy?q=a+b");
  CHECK(t->origin() == "https:api.example.com:443");

  const auto v6 = parse_absolute_target("http://[::1]:8081");
  REQUIRE(v6.has_value());
  CHECK_FALSE(v6->tls);
  CHECK(v6->host == "::1");
  CHECK(v6->port == 8081);
  CHECK(v6->authority == "[::1]:8081");
  CHECK(v6->origin_form == "/");

  CHECK(parse_absolute_target("http://h:80/")->authority == "h");
  CHECK(parse_absolute_target("http://h:/")->port == 80);
  CHECK(parse_absolute_target("http://h?q")->origin_form == "/?q");
}

TEST_CASE("what is no plain http address is refused", "[io]") {
  for (const char* text :
       {"", "h", "/p", "mailto:a@b", "ftp://h/", "http:/h", "http://", "http://u@h/", "http://u:p@h/",
        "http://h:0/", "http://h:65536/", "http://h:80x/", "http://h /", "http://h/\n", "http://h%20x/",
        "http://api%2Fx/", "http://api%2Eexample/", "http://[::1/"}) {
    INFO(text);
    const auto t = parse_absolute_target(text);
    REQUIRE_FALSE(t.has_value());
    CHECK(t.error().code == ec::invalid_argument);
  }
}
