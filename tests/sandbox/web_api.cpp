#include "sandbox/scripted_bot.hpp"

using namespace isacbot;
using test::modal;
using test::text_input;
namespace json = boost::json;

TEST_CASE_METHOD(test::sandbox_fixture, "a call needs the right token", "[sandbox]") {
  CHECK(call("auth.test", {}).at("ok") == true);
  CHECK(call("auth.test", {}, "").at("error") == "not_authed");
  CHECK(call("auth.test", {}, "xoxb-wrong").at("error") == "invalid_auth");
  CHECK(call("auth.test", {}, "xapp-1-A0").at("error") == "not_allowed_token_type");
  // Old clients send it in the form; it must not be recorded then either.
  auto answer = ask({"POST",
                     "/api/auth.test",
                     {{"Content-Type", "application/x-www-form-urlencoded"}},
                     "token=xoxb-test-token"});
  CHECK(sandbox::parse_json(answer->body)->as_object().at("ok") == true);
  app->world().read([](const sandbox::workspace_state& state) {
    for (const sandbox::recorded_call& c : state.calls)
      CHECK(json::serialize(c.arguments).find("xoxb-") == std::string::npos);
    return 0;
  });
}

TEST_CASE_METHOD(test::sandbox_fixture, "auth.test answers with Slack's members and headers", "[sandbox]") {
  auto response = post("/api/auth.test", {});
  json::object answer = sandbox::parse_json(response->body)->as_object();
  for (std::string_view key : {"ok", "url", "team", "user", "team_id", "user_id", "bot_id"})
    CHECK(answer.contains(key));
  CHECK(response->headers.find("X-OAuth-Scopes")->find("chat:write") != std::string_view::npos);
  CHECK(response->headers.find("X-Slack-Req-Id"));
}

TEST_CASE_METHOD(test::sandbox_fixture, "bodies of the wrong kind are refused by name", "[sandbox]") {
  auto error = [&](std::string type, std::string body) {
    http::request request{
        "POST", "/api/chat.postMessage", {{"Authorization", "Bearer xoxb-test-token"}}, std::move(body)};
    if (!type.empty())
      request.headers.add("Content-Type", std::move(type));
    return std::string(sandbox::parse_json(ask(request)->body)->as_object().at("error").as_string());
  };
  CHECK(error("", "x") == "missing_post_type");
  CHECK(error("text/xml", "x") == "invalid_post_type");
  CHECK(error("application/json", "{") == "invalid_json");
  CHECK(error("application/json", "[]") == "json_not_object");
  CHECK(error("application/x-www-form-urlencoded", "a=%ZZ") == "invalid_form_data");
  CHECK(error("application/x-www-form-urlencoded", "channel=C0INTEL&blocks=%5B%7B") ==
        "invalid_blocks_format");
  CHECK(error_of("chat.nothing", {}) == "unknown_method");
  CHECK(ask({"GET", "/api/auth.test", {}, ""})->status == 405);
}

TEST_CASE_METHOD(test::sandbox_fixture, "a form with JSON in it posts like JSON", "[sandbox]") {
  std::string body = sandbox::encode_form({{"channel", "C0INTEL"},
                                           {"text", "a & b + 100% \xE2\x98\xA0"},
                                           {"blocks", R"([{"type":"divider"}])"},
                                           {"unfurl_links", "false"}});
  auto response = ask(
      {"POST",
       "/api/chat.postMessage",
       {{"Authorization", "Bearer xoxb-test-token"}, {"Content-Type", "application/x-www-form-urlencoded"}},
       body});
  json::object answer = sandbox::parse_json(response->body)->as_object();
  REQUIRE(answer.at("ok") == true);
  CHECK(answer.at("channel") == "C0INTEL");
  auto seen = seen_by("U0ANA");
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].content.at("text") == "a & b + 100% \xE2\x98\xA0");
  CHECK(seen[0].content.at("unfurl_links") == false);
  CHECK(seen[0].content.at("blocks").as_array()[0].as_object().contains("block_id"));
}

