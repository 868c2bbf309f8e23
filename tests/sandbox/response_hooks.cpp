#include "sandbox/scripted_bot.hpp"

using namespace isacbot;
namespace json = boost::json;

TEST_CASE_METHOD(test::sandbox_fixture, "a response_url takes five posts, also where the app is not",
                 "[sandbox]") {
  std::string url = hook("C0SECRET");
  for (int i = 0; i < 5; ++i)
    CHECK(post(url, {{"text", "x"}}, "")->body == "ok");
  auto sixth = post(url, {{"text", "x"}}, "");
  CHECK(sixth->status == 404);
  CHECK(seen_by("U0ANA").size() == 5);
  CHECK(seen_by("U0BEN").empty());
}

TEST_CASE_METHOD(test::sandbox_fixture, "a response_url works for half an hour", "[sandbox]") {
  std::string url = hook();
  time.advance(std::chrono::minutes{30});
  CHECK(post(url, {{"text", "x"}}, "")->status == 200);
  time.advance(milliseconds{1});
  CHECK(post(url, {{"text", "x"}}, "")->status == 404);
  CHECK(post("/commands/T0SANDBOX/1/abc", {{"text", "x"}}, "")->status == 404);
}

TEST_CASE_METHOD(test::sandbox_fixture, "replace_original replaces what the url posted before", "[sandbox]") {
  std::string url = hook();
  post(url, {{"text", "searching"}, {"replace_original", true}}, ""); // nothing there to replace yet
  post(url, {{"text", "found"}, {"replace_original", true}}, "");
  auto seen = seen_by("U0ANA");
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].content.at("text") == "found");
  CHECK(seen[0].earlier.at(0).at("text") == "searching");
  CHECK(seen[0].visible_to == "U0ANA");
  // An ephemeral message can't be turned into a public one by replacing it.
  post(url, {{"text", "public?"}, {"replace_original", true}, {"response_type", "in_channel"}}, "");
  CHECK(seen_by("U0BEN").empty());
  post(url, {{"delete_original", true}}, "");
  CHECK(seen_by("U0ANA").empty());
  post(url, {{"text", "for all"}, {"response_type", "in_channel"}}, "");
  CHECK(seen_by("U0BEN").size() == 1);
}

TEST_CASE_METHOD(test::sandbox_fixture, "a response_url refuses what it cannot show, and counts the use",
                 "[sandbox]") {
  std::string url = hook();
  auto refused = [&](json::object body) {
    auto answer = post(url, body, "");
    CHECK(answer->status == 400);
    return answer->body;
  };
  CHECK(refused({}) == "no_text");
  CHECK(refused({{"text", "x"}, {"response_type", "loud"}}) == "invalid_payload");
  CHECK(refused({{"blocks", json::array{json::object{{"type", "oops"}}}}}) == "invalid_blocks");
  CHECK(ask({"POST", url, {}, "not json"})->body == "invalid_payload");
  CHECK(post(url, {{"text", "x"}}, "")->status == 200);
  CHECK(post(url, {{"text", "x"}}, "")->status == 404);
}

TEST_CASE_METHOD(test::sandbox_fixture, "a response_url can be made to fail", "[sandbox]") {
  std::string url = hook();
  post("/sandbox/faults", {{"method", "response_url"}, {"retry_after", 2}}, "");
  CHECK(post(url, {{"text", "x"}}, "")->status == 429);
  CHECK(post(url, {{"text", "x"}}, "")->status == 200);
  app->world().read([](const sandbox::workspace_state& state) {
    REQUIRE(state.calls.size() == 2);
    CHECK(state.calls[0].outcome == "planned fault");
    CHECK(state.calls[1].outcome == "ok");
    // What was recorded must not let anybody post.
    CHECK(json::serialize(state.calls[1].arguments).find("/commands/") == std::string::npos);
    return 0;
  });
}
