#include "protocol/slack/request.hpp"

#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::slack;
using namespace isacbot::test;

namespace {

template <class T>
T parse_as(const std::string& type, const std::string& body) {
  auto parsed = parse_request(type, body);
  INFO((parsed ? std::string("parsed") : to_string(parsed.error())));
  REQUIRE(parsed.has_value());
  REQUIRE(std::holds_alternative<T>(*parsed));
  return std::get<T>(*parsed);
}

template <class T>
T parse_interaction(const std::string& json) {
  return parse_as<T>(form_type, as_payload(json));
}

void check_refused(const std::string& type, const std::string& body) {
  INFO(body);
  auto parsed = parse_request(type, body);
  REQUIRE(parsed.has_error());
  CHECK(parsed.error().code == ec::malformed);
}

} // namespace

TEST_CASE("a slash command is read into a struct of its own", "[slack][request]") {
  auto command = parse_as<slash_command>(form_type, command_body);
  CHECK(command.who == member{team_id{"T0ISAC001"}, user_id{"U0ANALYST"}});
  CHECK(command.app == installation{team_id{}, team_id{"T0ISAC001"}, false});
  CHECK(command.command == "/trustar-search");
  CHECK(command.text == "wannacry \"evil\" \xE2\x98\xA0");
  CHECK(command.channel.value == "C0INTEL01");
  CHECK(command.response_url.reveal() == "https://hooks.slack.com/commands/T0/1");
  CHECK(command.trigger_id == "1.2.abc");
  CHECK(command.api_app_id == "A0TRUSTAR1");
  CHECK(duplicate_key(request(command)) == "trigger:1.2.abc");
  CHECK(kind_of(request(command)) == "command");
}

TEST_CASE("a command of an organisation-wide installation has no workspace", "[slack][request]") {
  auto in_workspace = parse_as<slash_command>(form_type, command_body + "&enterprise_id=E1");
  CHECK(in_workspace.who.team.value == "E1");
  CHECK(in_workspace.app.keys() == std::vector<std::string>{"E1-T0ISAC001"});
  std::string wide = with(with(command_body, "is_enterprise_install=false", "is_enterprise_install=true"),
                          "team_id=T0ISAC001", "team_id=");
  auto without_team = parse_as<slash_command>(form_type, wide + "&enterprise_id=E1");
  CHECK(without_team.app == installation{team_id{"E1"}, team_id{}, true});
  CHECK(without_team.app.keys() == std::vector<std::string>{"E1"});
  check_refused(form_type, wide);
}

TEST_CASE("a command with any field missing, doubled or wrong is refused", "[slack][request]") {
  for (std::string field :
       {"team_id=T0ISAC001&", "channel_id=C0INTEL01&", "user_id=U0ANALYST&", "command=%2Ftrustar-search&",
        "response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT0%2F1&"})
    check_refused(form_type, with(command_body, field, ""));
  check_refused(form_type, with(command_body, "&trigger_id=1.2.abc", ""));
  for (std::string doubled : {"&user_id=U2", "&text=x", "&team_id=T2", "&response_url=x", "&command=%2Fx"})
    check_refused(form_type, command_body + doubled);
  check_refused(form_type, with(command_body, "%2Ftrustar-search", "trustar-search"));
  check_refused(form_type, with(command_body, "is_enterprise_install=false", "is_enterprise_install=1"));
  check_refused(form_type, command_body + "&x=%zz");
  check_refused(form_type, "");
}

TEST_CASE("a command's text may be missing and is made valid UTF-8", "[slack][request]") {
  CHECK(parse_as<slash_command>(form_type, with(command_body, "text=wannacry+%22evil%22+%E2%98%A0&", ""))
            .text.empty());
  CHECK(parse_as<slash_command>(form_type, with(command_body, "text=wannacry", "text=%FF%00"))
            .text.starts_with("\xEF\xBF\xBD"));
}