TEST_CASE_METHOD(test::sandbox_fixture, "an app posts only where it is", "[sandbox]") {
  auto post_to = [&](std::string_view channel) {
    return error_of("chat.postMessage", {{"channel", channel}, {"text", "x"}});
  };
  CHECK(post_to("C0INTEL") == "ok");
  CHECK(post_to("C0OUTSIDE") == "not_in_channel");
  CHECK(post_to("C0SECRET") == "channel_not_found");
  CHECK(post_to("C0NONE") == "channel_not_found");
  CHECK(post_to("C0OLD") == "is_archived");
  CHECK(post_to("U0ANA") == "ok");
  CHECK(error_of("chat.postMessage", {{"text", "x"}}) == "invalid_arguments");

  auto whisper = [&](std::string_view channel, std::string_view user) {
    return error_of("chat.postEphemeral", {{"channel", channel}, {"user", user}, {"text", "x"}});
  };
  CHECK(whisper("C0INTEL", "U0ANA") == "ok");
  CHECK(whisper("C0INTEL", "U0GUS") == "user_not_in_channel");
  CHECK(whisper("C0OUTSIDE", "U0ANA") == "not_in_channel");
  CHECK(whisper("C0SECRET", "U0ANA") == "channel_not_found");
}

TEST_CASE_METHOD(test::sandbox_fixture, "an ephemeral message is seen by one member only", "[sandbox]") {
  call("chat.postEphemeral", {{"channel", "C0INTEL"}, {"user", "U0ANA"}, {"text", "for ana"}});
  CHECK(seen_by("U0ANA").size() == 1);
  CHECK(seen_by("U0BEN").empty());
  call("chat.postMessage", {{"channel", "U0BEN"}, {"text", "direct"}});
  CHECK(seen_by("U0BEN").size() == 1);
  CHECK(seen_by("U0ANA").size() == 1);
}

