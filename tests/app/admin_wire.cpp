/// What goes over the admin socket.
#include "app/admin_wire.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::app;

TEST_CASE("requests and answers come back as they were sent, on one line each", "[app][admin]") {
  admin_request request{"users remove", {{"team", "T1"}, {"user", "a\n\"b"}}};
  std::string line = to_line(request);
  CHECK(line.find('\n') == std::string::npos);
  auto read = parse_admin_request(line);
  REQUIRE(read.has_value());
  CHECK(read->command == "users remove");
  CHECK(read->arguments == request.arguments);

  auto progress = parse_admin_answer(to_line(admin_progress{"rows", 3, 10}));
  REQUIRE(progress.has_value());
  REQUIRE(progress->progress.has_value());
  CHECK(progress->progress->what == "rows");
  CHECK(progress->progress->done == 3);
  CHECK(progress->progress->total == 10);

  auto good = parse_admin_answer(to_line(result<boost::json::value>{boost::json::object{{"id", "x"}}}));
  REQUIRE(good.has_value());
  REQUIRE(good->outcome.has_value());
  CHECK(good->outcome->value().as_object().at("id").as_string() == "x");

  for (int code = 0; code <= static_cast<int>(ec::internal); ++code) {
    error e = fail(static_cast<ec>(code), "cause", "mend");
    auto bad = parse_admin_answer(to_line(result<boost::json::value>{e}));
    REQUIRE(bad.has_value());
    CHECK(bad->outcome->error() == e);
  }
}

TEST_CASE("malformed requests and answers are refused, not guessed", "[app][admin]") {
  for (const char* line : {"", "{", "[]", "{}", R"({"command": 1})", R"({"command": "x", "arguments": []})",
                           R"({"command": "x"} trailing)", "\xff"}) {
    INFO(line);
    CHECK(parse_admin_request(line).has_error());
  }
  CHECK(parse_admin_request(R"({"command": "ping"})").has_value());
  for (const char* line : {"", "[]", "{}", R"({"error": 1})", R"({"error": {"code": "x"}})",
                           R"({"progress": 3})", R"({"progress": {}})"}) {
    INFO(line);
    CHECK(parse_admin_answer(line).has_error());
  }
}