TEST_CASE("ssl_check is seen alone and nothing else of the body is read", "[slack][request]") {
  CHECK(is_ssl_check(form_type, "ssl_check=1&token=x"));
  CHECK(is_ssl_check("Application/X-WWW-Form-Urlencoded; charset=utf-8",
                     "token=x&ssl_check=1&command=%2Ftrustar"));
  CHECK_FALSE(is_ssl_check(form_type, "ssl_check=0"));
  CHECK_FALSE(is_ssl_check(form_type, "ssl_check=1&ssl_check=1"));
  CHECK_FALSE(is_ssl_check(form_type, "text=ssl_check%3D1"));
  CHECK_FALSE(is_ssl_check(json_type, "ssl_check=1"));
  CHECK_FALSE(is_ssl_check(form_type, command_body));
  auto probe = parse_as<ssl_check>(form_type, command_body + "&ssl_check=1");
  CHECK(duplicate_key(request(probe)).empty());
  CHECK(sender_of(request(probe)) == nullptr);
}

TEST_CASE("parse_request goes by content type and refuses others", "[slack][request]") {
  CHECK(parse_request("application/json; charset=utf-8", event_json).has_value());
  CHECK(parse_request("APPLICATION/JSON", event_json).has_value());
  CHECK(parse_request("text/plain", event_json).error().code == ec::unsupported);
  CHECK(parse_request("", event_json).error().code == ec::unsupported);
  check_refused(json_type, command_body);
  check_refused(form_type, as_payload(block_actions_json) + "&" + as_payload(block_actions_json));
  check_refused(form_type, "payload=");
  check_refused(form_type, "payload=%7B");
  check_refused(json_type, "[]");
  check_refused(json_type, "{}");
  check_refused(json_type, R"({"type":1})");
}

TEST_CASE("an unknown payload type is no error", "[slack][request]") {
  auto unknown = parse_interaction<unknown_payload>(R"({"type":"workflow_step_edit"})");
  CHECK(unknown.type == "workflow_step_edit");
  CHECK(kind_of(request(unknown)) == "unknown");
}

TEST_CASE("block_actions are read", "[slack][request]") {
  auto actions = parse_interaction<block_actions>(block_actions_json);
  CHECK(actions.who == member{team_id{"T0ISAC001"}, user_id{"U0ANALYST"}});
  CHECK(actions.channel.value == "C0INTEL01");
  CHECK(actions.message_ts == "1760000000.000100");
  CHECK(actions.is_ephemeral);
  CHECK(actions.response_url->reveal() == "https://hooks.slack.com/actions/T0/1/x");
  REQUIRE(actions.actions.size() == 1);
  CHECK(actions.actions[0].action_id == "open_register");
  CHECK(actions.actions[0].value == "v");
  CHECK(duplicate_key(request(actions)) == "trigger:1.2.abc");
  REQUIRE(sender_of(request(actions)) != nullptr);
  CHECK(sender_of(request(actions))->user.value == "U0ANALYST");
}

TEST_CASE("every kind of choice is read from an action", "[slack][request]") {
  auto selected = [](const std::string& fields) {
    return parse_interaction<block_actions>(with(block_actions_json, R"("value":"v")", fields))
        .actions[0]
        .selected;
  };
  using values = std::vector<std::string>;
  CHECK(selected(R"("selected_option":{"value":"a"})") == values{"a"});
  CHECK(selected(R"("selected_options":[{"value":"a"},{"value":"b"}])") == values{"a", "b"});
  CHECK(selected(R"("selected_user":"U1")") == values{"U1"});
  CHECK(selected(R"("selected_channels":["C1","C2"])") == values{"C1", "C2"});
  CHECK(selected(R"("selected_option":null)").empty());
}

