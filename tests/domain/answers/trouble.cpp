#include "domain/answers.hpp"

#include "domain/answers/show.hpp"
#include "shown.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace isacbot::test;
using slack::operator""_mrkdwn;

TEST_CASE("every error has an answer that names no cause", "[answers]") {
  for (int code = 0; code <= static_cast<int>(ec::internal); ++code) {
    error e = fail(static_cast<ec>(code), "secret cause", "");
    INFO(to_string(e.code));
    std::string shown = check_message(failure(e, "req-1"));
    CHECK_FALSE(contains(shown, "secret cause"));
    CHECK_FALSE(contains(check_view(failure_view("Title", e, "req-1")), "secret cause"));
  }
  CHECK(contains(check_message(failure(fail(ec::unavailable, ""), "req-1")), "req-1"));
  CHECK(contains(check_message(failure(fail(ec::internal, ""), "req-1")), "req-1"));
  CHECK(contains(check_message(failure(fail(ec::unauthorized, ""), "req-1")), "open_register"));
  CHECK(contains(check_message(failure(fail(ec::too_large, "", hostile), "req-1")), "What helps"));
  // Advice about configuration is for the operator, who finds it in the log.
  CHECK_FALSE(contains(check_message(failure(fail(ec::bad_configuration, "", "set slack.bot_token"), "r")),
                       "bot_token"));
  error limited = fail(ec::rate_limited, "");
  limited.retry_after = seconds{40};
  CHECK(contains(check_message(failure(limited, "r")), "about 40 seconds"));
}

TEST_CASE("limits, deadlines and restarts are explained", "[answers]") {
  CHECK(contains(check_message(queued(seconds{40})), "runs by itself in about 40 seconds"));
  CHECK(contains(check_message(limit_reached(std::chrono::minutes{3})), "again in about 3 minutes"));
  CHECK(contains(check_message(run_again("/trustar-search http://evil.example/")),
                 "`/trustar-search hxxp://evil[.]example/`"));
  CHECK(contains(check_message(took_too_long("req-1")), "`req-1`"));
  CHECK(contains(check_message(internal_fault("req-1")), "`req-1`"));
}

TEST_CASE("an answer that had to move to a direct message says how to invite the bot", "[answers]") {
  std::string moved = check_message(in_private_instead(queued(seconds{40})));
  CHECK(contains(moved, "/invite @TruSTAR"));
  CHECK(contains(moved.substr(moved.find("\"blocks\"")), "runs by itself"));
  slack::message full("x"_mrkdwn, std::vector(50, slack::divider()));
  CHECK(contains(check_message(in_private_instead(full)), "/invite @TruSTAR"));
}
