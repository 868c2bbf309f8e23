#include "protocol/trustar/rate_limit_fields.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::trustar;
using std::chrono::seconds;

namespace {

http::fields told(std::string limit, std::string policy = {}) {
  http::fields out;
  out.add("RateLimit", std::move(limit));
  if (!policy.empty())
    out.add("RateLimit-Policy", std::move(policy));
  return out;
}

} // namespace

// The values are the examples of draft-ietf-httpapi-ratelimit-headers, version 8 and later.
TEST_CASE("named limits are read with their policies", "[trustar]") {
  const auto reports =
      parse_limit_fields(told(R"("default";r=50;t=30)", R"("default";q=100;w=60,"daily";q=1000;w=86400)"));
  REQUIRE(reports.size() == 1);
  CHECK(reports[0] == limit_report{50, seconds{30}, 100, seconds{60}});

  const auto several =
      parse_limit_fields(told(R"("perday";r=20, "permin";r=0;t=12)",
                              R"("permin";q=50;w=60,"perhr";q=1000;w=3600,"perday";q=5000;w=86400)"));
  REQUIRE(several.size() == 2);
  CHECK(several[0] == limit_report{20, {}, 5'000, seconds{86'400}});
  CHECK(several[1] == limit_report{0, seconds{12}, 50, seconds{60}});
}

TEST_CASE("partition keys are passed over, other units are no requests", "[trustar]") {
  const auto keyed = parse_limit_fields(
      told(R"("default";r=999;pk=:dHJpYWwxMjEzMjM=:)", R"("default";q=1000;w=60;pk=:dHJpYWwxMjEzMjM=:)"));
  REQUIRE(keyed.size() == 1);
  CHECK(keyed[0].remaining == 999);
  CHECK(parse_limit_fields(told(R"("bytes";r=5)", R"("bytes";q=65535;qu="content-bytes";w=10)")).empty());
}

TEST_CASE("a limit without a policy is told all the same, and lines of one field are one list", "[trustar]") {
  http::fields fields = told(R"("a";r=1)");
  fields.add("ratelimit", R"("b";r=2)");
  const auto reports = parse_limit_fields(fields);
  REQUIRE(reports.size() == 2);
  CHECK(reports[1] == limit_report{2, {}, {}, {}});
}

TEST_CASE("the older forms are read, too", "[trustar]") {
  CHECK(parse_limit_fields(told("limit=100, remaining=50, reset=30")) ==
        std::vector{limit_report{50, seconds{30}, 100, {}}});
  http::fields three;
  three.add("RateLimit-Limit", "60");
  three.add("RateLimit-Remaining", "59");
  three.add("RateLimit-Reset", "1");
  CHECK(parse_limit_fields(three) == std::vector{limit_report{59, seconds{1}, 60, {}}});
}

TEST_CASE("a field that breaks the grammar counts as absent", "[trustar]") {
  for (const char* broken :
       {R"("default;r=50)", R"("default";r=)", R"("default";r=50,)", R"("default";R=50)", R"("default" r=50)",
        R"("def\ault";r=50)", R"("default";r=1234567890123456)", R"("default";r=50;t=:)",
        R"(,"default";r=50)", "\"def\x7f\";r=50", R"("default";;r=50)", "remaining=", "remaining=1,,reset=2",
        "=1", "Remaining=5"}) {
    INFO(broken);
    CHECK(parse_limit_fields(told(broken)).empty());
  }
  CHECK(parse_limit_fields(told(R"("default";t=30)")).empty()); // r is what it is about
  CHECK(parse_limit_fields(told(R"("default";r=-1)")).empty());
  CHECK(parse_limit_fields(told(R"("default";r=1.5)")).empty());
  CHECK(parse_limit_fields(told(R"(5;r=50)")).empty());
  CHECK(parse_limit_fields(told("")).empty());
  CHECK(parse_limit_fields({}).empty());
  // A broken policy takes away what it would have told, not the limit.
  CHECK(parse_limit_fields(told(R"("default";r=50;t=30)", R"("default";q=)")) ==
        std::vector{limit_report{50, seconds{30}, {}, {}}});
  CHECK(parse_limit_fields(told(R"("default";r=1;r=2)"))[0].remaining == 2); // the last one counts
  for (const char* number : {"-1", " 5", "5 ", "1e3", "9999999999999999999", ""}) {
    http::fields fields;
    fields.add("RateLimit-Remaining", number);
    CHECK(parse_limit_fields(fields).empty());
  }
}

TEST_CASE("a field as long as a book is not read", "[trustar]") {
  std::string many;
  for (int i = 0; i < 60; ++i)
    many += (i == 0 ? "" : ",") + ("\"l" + std::to_string(i)) + "\";r=1";
  CHECK(parse_limit_fields(told(many)).size() == 16);
  CHECK(parse_limit_fields(told(many + ',' + std::string(4'096, 'a'))).empty());
  CHECK(parse_limit_fields(told(R"("default";r=1;t=999999999999999)"))[0].reset == seconds{366LL * 86'400});
}
