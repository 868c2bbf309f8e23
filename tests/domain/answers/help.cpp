#include "domain/answers.hpp"

#include "domain/answers/show.hpp"
#include "shown.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace isacbot::test;

TEST_CASE("help names the five commands, one example each, and where the member stands", "[answers]") {
  std::string unregistered = check_message(help({}));
  for (auto command : {"/trustar", "/trustar-register", "/trustar-search", "/trustar-submit-report",
                       "/trustar-submit-indicators"})
    CHECK(contains(unregistered, std::string(command) + "`"));
  CHECK(contains(unregistered, "not registered"));
  CHECK(contains(unregistered, "\"action_id\":\"open_register\""));

  std::string registered_help = check_message(help({.registered = true, .key_ending = "ab12"}));
  CHECK(contains(registered_help, "`ab12`"));
  CHECK_FALSE(contains(registered_help, "open_register"));

  CHECK(contains(check_message(help({}, hostile)), "I don't know what"));
  check_view(home({}));
  check_view(home({.registered = true, .key_ending = hostile, .shared = {3, {user_id{hostile}}}}));
  check_message(not_available(hostile));
  check_message(not_allowed_here());
}
