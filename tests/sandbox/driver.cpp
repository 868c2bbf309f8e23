#include "sandbox/driver.hpp"

#include "core/bytes.hpp"

#include "sandbox/scripted_bot.hpp"

using namespace isacbot;
using test::text_input;
using test::text_object;
namespace json = boost::json;

TEST_CASE("the sandbox signs as the published vectors say", "[sandbox]") {
  test::seeded_random random{1};
  sandbox::workspace_state state;
  state.settings.signing_secret = secret("8f742231b10e8888abcd99yyyzzz85a5");
  auto signature = [&](std::int64_t at, std::string_view body) {
    sandbox::context in{state, random, from_epoch_ms(at * 1000), {}};
    return std::string(*sandbox::signature_headers(in, body).find("X-Slack-Signature"));
  };
  // The first is the example of Slack's own documentation on verifying requests.
  CHECK(signature(
            1531420618,
            "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
            "channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
            "response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%"
            "2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121."
            "803a0bc887a14d10d2c447fce8b6703c") ==
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
  CHECK(signature(
            1760000123,
            "{\"token\":\"z\",\"team_id\":\"T0ISAC001\",\"api_app_id\":\"A0TRUSTAR1\",\"type\":\"event_"
            "callback\","
            "\"event_id\":\"Ev0001\",\"event_time\":1760000123,\"event\":{\"type\":\"app_mention\",\"user\":"
            "\"U0ANALYST\",\"channel\":\"C0INTEL01\",\"ts\":\"1760000123.000100\",\"text\":\"<@U0BOT> "
            "caf\xC3\xA9 "
            "\xE2\x98\xA0 \xF0\x9F\x9A\x80 a+b%2B &lt;ok&gt; \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\"}}") ==
        "v0=3964bd84de1a8f7613383d7301e710e94af7fc8d8a0042ebb9e37682dda94573");
}

TEST_CASE_METHOD(test::sandbox_fixture, "a command carries Slack's fields and a signature over its bytes",
                 "[sandbox]") {
  CHECK(outcome(app->members().run_command("U0ANA", "C0SECRET", "/find",
                                           "a & b http://evil.example/?x=1&y=2 @ben #intel")) == "ok");
  const http::request& sent = bot.received.at(0);
  CHECK(sent.target == "http://bot/slack/commands");
  CHECK(sent.headers.find("Content-Type") == "application/x-www-form-urlencoded");
  std::string time_text(*sent.headers.find("X-Slack-Request-Timestamp"));
  std::string digest = hmac_sha256("8f742231b10e8888abcd99yyyzzz85a5", "v0:" + time_text + ":" + sent.body);
  CHECK(*sent.headers.find("X-Slack-Signature") == "v0=" + to_hex(std::as_bytes(std::span(digest))));
  auto fields = *sandbox::decode_form(sent.body);
  CHECK(sandbox::first_of(fields, "team_id") == "T0SANDBOX");
  CHECK(sandbox::first_of(fields, "user_id") == "U0ANA");
  CHECK(sandbox::first_of(fields, "channel_name") == "privategroup");
  CHECK(sandbox::first_of(fields, "is_enterprise_install") == "false");
  CHECK(sandbox::first_of(fields, "text") ==
        "a &amp; b <http://evil.example/?x=1&amp;y=2> <@U0BEN|ben> <#C0INTEL|intel>");
  CHECK(sandbox::first_of(fields, "response_url").starts_with("http://127.0.0.1:9/commands/T0SANDBOX/"));
  CHECK_FALSE(app->members().run_command("U0GUS", "C0SECRET", "/find", "").has_value()); // not a member there
}

TEST_CASE_METHOD(test::sandbox_fixture, "command text stays as typed when escaping is off", "[sandbox]") {
  app->world().change([](sandbox::context& in) { in.state.settings.escape_command_text = false; });
  outcome(app->members().run_command("U0ANA", "C0INTEL", "/find", "<a> & @ben"));
  CHECK(sandbox::first_of(*sandbox::decode_form(bot.received[0].body), "text") == "<a> & @ben");
}

TEST_CASE_METHOD(test::sandbox_fixture, "what a command answers is shown to the member alone", "[sandbox]") {
  std::pair<std::string, std::string> reply;
  bot.answer = [&](const http::request&) -> result<http::response> {
    return http::make_response(200, reply.first, reply.second);
  };
  auto run = [&] { return outcome(app->members().run_command("U0ANA", "C0INTEL", "/find", "")); };
  CHECK(run() == "ok");
  CHECK(seen_by("U0ANA").empty());
  reply = {"text/plain", "working"};
  CHECK(run() == "ok");
  reply = {"application/json", R"({"response_type":"ephemeral","text":"done"})"};
  CHECK(run() == "ok");
  CHECK(seen_by("U0ANA").size() == 2);
  CHECK(seen_by("U0BEN").empty());
  reply = {"application/json", R"({"response_type":"in_channel","text":"for all"})"};
  CHECK(run() == "ok");
  CHECK(seen_by("U0BEN").size() == 1);
  reply = {"application/json", R"({"blocks":[{"type":"oops"}]})"};
  CHECK(run() == "failed: invalid_blocks");
}

TEST_CASE_METHOD(test::sandbox_fixture, "a command that is not acknowledged fails before the member's eyes",
                 "[sandbox]") {
  auto run = [&] { return outcome(app->members().run_command("U0ANA", "C0INTEL", "/find", "")); };
  bot.answer = [&](const http::request&) -> result<http::response> {
    time.advance(milliseconds{3001});
    return http::response{};
  };
  CHECK(run() == "failed: http_timeout");
  bot.answer = [](const http::request&) -> result<http::response> {
    return http::make_response(500, "", "");
  };
  CHECK(run() == "failed: http_error");
  bot.answer = [](const http::request&) -> result<http::response> { return fail(ec::unavailable, "closed"); };
  CHECK(run() == "failed: connection_failed");
  auto seen = seen_by("U0ANA");
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].author == "USLACKBOT");
  CHECK(seen[0].content.at("text").as_string().starts_with("/find failed"));
}

