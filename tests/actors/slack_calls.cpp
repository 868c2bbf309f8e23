#include "actors/slack_calls.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::actors;

namespace {

http::response answer(std::string body) {
  return http::make_response(200, "application/json; charset=utf-8", std::move(body));
}

} // namespace

TEST_CASE("a view is changed once, and only as it was seen", "[actors][slack]") {
  auto call = change_view("V1", "17.abc", slack::make_modal({.title = "List"}, {}));
  auto request = call.make({"https://slack.com/api/", secret{std::string("xoxb-1")}});
  CHECK(request.target == "https://slack.com/api/views.update");
  CHECK(request.body.find("view_id=V1&") == 0);
  CHECK(request.body.find("&hash=17.abc") != std::string::npos);
  CHECK_FALSE(call.judge(answer(R"({"ok":true,"view":{"id":"V1","hash":"18.abc"}})")).has_value());
  // Pressed twice, or closed meanwhile: there is nothing left to do, and nobody to be told.
  CHECK_FALSE(call.judge(answer(R"({"ok":false,"error":"hash_conflict"})")).has_value());
  CHECK_FALSE(call.judge(answer(R"({"ok":false,"error":"not_found"})")).has_value());
  for (const char* refused : {R"({"ok":false,"error":"invalid_arguments"})",
                              R"({"ok":false,"error":"invalid_auth"})", "<html>", R"({"ok":true})"})
    CHECK(call.judge(answer(refused)).has_value());
}
