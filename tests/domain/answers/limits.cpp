#include "domain/answers/limits.hpp"

#include "domain/answers/show.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace std::chrono_literals;

namespace {

std::string text_of(const slack::mrkdwn& x) {
  return x.str();
}

} // namespace

TEST_CASE("each limit says what is there now, of how much, and when there is more", "[answers]") {
  const std::vector<limit_standing> limits{
      {limit_level::user, {60, 1min, 15}, 12, 0ns, 4s},
      {limit_level::credential, {60, 1min, 15}, 0, 1'300ms, 20s},
      {limit_level::address, {1'000, 5min, 250}, 250, 0ns, 0ns},
      {limit_level::company_day, {300, 24h, 300}, 250, 0ns, 5h},
      {limit_level::company_day, {300, 24h, 300}, 0, 5h, 5h},
  };
  const std::string text = text_of(limits_text(limits));
  for (const char* line :
       {"for you: 12 calls now, all of its 15 again in about 4 seconds (at most 60 in 60 seconds)",
        "for your API key: none now, the next in about 2 seconds (at most 60 in 60 seconds)",
        "for everybody who uses this bot: 250 calls now (at most 1,000 in 5 minutes)",
        "for your company today: 250 calls left of 300; a new day begins in about 5 hours",
        "for your company today: none left of 300; a new day begins in about 5 hours"}) {
    INFO(line << " in " << text);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("members of a shared key are told how many they are, and who only where that is allowed",
          "[answers]") {
  CHECK(text_of(sharing_sentence({})).empty());
  CHECK(text_of(sharing_sentence({1, {}})) == " 1 other member uses the same key: you share its calls.");
  CHECK(text_of(sharing_sentence({2, {}})) == " 2 other members use the same key: you share its calls.");
  const std::string named = text_of(sharing_sentence({2, {user_id{"U7"}, user_id{"<!channel>"}}}));
  CHECK(named.find("U7") != std::string::npos);
  CHECK(named.find("<!channel>") == std::string::npos);
}
