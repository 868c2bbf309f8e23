#include "protocol/slack/request.hpp"

#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::slack;
using namespace isacbot::test;

namespace {

event_callback parse_event(const std::string& body) {
  auto parsed = parse_request(json_type, body);
  INFO((parsed ? std::string("parsed") : to_string(parsed.error())));
  REQUIRE(parsed.has_value());
  return std::get<event_callback>(*parsed);
}

/// The sample with another inner event.
event_callback parse_inner(const std::string& event) {
  std::size_t at = event_json.find("\"event\":{");
  return parse_event(event_json.substr(0, at) + "\"event\":" + event + "}");
}

void check_refused(const std::string& body) {
  INFO(body);
  auto parsed = parse_request(json_type, body);
  REQUIRE(parsed.has_error());
  CHECK(parsed.error().code == ec::malformed);
}

} // namespace

TEST_CASE("url_verification gives the challenge", "[slack][event]") {
  auto parsed =
      parse_request(json_type, R"({"token":"old","challenge":"3eZ","type":"url_verification"})").value();
  CHECK(std::get<url_verification>(parsed).challenge == "3eZ");
  check_refused(R"({"type":"url_verification"})");
  check_refused(R"({"type":"url_verification","challenge":""})");
  check_refused(R"({"type":"url_verification","challenge":7})");
}

