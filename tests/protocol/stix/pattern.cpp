#include "protocol/stix/pattern.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::stix;

namespace {

using op = comparison_operator;
using steps = std::vector<std::string>;

std::vector<comparison> parse(std::string_view text) {
  auto parsed = parse_pattern(text);
  INFO(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

comparison test(std::string type, steps path, op how, std::vector<constant> values, bool negated = false) {
  return {std::move(type), std::move(path), how, negated, std::move(values)};
}

constant text(std::string value) {
  return {constant_kind::text, std::move(value)};
}

} // namespace

TEST_CASE("a pattern's comparisons are told with object, path, operator and values", "[protocol]") {
  CHECK(parse("[ipv4-addr:value = '198.51.100.1/32']") ==
        std::vector{test("ipv4-addr", {"value"}, op::equal, {text("198.51.100.1/32")})});
  CHECK(parse("[file:hashes.'SHA-256' = 'aec0']") ==
        std::vector{test("file", {"hashes", "SHA-256"}, op::equal, {text("aec0")})});
  CHECK(parse("[domain-name:resolves_to_refs[*].value IN ('a', 'b')]") ==
        std::vector{test("domain-name", {"resolves_to_refs", "value"}, op::in, {text("a"), text("b")})});
  CHECK(parse("[file:size NOT >= 12 AND file:name LIKE 'a%']") ==
        std::vector{test("file", {"size"}, op::greater_or_equal, {{constant_kind::number, "12"}}, true),
                    test("file", {"name"}, op::like, {text("a%")})});
  CHECK(parse("[EXISTS file:name OR NOT EXISTS file:size]") ==
        std::vector{test("file", {"name"}, op::exists, {}), test("file", {"size"}, op::exists, {}, true)});
  CHECK(parse("[a:b = true OR a:c == -1.5e3 OR a:d <> t'2024-01-01T00:00:00Z' OR a:e != h'ff' OR a:f = "
              "b'/w==']") ==
        std::vector{test("a", {"b"}, op::equal, {{constant_kind::flag, "true"}}),
                    test("a", {"c"}, op::equal, {{constant_kind::number, "-1.5e3"}}),
                    test("a", {"d"}, op::unequal, {{constant_kind::timestamp, "2024-01-01T00:00:00Z"}}),
                    test("a", {"e"}, op::unequal, {{constant_kind::hex, "ff"}}),
                    test("a", {"f"}, op::equal, {{constant_kind::binary, "/w=="}})});
}

TEST_CASE("texts in patterns escape quotes and backslashes only", "[protocol]") {
  CHECK(parse(R"([file:name = 'it\'s'] )")[0].values[0].text == "it's");
  CHECK(parse(R"([windows-registry-key:key = 'HKLM\\a]b'])")[0].values[0].text == R"(HKLM\a]b)");
}

TEST_CASE("observations are combined, qualified, nested and commented", "[protocol]") {
  CHECK(
      parse("([a:b = 1] AND [a:b = 2]) FOLLOWEDBY [a:b = 3] REPEATS 5 TIMES WITHIN 1800.5 SECONDS").size() ==
      3);
  CHECK(
      parse(
          "[a:b = 1] START t'2024-01-01T00:00:00Z' STOP t'2024-02-01T00:00:00Z' OR [(a:c = 2 AND (a:d = 3))]")
          .size() == 3);
  CHECK(parse("/* one */ [a:b /* two */ = 1] // three").size() == 1);
  CHECK(parse("[a:b[0].c-d_e[12].'f g' ISSUBSET 'x']")[0].path == steps{"b", "c-d_e", "f g"});
}

TEST_CASE("what is no pattern is refused", "[protocol]") {
  for (const char* wrong : {"",
                            "[]",
                            "[",
                            "]",
                            "a:b = 1",
                            "[a:b = 1",
                            "[a:b = ]",
                            "[a = 1]",
                            "[a: = 1]",
                            "[a:b 1]",
                            "[a:b = 'x]",
                            "[a:b = 'x\\y']",
                            "[a:b = 1] AND",
                            "[a:b = 1] [a:b = 2]",
                            "[a:b IN 1]",
                            "[a:b IN (1,)]",
                            "[a:b LIKE 7]",
                            "[a:b = 1] WITHIN SECONDS",
                            "[a:b = 1] REPEATS 2",
                            "[a:b = 1] START 'x' STOP 'y'",
                            "[a:b[x] = 1]",
                            "[(a:b = 1]",
                            "([a:b = 1]",
                            "[NOT a:b = 1]",
                            "[a:b = c]",
                            "[a:b = 1 /* ]",
                            "[a:b = 1]]",
                            "[a:b = 1 | 2]"}) {
    INFO(wrong);
    const auto parsed = parse_pattern(wrong);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().code == ec::malformed);
  }
  CHECK(parse_pattern(std::string(500, '(') + "[a:b = 1]" + std::string(500, ')')).has_error());
  CHECK(parse_pattern("[" + std::string(500, '(') + "a:b = 1" + std::string(500, ')') + "]").has_error());
  CHECK(parse_pattern("[a:b = '" + std::string(max_pattern_bytes, 'x') + "']").error().code == ec::too_large);
}