TEST_CASE("block_actions with a field missing or of a wrong type are refused", "[slack][request]") {
  auto refuse = [](const std::string& from, const std::string& to) {
    check_refused(form_type, as_payload(with(block_actions_json, from, to)));
  };
  refuse(R"("id":"U0ANALYST",)", "");
  refuse(R"("id":"U0ANALYST")", R"("id":7)");
  refuse(R"("id":"U0ANALYST")", R"("id":"")");
  refuse(R"({"id":"T0ISAC001","domain":"x"})", R"("T0ISAC001")");
  refuse(R"("trigger_id":"1.2.abc",)", "");
  refuse(R"("is_enterprise_install":false)", R"("is_enterprise_install":"false")");
  refuse(R"("is_ephemeral":true)", R"("is_ephemeral":1)");
  refuse(R"("channel":{"id":"C0INTEL01","name":"intel"})", R"("channel":"C0INTEL01")");
  refuse(R"("response_url":"https://hooks.slack.com/actions/T0/1/x")", R"("response_url":{})");
  refuse(R"("action_id":"open_register",)", "");
  refuse(R"("type":"button",)", "");
  refuse(R"("actions":[{)", R"("actions":[],"x":[{)");
  refuse(R"("actions":[{)", R"("actions":[1,{)");
  refuse(R"("value":"v")", R"("value":7)");
}

TEST_CASE("a view submission gives the inputs by block", "[slack][request]") {
  auto submission = parse_interaction<view_submission>(view_submission_json);
  const view_state& view = submission.view;
  CHECK(view.id == "V1");
  CHECK(view.callback_id == "submit_indicators");
  CHECK(view.private_metadata == "draft-1");
  CHECK(view.root_view_id == "V0");
  CHECK(view.text("indicators") == "evil.example\n192.0.2.1");
  CHECK(view.secret_text("indicators").reveal() == "evil.example\n192.0.2.1");
  CHECK(view.text("notes").empty());
  CHECK(view.selected("enclave") == "enclave-1");
  CHECK(view.selected("tlp").empty());
  CHECK(view.is_checked("send_special", "yes"));
  CHECK_FALSE(view.is_checked("send_special", "no"));
  CHECK(view.text("absent").empty());
  CHECK(view.secret_text("absent").empty());
  CHECK_FALSE(view.is_checked("absent", "yes"));
  CHECK(view.find("indicators", "other") == nullptr);
}

TEST_CASE("a corrected dialog is no repeat of the refused one, the same bytes are", "[slack][request]") {
  auto first = parse_request(form_type, as_payload(view_submission_json)).value();
  auto again = parse_request(form_type, as_payload(view_submission_json)).value();
  auto corrected =
      parse_request(form_type, as_payload(with(view_submission_json, "1.2.abc", "1.3.def"))).value();
  auto updated = parse_request(form_type, as_payload(with(view_submission_json, "17.abc", "18.abc"))).value();
  CHECK(duplicate_key(first) == duplicate_key(again));
  CHECK(duplicate_key(first) != duplicate_key(corrected));
  CHECK(duplicate_key(first) != duplicate_key(updated));
}

TEST_CASE("a view submission with a field missing or of a wrong type is refused", "[slack][request]") {
  auto refuse = [](const std::string& from, const std::string& to) {
    check_refused(form_type, as_payload(with(view_submission_json, from, to)));
  };
  refuse(R"("id":"V1",)", "");
  refuse(R"("hash":"17.abc")", R"("hash":17)");
  refuse(R"("private_metadata":"draft-1")", R"("private_metadata":{})");
  refuse(R"("values":{)", R"("values":[],"other":{)");
  refuse(R"("state":{)", R"("state":7,"other":{)");
  refuse(R"("indicators":{"value")", R"("x":"y","indicators":{"value")");
  refuse(R"("indicators":{"value":{)", R"("indicators":{"x":[],"value":{)");
  refuse(R"("type":"plain_text_input","value":"evil)", R"("value":"evil)");
  refuse(R"("value":"enclave-1"})", R"("value":null})");
  refuse(R"("response_urls":[])", R"("response_urls":[{"channel_id":"C1"}])");
  check_refused(form_type, as_payload(R"({"type":"view_submission","user":{"id":"U1","team_id":"T1"}})"));
}

TEST_CASE("an error about a dialog never tells what was typed", "[slack][request]") {
  auto refused =
      parse_request(form_type, as_payload(with(view_submission_json, R"("value":"evil.example\n192.0.2.1")",
                                               R"("value":["hunter2"])")));
  REQUIRE(refused.has_error());
  CHECK(to_string(refused.error()).find("hunter2") == std::string::npos);
}

TEST_CASE("identity follows organisation, then the person's own workspace", "[slack][request]") {
  auto submit = [](const std::string& from, const std::string& to) {
    return parse_interaction<view_submission>(with(view_submission_json, from, to));
  };
  const std::string team = R"("team":{"id":"T0ISAC001"})";

  auto in_organisation = submit(team, R"("team":{"id":"T0ISAC001","enterprise_id":"E1"})");
  CHECK(in_organisation.who.team.value == "E1");
  CHECK(in_organisation.app.keys() == std::vector<std::string>{"E1-T0ISAC001"});

  auto organisation_wide =
      submit(team, R"("team":null,"enterprise":{"id":"E1"},"is_enterprise_install":true)");
  CHECK(organisation_wide.who.team.value == "E1");
  CHECK(organisation_wide.app.keys() == std::vector<std::string>{"E1-T0ISAC001", "E1"});

  // A guest from another company: his workspace in `team`, our installation in the view only.
  auto guest =
      parse_interaction<view_submission>(with(with(view_submission_json, team, R"("team":{"id":"T9OTHER"})"),
                                              R"("team_id":"T0ISAC001")", R"("team_id":"T9OTHER")"));
  CHECK(guest.who.team.value == "T9OTHER");
  CHECK(guest.app.keys() == std::vector<std::string>{"T0ISAC001"});

  auto installed_by_organisation =
      submit(R"("app_installed_team_id":"T0ISAC001")", R"("app_installed_team_id":"E1")");
  CHECK(installed_by_organisation.app == installation{team_id{"E1"}, team_id{}, true});

  // A click of a guest on a message in our channel.
  auto click = parse_interaction<block_actions>(
      with(block_actions_json, R"("username":"analyst","team_id":"T0ISAC001")", R"("team_id":"T9OTHER")"));
  CHECK(click.who.team.value == "T9OTHER");
  CHECK(click.app.keys() == std::vector<std::string>{"T0ISAC001"});
}

TEST_CASE("closed views, suggestions and shortcuts are read", "[slack][request]") {
  const std::string who = R"("user":{"id":"U1","team_id":"T1"},"team":{"id":"T1"})";
  auto closed = parse_interaction<view_closed>(R"({"type":"view_closed",)" + who +
                                               R"(,"view":{"id":"V1","hash":"h"},"is_cleared":true})");
  CHECK(closed.is_cleared);
  CHECK(closed.view.id == "V1");
  check_refused(form_type, as_payload(R"({"type":"view_closed",)" + who + "}"));

  auto suggestion = parse_interaction<block_suggestion>(
      R"({"type":"block_suggestion",)" + who +
      R"(,"action_id":"value","block_id":"enclave","value":"int","view":{"id":"V1"}})");
  CHECK(suggestion.value == "int");
  CHECK(suggestion.block_id == "enclave");
  CHECK(duplicate_key(request(suggestion)).empty());
  check_refused(form_type,
                as_payload(R"({"type":"block_suggestion",)" + who + R"(,"action_id":"value","value":"x"})"));
  check_refused(form_type,
                as_payload(R"({"type":"block_suggestion",)" + who + R"(,"block_id":"enclave","value":"x"})"));

  const std::string global =
      R"({"type":"shortcut",)" + who + R"(,"callback_id":"open_submit_indicators","trigger_id":"1.2.c"})";
  CHECK(parse_interaction<shortcut>(global).callback_id == "open_submit_indicators");
  check_refused(form_type, as_payload(with(global, R"("callback_id":"open_submit_indicators",)", "")));
  check_refused(form_type, as_payload(with(global, R"(,"trigger_id":"1.2.c")", "")));

  const std::string on_message =
      R"({"type":"message_action",)" + who +
      R"(,"callback_id":"search_message","trigger_id":"1.2.c","channel":{"id":"C1"},"message_ts":"1.1",)"
      R"("response_url":"https://hooks.slack.com/app/T1/1/x",)"
      R"("message":{"type":"message","text":"see &lt;x&gt;","user":"U2","ts":"1.1","thread_ts":"1.0"}})";
  auto action = parse_interaction<message_action>(on_message);
  CHECK(action.message_text == "see &lt;x&gt;");
  CHECK(action.message_user.value == "U2");
  CHECK(action.thread_ts == "1.0");
  CHECK(parse_interaction<message_action>(with(on_message, R"("text":"see &lt;x&gt;",)", ""))
            .message_text.empty());
  for (std::string field :
       {R"("callback_id":"search_message",)", R"("trigger_id":"1.2.c",)", R"("channel":{"id":"C1"},)",
        R"("message_ts":"1.1",)", R"("response_url":"https://hooks.slack.com/app/T1/1/x",)"})
    check_refused(form_type, as_payload(with(on_message, field, "")));
}