TEST_CASE("a mention is read and deduplicated by event id", "[slack][event]") {
  auto callback = parse_event(event_json);
  CHECK(callback.event_id == "Ev1");
  CHECK(callback.event_time == sys_time{seconds{1'760'000'123}});
  CHECK(callback.app == installation{team_id{}, team_id{"T0ISAC001"}, false});
  const auto& mention = std::get<app_mention>(callback.event);
  CHECK(mention.who == member{team_id{"T0ISAC001"}, user_id{"U0ANALYST"}});
  CHECK(mention.channel.value == "C0INTEL01");
  CHECK(mention.text == "<@U0BOT> wannacry");
  CHECK(duplicate_key(request(callback)) == "event:Ev1");
  REQUIRE(sender_of(request(callback)) != nullptr);
}

TEST_CASE("authorizations decide which installation an event is for", "[slack][event]") {
  auto wide = parse_event(with(with(event_json, R"("enterprise_id":null,"team_id":"T0ISAC001")",
                                    R"("enterprise_id":"E1","team_id":null)"),
                               R"("is_enterprise_install":false)", R"("is_enterprise_install":true)"));
  CHECK(wide.app == installation{team_id{"E1"}, team_id{}, true});
  CHECK(std::get<app_mention>(wide.event).who.team.value == "E1");
  // In a shared channel the outer team is the writer's, the authorization ours.
  auto shared = parse_event(
      with(with(event_json, R"("team_id":"T0ISAC001","api_app_id")", R"("team_id":"T9","api_app_id")"),
           R"("team":"T0ISAC001")", R"("team":"T9")"));
  CHECK(shared.app.keys() == std::vector<std::string>{"T0ISAC001"});
  CHECK(std::get<app_mention>(shared.event).who.team.value == "T9");
}

TEST_CASE("an authorization without ids leaves the outer ids standing", "[slack][event]") {
  auto callback = parse_event(with(event_json, R"("enterprise_id":null,"team_id":"T0ISAC001",)", ""));
  CHECK(callback.app.keys() == std::vector<std::string>{"T0ISAC001"});
}

TEST_CASE("direct messages of people are read, those of bots, edits and channels are not", "[slack][event]") {
  const std::string message =
      R"({"type":"message","channel_type":"im","user":"U1","channel":"D1","ts":"1.1","text":"evil.example"})";
  CHECK(std::get<direct_message>(parse_inner(message).event).text == "evil.example");
  for (std::string other :
       {with(message, R"("user":"U1")", R"("user":"U1","bot_id":"B1")"),
        with(message, R"("user":"U1")", R"("user":"U1","subtype":"message_changed")"),
        with(message, R"("user":"U1",)", ""), with(message, R"("im")", R"("channel")"),
        with(message, R"("channel_type":"im",)", ""), std::string(R"({"type":"reaction_added"})"),
        std::string(R"({"type":"app_mention","user":"U1","bot_id":"B1","channel":"C1","ts":"1"})")}) {
    INFO(other);
    CHECK(std::holds_alternative<other_event>(parse_inner(other).event));
  }
}

TEST_CASE("home, uninstall and revocation events are read", "[slack][event]") {
  auto opened = parse_inner(R"({"type":"app_home_opened","user":"U1","channel":"D1","tab":"messages"})");
  CHECK(std::get<app_home_opened>(opened.event).tab == "messages");
  CHECK(std::holds_alternative<app_uninstalled>(parse_inner(R"({"type":"app_uninstalled"})").event));
  auto revoked = parse_inner(R"({"type":"tokens_revoked","tokens":{"oauth":["U1"],"bot":["U2","U3"]}})");
  CHECK(std::get<tokens_revoked>(revoked.event).users.size() == 1);
  CHECK(std::get<tokens_revoked>(revoked.event).bots[1].value == "U3");
  CHECK(std::get<tokens_revoked>(parse_inner(R"({"type":"tokens_revoked","tokens":{"bot":["U2"]}})").event)
            .users.empty());
}

TEST_CASE("app_rate_limited is read", "[slack][event]") {
  auto parsed = parse_request(json_type, R"({"token":"old","type":"app_rate_limited","team_id":"T1",
                                             "minute_rate_limited":1518467820,"api_app_id":"A1"})")
                    .value();
  CHECK(std::get<app_rate_limited>(parsed).minute_rate_limited == 1'518'467'820);
  check_refused(R"({"type":"app_rate_limited","minute_rate_limited":1})");
  check_refused(R"({"type":"app_rate_limited","team_id":"T1","minute_rate_limited":"1"})");
  check_refused(R"({"type":"app_rate_limited","team_id":"T1"})");
}

TEST_CASE("events with a field missing or of a wrong type are refused", "[slack][event]") {
  auto refuse = [](const std::string& from, const std::string& to) {
    check_refused(with(event_json, from, to));
  };
  refuse(R"("event_id":"Ev1",)", "");
  refuse(R"("event_id":"Ev1")", R"("event_id":"")");
  refuse(R"("event_time":1760000123)", R"("event_time":"now")");
  refuse(R"("event_time":1760000123)", R"("event_time":6222222222222220123)");
  refuse(R"("event_time":1760000123)", R"("event_time":-1)");
  refuse(R"("event":{)", R"("other":{)");
  refuse(R"("event":{"type":"app_mention")", R"("event":{"type":7)");
  refuse(R"("user":"U0ANALYST")", R"("user":{})");
  refuse(R"("channel":"C0INTEL01",)", "");
  refuse(R"("ts":"1760000123.000100",)", "");
  refuse(R"("text":"<@U0BOT> wannacry")", R"("text":[])");
  refuse(R"("authorizations":[{)", R"("authorizations":[7,{)");
  refuse(R"("is_enterprise_install":false)", R"("is_enterprise_install":"no")");
  check_refused(R"({"type":"event_callback","event_id":"Ev1","event":{"type":"app_uninstalled"}})");
}

TEST_CASE("recorded payloads of other frameworks' tests are understood", "[slack][event]") {
  if (!recorded_sample("payloads/block_actions.json"))
    SKIP("the recorded samples are not here");
  auto read = [](const std::string& name) { return recorded_sample("payloads/" + name).value(); };
  auto trimmed = [&](std::string text) { return text.substr(0, text.find_last_not_of('\n') + 1); };

  auto command = std::get<slash_command>(
      parse_request(form_type, trimmed(read("slash_command.urlencoded.txt"))).value());
  CHECK(command.command == "/hello-world");
  CHECK(command.who == member{team_id{"E111"}, user_id{"W111"}});

  for (auto [name, kind] : {std::pair("block_actions", "block_actions"),
                            {"view_submission", "view_submission"},
                            {"view_submission_with_response_urls", "view_submission"},
                            {"view_submission_shared_channel", "view_submission"},
                            {"view_closed", "view_closed"},
                            {"block_suggestion", "block_suggestion"},
                            {"shortcut_global", "shortcut"},
                            {"shortcut_message_action", "message_action"}}) {
    INFO(name);
    auto parsed = parse_request(form_type, as_payload(read(std::string(name) + ".json")));
    REQUIRE(parsed.has_value());
    CHECK(kind_of(*parsed) == kind);
  }
  for (auto [name, kind] : {std::pair("event_url_verification", "url_verification"),
                            {"event_app_mention", "event"},
                            {"event_app_mention_org_install", "event"},
                            {"event_message_file_share", "event"},
                            {"event_message_changed", "event"}}) {
    INFO(name);
    auto parsed = parse_request(json_type, read(std::string(name) + ".json"));
    REQUIRE(parsed.has_value());
    CHECK(kind_of(*parsed) == kind);
  }
  auto shared = std::get<view_submission>(
      parse_request(form_type, as_payload(read("view_submission_shared_channel.json"))).value());
  CHECK(shared.app.keys() == std::vector<std::string>{"T-installed-workspace"});
  auto wide =
      std::get<event_callback>(parse_request(json_type, read("event_app_mention_org_install.json")).value());
  CHECK(wide.app == installation{team_id{"E111"}, team_id{}, true});
}
