#include "domain/answers.hpp"

#include "domain/answers/show.hpp"
#include "shown.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace isacbot::test;

TEST_CASE("an unregistered member gets a button, and is told that the search will run", "[answers]") {
  CHECK(contains(check_message(not_registered()), "open_register"));
  std::string with_search = check_message(not_registered(hostile));
  CHECK(contains(with_search, "runs by itself"));
}

TEST_CASE("the registration dialog has the blocks that the bot reads", "[answers]") {
  std::string dialog = check_view(register_dialog({.credentials_url = station + "/account",
                                                   .one_time_page = "https://bot.test/register/abc",
                                                   .replaces_existing = true,
                                                   .private_metadata = "key-1"}));
  CHECK(contains(dialog, R"("callback_id":"register")"));
  CHECK(contains(dialog, R"("block_id":"api_key")"));
  CHECK(contains(dialog, R"("block_id":"api_secret")"));
  CHECK(contains(dialog, R"("action_id":"value")"));
  CHECK(contains(dialog, "<https://station.test/account|"));
  CHECK(contains(dialog, "<https://bot.test/register/abc|"));
  CHECK(contains(dialog, "Slack shows what you type"));
  CHECK_FALSE(contains(dialog, "initial_value"));
  CHECK_FALSE(contains(check_view(register_dialog({})), "<http"));
}

TEST_CASE("registration errors stand at the block they are about", "[answers]") {
  CHECK(check_registration_input("key", "secret").empty());
  CHECK(check_registration_input("", "secret").at(0).first == "api_key");
  CHECK(check_registration_input("key", "").at(0).first == "api_secret");
  CHECK(check_registration_input("a b", "a\nb").size() == 2);
  CHECK(check_registration_input(std::string(513, 'k'), "s").size() == 1);
  CHECK(registration_faults(fail(ec::unauthorized, ""), "r").at(0).first == "api_secret");
  CHECK(registration_faults(fail(ec::unavailable, ""), "r").at(0).first == "api_key");
  for (int code = 0; code <= static_cast<int>(ec::internal); ++code) {
    auto faults = registration_faults(fail(static_cast<ec>(code), "hunter2 cause"), "req-1");
    REQUIRE(faults.size() == 1);
    CHECK_FALSE(faults[0].second.empty());
    CHECK_FALSE(contains(faults[0].second, "hunter2"));
  }
}

TEST_CASE("registration ends in words", "[answers]") {
  check_view(checking_view("Register"));
  CHECK(contains(check_view(checking_view("A title that is too long for Slack", "draft-1")),
                 R"("external_id":"draft-1")"));
  CHECK(registration_needed(block_indicators).at(0).first == "indicators");
  check_view(registered_view());
  CHECK(contains(check_view(registered_view(hostile)), "runs now by itself"));
  CHECK(contains(check_message(registered("ab12")), "`ab12`"));
  check_message(registered(hostile, hostile));
  CHECK(contains(check_message(registration_removed(true)), "deleted"));
  CHECK(contains(check_message(registration_removed(false)), "nothing to remove"));
  CHECK(contains(check_message(key_typed()), "make a new one"));
}