TEST_CASE_METHOD(test::sandbox_fixture, "the acknowledgement's latency is measured on the given clock",
                 "[sandbox]") {
  bot.answer = [&](const http::request&) -> result<http::response> {
    time.advance(milliseconds{12});
    return http::response{};
  };
  auto id = app->members().run_command("U0ANA", "C0INTEL", "/find", "");
  CHECK(app->members().wait(*id, milliseconds{0}).error().code == ec::timeout);
  bot.run();
  CHECK(app->members().wait(*id, milliseconds{0})->latency == milliseconds{12});
}

TEST_CASE_METHOD(test::sandbox_fixture, "a button in an ephemeral message can replace it", "[sandbox]") {
  json::array blocks{{{"type", "actions"},
                      {"block_id", "b"},
                      {"elements", json::array{{{"type", "button"},
                                                {"action_id", "more"},
                                                {"value", "cursor"},
                                                {"text", text_object("More")}}}}}};
  call("chat.postEphemeral", {{"channel", "C0INTEL"}, {"user", "U0ANA"}, {"text", "x"}, {"blocks", blocks}});
  sandbox::message_ref where = seen_by("U0ANA").at(0).ref;
  CHECK_FALSE(app->members().press("U0BEN", where, "more").has_value()); // who doesn't see it can't press it
  CHECK_FALSE(app->members().press("U0ANA", where, "less").has_value());
  CHECK(outcome(app->members().press("U0ANA", where, "more")) == "ok");
  json::object payload = test::payload_of(bot.received.at(0));
  CHECK(payload.at("type") == "block_actions");
  CHECK(payload.at("container") == json::object{{"type", "message"},
                                                {"message_ts", where.ts},
                                                {"channel_id", "C0INTEL"},
                                                {"is_ephemeral", true}});
  CHECK(payload.at("actions").as_array()[0].at("value") == "cursor");
  CHECK(payload.at("actions").as_array()[0].at("block_id") == "b");
  std::string url(payload.at("response_url").as_string());
  post(url.substr(std::string("http://127.0.0.1:9").size()),
       {{"text", "next page"}, {"replace_original", true}}, "");
  REQUIRE(seen_by("U0ANA").size() == 1);
  CHECK(seen_by("U0ANA")[0].content.at("text") == "next page");
  // The trigger of a button opens a dialog.
  CHECK(error_of("views.open", {{"trigger_id", payload.at("trigger_id")},
                                {"view", test::modal({text_input("a")})}}) == "ok");
}

TEST_CASE_METHOD(test::sandbox_fixture, "an element in a dialog sends the view and its values", "[sandbox]") {
  json::object menu{{"type", "static_select"},
                    {"action_id", "kind"},
                    {"options", json::array{{{"text", text_object("One")}, {"value", "1"}}}}};
  std::string id = open({json::object{
      {"type", "section"}, {"block_id", "s"}, {"text", text_object("Pick")}, {"accessory", menu}}});
  CHECK(outcome(app->members().press("U0ANA", id, "kind", "One")) == "ok");
  json::object payload = test::payload_of(bot.received.at(0));
  CHECK(payload.at("container") == json::object{{"type", "view"}, {"view_id", id}});
  CHECK(payload.at("actions").as_array()[0].at("selected_option").at("value") == "1");
  CHECK(payload.at("view").at("state").at("values").at("s").at("kind").at("selected_option").at("value") ==
        "1");
  CHECK_FALSE(payload.contains("response_url"));
}