TEST_CASE_METHOD(test::sandbox_fixture, "content that Slack refuses is refused", "[sandbox]") {
  auto error = [&](json::object content) {
    content["channel"] = "C0INTEL";
    return error_of("chat.postMessage", content);
  };
  CHECK(error({}) == "no_text");
  CHECK(error({{"text", ""}}) == "no_text");
  CHECK(error({{"text", 5}}) == "invalid_arguments");
  CHECK(error({{"text", "x"}, {"unfurl_links", "perhaps"}}) == "invalid_arguments");
  CHECK(error({{"text", "x"}, {"blocks", "{"}}) == "invalid_blocks_format");
  CHECK(error({{"text", "x"}, {"blocks", json::object()}}) == "invalid_blocks_format");
  CHECK(error({{"text", "x"}, {"blocks", json::array{json::object{{"type", "oops"}}}}}) == "invalid_blocks");
  CHECK(error({{"text", "x"}, {"attachments", json::array{1}}}) == "invalid_attachments");
  CHECK(error({{"text", "x"}, {"markdown_text", "y"}}) == "markdown_text_conflict");
  CHECK(error({{"markdown_text", std::string(12'001, 'x')}}) == "msg_too_long");
  CHECK(error({{"text", "x"}, {"attachments", json::array(101, json::object{{"text", "x"}})}}) ==
        "too_many_attachments");
  json::object answer =
      call("chat.postMessage", {{"channel", "C0INTEL"}, {"text", std::string(40'001, 'x')}});
  CHECK(answer.at("message").as_object().at("text").as_string().size() == 40'000);
}

TEST_CASE_METHOD(test::sandbox_fixture, "refused blocks name the place", "[sandbox]") {
  json::object answer = call("chat.postMessage", {{"channel", "C0INTEL"},
                                                  {"blocks", json::array{json::object{{"type", "header"}}}}});
  CHECK(answer.at("response_metadata").as_object().at("messages").as_array()[0] ==
        "[ERROR] missing required field: text [json-pointer:/blocks/0]");
}

TEST_CASE_METHOD(test::sandbox_fixture, "chat.update changes the app's public messages and nothing else",
                 "[sandbox]") {
  json::array divider{json::object{{"type", "divider"}}};
  std::string ts(call("chat.postMessage", {{"channel", "C0INTEL"}, {"text", "old"}, {"blocks", divider}})
                     .at("ts")
                     .as_string());
  auto update = [&](json::object arguments) {
    arguments["channel"] = "C0INTEL";
    arguments.emplace("ts", ts); // unless the case brings its own
    return error_of("chat.update", arguments);
  };
  CHECK(update({{"text", "new"}}) == "ok");
  CHECK(seen_by("U0ANA")[0].content.contains("blocks")); // blocks stay unless named
  CHECK(seen_by("U0ANA")[0].earlier.size() == 1);
  CHECK(update({{"text", "new"}, {"blocks", json::array()}}) == "ok");
  CHECK_FALSE(seen_by("U0ANA")[0].content.contains("blocks"));
  CHECK(update({{"text", std::string(4001, 'x')}}) == "msg_too_long");
  CHECK(update({{"ts", "1.000001"}, {"text", "x"}}) == "message_not_found");
  std::string whispered(call("chat.postEphemeral", {{"channel", "C0INTEL"}, {"user", "U0ANA"}, {"text", "x"}})
                            .at("message_ts")
                            .as_string());
  CHECK(update({{"ts", whispered}, {"text", "x"}}) == "message_not_found");
  std::string foreign = app->members().say("U0ANA", "C0INTEL", "mine")->ref.ts;
  CHECK(update({{"ts", foreign}, {"text", "x"}}) == "cant_update_message");
  CHECK(error_of("chat.delete", {{"channel", "C0INTEL"}, {"ts", foreign}}) == "cant_delete_message");
  CHECK(error_of("chat.delete", {{"channel", "C0INTEL"}, {"ts", ts}}) == "ok");
  CHECK(update({{"text", "x"}}) == "message_not_found");
}

TEST_CASE_METHOD(test::sandbox_fixture, "directory methods answer and refuse", "[sandbox]") {
  CHECK(error_of("conversations.open", {}) == "users_list_not_supplied");
  CHECK(error_of("conversations.open", {{"users", "U0NONE"}}) == "user_not_found");
  json::object first = call("conversations.open", {{"users", "U0ANA"}});
  json::object again = call("conversations.open", {{"users", "U0ANA"}});
  CHECK_FALSE(first.contains("already_open"));
  CHECK(again.at("already_open") == true);
  CHECK(first.at("channel") == again.at("channel"));
  CHECK(error_of("conversations.info", {{"channel", "C0SECRET"}}) == "channel_not_found");
  CHECK(call("conversations.info", {{"channel", "C0OUTSIDE"}}).at("channel").as_object().at("is_member") ==
        false);
  CHECK(error_of("users.info", {{"user", "U0NONE"}}) == "user_not_found");
  CHECK(call("users.info", {{"user", "U0GUS"}}).at("user").as_object().at("is_restricted") == true);
  std::string ts(call("chat.postMessage", {{"channel", "C0INTEL"}, {"text", "x"}}).at("ts").as_string());
  json::object link = call("chat.getPermalink", {{"channel", "C0INTEL"}, {"message_ts", ts}});
  std::erase(ts, '.');
  CHECK(link.at("permalink") == json::value("https://sandbox-isac.slack.com/archives/C0INTEL/p" + ts));
  CHECK(error_of("chat.getPermalink", {{"channel", "C0INTEL"}, {"message_ts", "1.1"}}) ==
        "message_not_found");
}

TEST_CASE_METHOD(test::sandbox_fixture, "a missing scope is named", "[sandbox]") {
  app->world().change([](sandbox::context& in) { in.state.settings.scopes = {"commands", "im:write"}; });
  json::object answer = call("chat.postMessage", {{"channel", "C0INTEL"}, {"text", "x"}});
  CHECK(answer.at("error") == "missing_scope");
  CHECK(answer.at("needed") == "chat:write");
  CHECK(answer.at("provided") == "commands,im:write");
}

TEST_CASE_METHOD(test::sandbox_fixture, "planned faults hit the next calls of their method", "[sandbox]") {
  auto plan = [&](json::object fault) { REQUIRE(post("/sandbox/faults", fault, "")->status == 200); };
  json::object message{{"channel", "C0INTEL"}, {"text", "x"}};
  plan({{"method", "chat.postMessage"}, {"retry_after", 7}, {"times", 2}});
  for (int i = 0; i < 2; ++i) {
    auto limited = post("/api/chat.postMessage", message);
    CHECK(limited->status == 429);
    CHECK(limited->headers.find("Retry-After") == "7");
  }
  plan({{"method", "chat.postMessage"}, {"error", "is_archived"}});
  CHECK(error_of("auth.test", {}) == "ok");
  CHECK(error_of("chat.postMessage", message) == "is_archived");
  plan({{"status", 503}});
  CHECK(post("/api/chat.postMessage", message)->status == 503);
  CHECK(seen_by("U0ANA").empty());
  plan({{"method", "chat.postMessage"}, {"drop", "before"}});
  CHECK_FALSE(post("/api/chat.postMessage", message));
  CHECK(seen_by("U0ANA").empty());
  plan({{"method", "chat.postMessage"}, {"drop", "after"}});
  CHECK_FALSE(post("/api/chat.postMessage", message));
  CHECK(seen_by("U0ANA").size() == 1); // carried out, the answer lost
  CHECK(error_of("chat.postMessage", message) == "ok");
  CHECK(post("/sandbox/faults", {{"method", "x"}}, "")->status == 400);
}
