#include "sandbox/control_api.hpp"

#include "sandbox/scripted_bot.hpp"

using namespace isacbot;
namespace json = boost::json;

TEST_CASE_METHOD(test::sandbox_fixture, "a whole dialog can be played over the control interface",
                 "[sandbox]") {
  auto order = [&](const std::string& what, json::object body) {
    auto answer = post("/sandbox/" + what, body, "");
    INFO(answer->body);
    REQUIRE(answer->status == 200);
    return sandbox::parse_json(answer->body)->as_object();
  };
  auto look = [&](const std::string& what) {
    auto answer = ask({"GET", "/sandbox/" + what, {}, ""});
    REQUIRE(answer);
    return sandbox::parse_json(answer->body)->as_object();
  };
  json::object started =
      order("command", {{"user", "U0ANA"}, {"channel", "C0INTEL"}, {"command", "/x"}, {"text", "y"}});
  bot.run();
  json::object exchange =
      look("exchanges/" + std::to_string(started.at("exchange").to_number<std::uint64_t>()));
  CHECK(exchange.at("outcome") == "ok");
  json::value trigger_id = exchange.at("payload").at("trigger_id");
  REQUIRE(call("views.open", {{"trigger_id", trigger_id}, {"view", test::modal({test::text_input("a")})}})
              .at("ok") == true);
  CHECK(look("view?user=U0ANA").at("view").at("body").at("callback_id") == "example");
  started = order("submit", {{"user", "U0ANA"}, {"values", {{"a", "text"}}}});
  bot.run();
  CHECK(look("view?user=U0ANA").at("view").is_null());
  call("chat.postMessage", {{"channel", "C0INTEL"}, {"text", "done"}});
  json::array messages = look("messages?user=U0ANA&channel=C0INTEL").at("messages").as_array();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].at("shown") == "done\n");
  std::string ts(messages[0].at("ts").as_string());
  CHECK(look("messages?user=U0ANA&after=" + ts).at("messages").as_array().empty());
  CHECK(look("calls?method=views.open").at("calls").as_array().size() == 1);
  json::object handles = order("handles", {{"user", "U0ANA"}, {"channel", "C0INTEL"}});
  CHECK(handles.contains("trigger_id"));
  CHECK(handles.contains("response_url"));
}

TEST_CASE_METHOD(test::sandbox_fixture, "a waiting question is answered when it happens", "[sandbox]") {
  std::optional<http::response> got;
  app->handle({"GET", "/sandbox/messages?user=U0ANA&wait=1", {}, ""}, {},
              [&](http::response r) { got = std::move(r); });
  CHECK_FALSE(got);
  call("chat.postMessage", {{"channel", "U0BEN"}, {"text", "not for ana"}});
  CHECK_FALSE(got);
  call("chat.postMessage", {{"channel", "U0ANA"}, {"text", "for ana"}});
  REQUIRE(got);
  CHECK(sandbox::parse_json(got->body)->at("messages").as_array().size() == 1);
}

TEST_CASE_METHOD(test::sandbox_fixture, "a question nobody waits for any more is forgotten", "[sandbox]") {
  std::optional<http::response> got;
  app->handle({"GET", "/sandbox/view?user=U0ANA&wait=1", {}, ""}, {},
              [&](http::response r) { got = std::move(r); });
  time.advance(std::chrono::minutes{1});
  CHECK_FALSE(got);
  call("auth.test", {}); // any change
  REQUIRE(got);
  CHECK(sandbox::parse_json(got->body)->at("view").is_null());
}

TEST_CASE_METHOD(test::sandbox_fixture, "nothing it shows holds the app's secrets", "[sandbox]") {
  outcome(app->members().run_command("U0ANA", "C0INTEL", "/x", ""));
  for (std::string page : {"state", "calls", "exchanges", "messages?user=U0ANA"}) {
    std::string body = ask({"GET", "/sandbox/" + page, {}, ""})->body;
    CHECK(body.find("xoxb-test-token") == std::string::npos);
    CHECK(body.find("8f742231b10e8888abcd99yyyzzz85a5") == std::string::npos);
  }
}

TEST_CASE_METHOD(test::sandbox_fixture, "other sites cannot drive it through a browser", "[sandbox]") {
  auto status = [&](http::fields headers) {
    return ask({"GET", "/sandbox/state", std::move(headers), ""})->status;
  };
  CHECK(status({{"Host", "127.0.0.1:3001"}}) == 200);
  CHECK(status({{"Host", "localhost:3001"}, {"Origin", "http://localhost:3001"}}) == 200);
  CHECK(status({{"Host", "127.0.0.1:3001"}, {"Origin", "https://evil.example"}}) == 403);
  CHECK(status({{"Host", "rebound.example:3001"}}) == 403);
}

TEST_CASE_METHOD(test::sandbox_fixture, "bad orders are refused with a reason", "[sandbox]") {
  CHECK(ask({"POST", "/sandbox/command", {}, "["})->status == 400);
  CHECK(post("/sandbox/dance", {}, "")->status == 404);
  CHECK(ask({"GET", "/sandbox/exchanges/77", {}, ""})->status == 404);
  CHECK(ask({"GET", "/sandbox/calls?after=x", {}, ""})->status == 400);
  CHECK(ask({"DELETE", "/sandbox/state", {}, ""})->status == 405);
  CHECK(ask({"GET", "/elsewhere", {}, ""})->status == 404);
  auto refused = post("/sandbox/submit", {{"user", "U0ANA"}}, "");
  CHECK(refused->status == 400);
  CHECK(sandbox::parse_json(refused->body)->at("cause").as_string().find("no open view") !=
        json::string::npos);
}