TEST_CASE_METHOD(test::sandbox_fixture, "typed messages reach the app in Slack's escaped form", "[sandbox]") {
  auto said = app->members().say("U0ANA", "C0INTEL",
                                 "@trustar 5 < 6 & evil.example, bad@evil.example http://e.example/?a=1&b=2");
  REQUIRE(said->event);
  CHECK(outcome(*said->event) == "ok");
  json::object body = sandbox::parse_json(bot.received.at(0).body)->as_object();
  CHECK(body.at("type") == "event_callback");
  CHECK(body.at("event").at("type") == "app_mention");
  CHECK(body.at("event").at("text") == "<@U0BOT> 5 &lt; 6 &amp; <http://evil.example|evil.example>, "
                                       "<mailto:bad@evil.example|bad@evil.example> "
                                       "<http://e.example/?a=1&amp;b=2>");
  CHECK(body.at("authorizations").as_array()[0].at("team_id") == "T0SANDBOX");
  CHECK_FALSE(app->members().say("U0ANA", "C0INTEL", "no mention")->event);
  CHECK_FALSE(app->members().say("U0ANA", "C0OUTSIDE", "@trustar hello")->event); // the app isn't there
  auto direct = app->members().say("U0ANA", app->members().direct_channel("U0ANA"), "hello");
  CHECK(outcome(*direct->event) == "ok");
  CHECK(sandbox::parse_json(bot.received.back().body)->at("event").at("channel_type") == "im");
}

TEST_CASE_METHOD(test::sandbox_fixture,
                 "an event that fails is repeated at once, after one and after five minutes", "[sandbox]") {
  bot.answer = [](const http::request&) -> result<http::response> {
    return http::make_response(500, "", "");
  };
  app->members().open_home("U0ANA").value();
  auto attempts = [&] {
    app->members().deliver_due();
    bot.run();
    return bot.received.size();
  };
  CHECK(attempts() == 2);
  time.advance(seconds{59});
  CHECK(attempts() == 2);
  time.advance(seconds{1});
  CHECK(attempts() == 3);
  time.advance(std::chrono::minutes{5});
  CHECK(attempts() == 4);
  time.advance(std::chrono::hours{1});
  CHECK(attempts() == 4);
  CHECK_FALSE(bot.received[0].headers.find("X-Slack-Retry-Num"));
  CHECK(bot.received[3].headers.find("X-Slack-Retry-Num") == "3");
  CHECK(bot.received[3].headers.find("X-Slack-Retry-Reason") == "http_error");
  CHECK(bot.received[3].body == bot.received[0].body); // the same event id
}

TEST_CASE_METHOD(test::sandbox_fixture, "an app can decline the repeats of an event", "[sandbox]") {
  bot.answer = [](const http::request&) -> result<http::response> {
    http::response refused = http::make_response(500, "", "");
    refused.headers.add("X-Slack-No-Retry", "1");
    return refused;
  };
  CHECK(outcome(app->members().open_home("U0ANA")) == "failed: http_error");
  time.advance(std::chrono::hours{1});
  app->members().deliver_due();
  bot.run();
  CHECK(bot.received.size() == 1);
}

TEST_CASE_METHOD(test::sandbox_fixture, "shortcuts carry their message and open dialogs", "[sandbox]") {
  auto said = app->members().say("U0BEN", "C0OUTSIDE", "look at evil.example");
  CHECK(outcome(app->members().use_message_shortcut("U0ANA", said->ref, "submit_message")) == "ok");
  json::object payload = test::payload_of(bot.received.at(0));
  CHECK(payload.at("type") == "message_action");
  CHECK(payload.at("message").at("text") == "look at <http://evil.example|evil.example>");
  CHECK(payload.at("message").at("user") == "U0BEN");
  CHECK(payload.at("channel").at("id") == "C0OUTSIDE");
  CHECK(outcome(app->members().use_shortcut("U0ANA", "open_submit_indicators")) == "ok");
  payload = test::payload_of(bot.received.at(1));
  CHECK(payload.at("type") == "shortcut");
  CHECK_FALSE(payload.contains("response_url"));
  CHECK(error_of("views.open", {{"trigger_id", payload.at("trigger_id")},
                                {"view", test::modal({text_input("a")})}}) == "ok");
}

TEST_CASE_METHOD(test::sandbox_fixture, "Slack's own probes judge the app", "[sandbox]") {
  bot.answer = [](const http::request& r) -> result<http::response> {
    if (!r.headers.find("X-Slack-Signature"))
      return http::response{};
    return http::make_response(200, "text/plain",
                               std::string(sandbox::parse_json(r.body)->at("challenge").as_string()));
  };
  CHECK(outcome(app->members().verify_events_address()) == "ok");
  CHECK(outcome(app->members().probe_tls()) == "ok");
  bot.answer = [](const http::request&) -> result<http::response> {
    return http::make_response(200, "", "hello");
  };
  CHECK(outcome(app->members().verify_events_address()).starts_with("failed"));
  CHECK(outcome(app->members().probe_tls()).starts_with("failed"));
}
