#include "protocol/slack/web_api.hpp"

#include "protocol/form.hpp"
#include "protocol/slack/response_url.hpp"
#include "samples.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/json/parse.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::slack;

namespace {

const api_access as_bot{"https://slack.com/api/", secret{"xoxb-test-token"}};

form::fields fields_of(const http::request& request) {
  return form::parse(request.body).value();
}

http::response answer(std::string body, unsigned status = 200) {
  return http::make_response(status, "application/json", std::move(body));
}

template <class T>
api_fault fault_of(const api_result<T>& outcome) {
  REQUIRE(outcome.has_error());
  return outcome.error();
}

} // namespace

TEST_CASE("calls are form-encoded posts with the token in the header only", "[slack][web_api]") {
  const message text("hello"_mrkdwn, {section("*x*"_mrkdwn)});
  const view modal = make_modal({.title = "t"}, {});
  const std::pair<http::request, std::string> calls[] = {
      {auth_test(as_bot), "auth.test"},
      {views_open(as_bot, "1.2.c", modal), "views.open"},
      {views_push(as_bot, "1.2.c", modal), "views.push"},
      {views_update(as_bot, "V1", modal), "views.update"},
      {views_publish(as_bot, user_id{"U1"}, make_home({})), "views.publish"},
      {chat_post_message(as_bot, channel_id{"C1"}, text), "chat.postMessage"},
      {chat_post_ephemeral(as_bot, channel_id{"C1"}, user_id{"U1"}, text), "chat.postEphemeral"},
      {chat_update(as_bot, channel_id{"D1"}, "1.1", text), "chat.update"},
      {conversations_open(as_bot, user_id{"U1"}), "conversations.open"},
      {users_info(as_bot, user_id{"U1"}), "users.info"},
  };
  for (const auto& [request, method] : calls) {
    INFO(method);
    CHECK(request.method == "POST");
    CHECK(request.target == "https://slack.com/api/" + method);
    CHECK(request.headers.find("Authorization") == "Bearer xoxb-test-token");
    CHECK(request.headers.find("Content-Type") == "application/x-www-form-urlencoded");
    CHECK(request.target.find("xoxb") == std::string::npos);
    CHECK(request.body.find("xoxb") == std::string::npos);
  }
}

TEST_CASE("each call has the arguments of its method", "[slack][web_api]") {
  const message text("hello & <b>"_mrkdwn, {section("*x*"_mrkdwn)});
  auto posted = fields_of(chat_post_message(as_bot, channel_id{"C1"}, text, "1.0"));
  CHECK(posted.find("channel") == "C1");
  CHECK(posted.find("thread_ts") == "1.0");
  CHECK(posted.find("text") == "hello & <b>");
  CHECK(posted.find("unfurl_links") == "false");
  CHECK(posted.find("unfurl_media") == "false");
  CHECK(boost::json::parse(std::string(*posted.find("blocks"))).at(0).at("type") == "section");

  auto ephemeral = fields_of(chat_post_ephemeral(as_bot, channel_id{"C1"}, user_id{"U1"}, text));
  CHECK(ephemeral.find("user") == "U1");
  CHECK(ephemeral.count("unfurl_links") == 0); // the method has no such argument
  CHECK(ephemeral.count("thread_ts") == 0);

  auto updated = fields_of(chat_update(as_bot, channel_id{"D1"}, "1.1", message("done"_mrkdwn)));
  CHECK(updated.find("ts") == "1.1");
  CHECK(updated.find("blocks") == "[]"); // or the old blocks would stay

  const view modal = make_modal({.title = "t"}, {});
  auto opened = fields_of(views_open(as_bot, "1.2.c", modal));
  CHECK(opened.find("trigger_id") == "1.2.c");
  CHECK(boost::json::parse(std::string(*opened.find("view"))) == boost::json::value(modal.json()));
  CHECK(fields_of(views_update(as_bot, "V1", modal, "17.abc")).find("hash") == "17.abc");
  CHECK(fields_of(views_update(as_bot, "V1", modal)).count("hash") == 0);
  CHECK(fields_of(views_publish(as_bot, user_id{"U1"}, make_home({}))).find("user_id") == "U1");
  CHECK(fields_of(conversations_open(as_bot, user_id{"U1"})).find("users") == "U1");
  CHECK(fields_of(users_info(as_bot, user_id{"U1"})).find("user") == "U1");
}

TEST_CASE("answers are read", "[slack][web_api]") {
  auto self = parse_auth_test(
                  answer(R"({"ok":true,"url":"https://x.slack.com/","team":"X","user":"bot","team_id":"T1",
                                         "user_id":"U0BOT","bot_id":"B1","is_enterprise_install":false})"))
                  .value();
  CHECK(self.team.value == "T1");
  CHECK(self.user.value == "U0BOT");
  CHECK(self.bot_id == "B1");
  CHECK(parse_view_answer(answer(R"({"ok":true,"view":{"id":"V1","hash":"1.a","root_view_id":"V0"}})"))
            .value()
            .hash == "1.a");
  CHECK(parse_post_answer(answer(R"({"ok":true,"channel":"C1","ts":"1.1","message":{}})")).value().ts ==
        "1.1");
  CHECK(parse_post_ephemeral(answer(R"({"ok":true,"message_ts":"1.1"})")).value() == "1.1");
  CHECK(parse_conversations_open(answer(R"({"ok":true,"no_op":true,"channel":{"id":"D1"}})")).value().value ==
        "D1");
  auto user =
      parse_users_info(
          answer(
              R"({"ok":true,"user":{"id":"U1","team_id":"T1","name":"a","real_name":"Ana","tz":"Europe/Rome",
                                          "is_bot":false,"deleted":false,"is_restricted":false,"is_ultra_restricted":true}})"))
          .value();
  CHECK(user.name == "Ana");
  CHECK(user.is_guest);
}

TEST_CASE("recorded answers are understood", "[slack][web_api]") {
  if (!test::recorded_sample("responses/auth.test.ok0.json"))
    SKIP("the recorded samples are not here");
  auto read = [](const std::string& name) {
    return answer(test::recorded_sample("responses/" + name).value());
  };
  CHECK(parse_auth_test(read("auth.test.ok2.json")).value().bot_id == "BZYBOTHED");
  CHECK(parse_view_answer(read("views.open.ok0.json")).value().id == "VMHU10V25");
  CHECK(parse_view_answer(read("views.update.ok0.json")).value().hash == "1569262015.55b5e41b");
  CHECK(parse_view_answer(read("views.publish.ok0.json")).has_value());
  CHECK(parse_post_answer(read("chat.postMessage.ok0.json")).value().ts == "1503435956.000247");
  CHECK(parse_post_answer(read("chat.update.ok0.json")).has_value());
  CHECK(parse_post_ephemeral(read("chat.postEphemeral.ok0.json")).value() == "1502210682.580145");
  CHECK(parse_conversations_open(read("conversations.open.ok0.json")).value().value == "D069C7QFK");
  CHECK(parse_users_info(read("users.info.ok0.json")).value().name == "Egon Spengler");
  CHECK(fault_of(parse_auth_test(read("auth.test.error1.json"))).next == next_step::fix_configuration);
  CHECK(fault_of(parse_view_answer(read("views.open.error1.json"))).next == next_step::run_again);
  CHECK(fault_of(parse_view_answer(read("views.push.error1.json"))).next == next_step::send_plain_text);
  CHECK(fault_of(parse_post_ephemeral(read("chat.postEphemeral.error1.json"))).next ==
        next_step::use_direct_message);
}

TEST_CASE("every error of Slack's table has its next step", "[slack][web_api]") {
  using enum next_step;
  const std::pair<const char*, next_step> table[] = {
      {"not_in_channel", use_direct_message},
      {"channel_not_found", use_direct_message},
      {"user_not_in_channel", use_direct_message},
      {"is_archived", use_direct_message},
      {"restricted_action", use_direct_message},
      {"restricted_action_read_only_channel", use_direct_message},
      {"ekm_access_denied", use_direct_message},
      {"messages_tab_disabled", use_direct_message},
      {"expired_trigger_id", run_again},
      {"invalid_trigger_id", run_again},
      {"exchanged_trigger_id", run_again},
      {"ratelimited", wait},
      {"rate_limited", wait},
      {"invalid_auth", fix_configuration},
      {"not_authed", fix_configuration},
      {"not_allowed_token_type", fix_configuration},
      {"token_revoked", forget_installation},
      {"account_inactive", forget_installation},
      {"user_removed_from_team", forget_installation},
      {"team_disabled", forget_installation},
      {"token_expired", refresh_token},
      {"missing_scope", reinstall},
      {"msg_too_long", shorten},
      {"msg_blocks_too_long", shorten},
      {"view_too_large", shorten},
      {"attachment_payload_limit_exceeded", shorten},
      {"invalid_blocks", send_plain_text},
      {"invalid_blocks_format", send_plain_text},
      {"invalid_arguments", send_plain_text},
      {"no_text", send_plain_text},
      {"markdown_text_conflict", send_plain_text},
      {"invalid_attachments", send_plain_text},
      {"message_limit_exceeded", give_up},
      {"team_added_to_org", retry},
      {"org_login_required", retry},
      {"fatal_error", retry},
      {"internal_error", retry},
      {"service_unavailable", retry},
      {"request_timeout", retry},
      {"something_new", give_up},
      {"", give_up}};
  for (const auto& [code, next] : table) {
    INFO(code);
    CHECK(step_after(code) == next);
    auto fault = fault_of(parse_post_answer(answer(std::string(R"({"ok":false,"error":")") + code + "\"}")));
    CHECK(fault.next == next);
    CHECK(fault.code == code);
    CHECK(fault.retry_after.has_value() == (next == wait));
    CHECK((fault.to_error().code == ec::rate_limited) == (next == wait));
  }
}

TEST_CASE("a refusal carries what the operator needs", "[slack][web_api]") {
  auto refused =
      answer(R"({"ok":false,"error":"missing_scope","needed":"im:write","provided":"chat:write"})");
  refused.headers.add("X-Slack-Req-Id", "req-1");
  auto fault = fault_of(parse_conversations_open(refused));
  CHECK(fault.detail == "needs the scope im:write");
  CHECK(fault.request_id == "req-1");
  CHECK(fault.to_error().cause.find("req-1") != std::string::npos);
  auto blocks = fault_of(parse_post_answer(answer(R"({"ok":false,"error":"invalid_blocks","response_metadata":
      {"messages":["[ERROR] too long [json-pointer:/blocks/0]","second"]}})")));
  CHECK(blocks.detail == "[ERROR] too long [json-pointer:/blocks/0]");
}

TEST_CASE("429 waits as long as Slack says, 30 seconds without a usable header", "[slack][web_api]") {
  auto wait_of = [](std::optional<std::string> header) {
    http::response limited = answer("ratelimited", 429);
    if (header)
      limited.headers.add("Retry-After", *header);
    auto fault = fault_of(parse_post_answer(limited));
    CHECK(fault.next == next_step::wait);
    CHECK(fault.kind == ec::rate_limited);
    return fault.retry_after.value();
  };
  CHECK(wait_of("7") == seconds{7});
  CHECK(wait_of("0") == seconds{0});
  CHECK(wait_of({}) == seconds{30});
  CHECK(wait_of("soon") == seconds{30});
  CHECK(wait_of("-1") == seconds{30});
  CHECK(wait_of("7.5") == seconds{30});
  CHECK(wait_of("99999999999999") == seconds{30});
  CHECK(wait_of("4000000") == std::chrono::hours{1});
}

TEST_CASE("answers that are no answers are faults, and say whether the effect is known", "[slack][web_api]") {
  auto fault = fault_of(parse_post_answer(answer("<html>oops</html>", 503)));
  CHECK(fault.next == next_step::retry);
  CHECK(is_ambiguous(fault.kind));
  CHECK(fault_of(parse_post_answer(answer("", 500))).next == next_step::retry);
  CHECK(fault_of(parse_post_answer(answer("{}", 502))).next == next_step::retry);
  CHECK(fault_of(parse_post_answer(answer("<html>", 404))).next == next_step::give_up);
  for (std::string body :
       {"", "not json", "[]", "7", R"({"ok":true})", R"({"ok":true,"channel":"C1"})",
        R"({"ok":true,"channel":7,"ts":"1.1"})", R"({"ok":true,"channel":"C1","ts":""})"}) {
    INFO(body);
    auto unreadable = fault_of(parse_post_answer(answer(body)));
    CHECK(unreadable.kind == ec::protocol_violation);
    CHECK(unreadable.next == next_step::give_up);
  }
  CHECK(fault_of(parse_post_answer(answer("{}"))).code == "unreadable_answer");
  CHECK(fault_of(parse_post_answer(answer(R"({"ok":"true","channel":"C1","ts":"1.1"})"))).next ==
        next_step::give_up);
  CHECK(parse_auth_test(answer(R"({"ok":true,"user_id":"U1"})")).has_error());
  CHECK(parse_view_answer(answer(R"({"ok":true,"view":{}})")).has_error());
  CHECK(parse_conversations_open(answer(R"({"ok":true,"channel":"D1"})")).has_error());
  CHECK(parse_users_info(answer(R"({"ok":true,"user":{"id":"U1","is_bot":"no"}})")).has_error());
}

TEST_CASE("only allowed hosts pass as response_url", "[slack][response_url]") {
  const std::vector<std::string> allowed = {"hooks.slack.com", "hooks.slack-gov.com", "127.0.0.1:8090"};
  auto passes = [&](const std::string& url) { return check_response_url(secret{url}, allowed).has_value(); };
  CHECK(passes("https://hooks.slack.com/commands/T1/1/abc"));
  CHECK(passes("https://HOOKS.slack.com/commands/T1/1/abc"));
  CHECK(passes("https://hooks.slack.com:443/x"));
  CHECK(passes("https://hooks.slack-gov.com/x"));
  CHECK(passes("http://127.0.0.1:8090/hook/1"));
  CHECK(passes("https://127.0.0.1:8090/hook/1"));
  for (std::string bad : {"http://hooks.slack.com/x",
                          "https://hooks.slack.com:8443/x",
                          "https://evil.example/x",
                          "https://hooks.slack.com.evil.example/x",
                          "https://evil.example/hooks.slack.com",
                          "https://hooks.slack.com@evil.example/",
                          "https://user@hooks.slack.com/x",
                          "https://user:pass@hooks.slack.com/x",
                          "https://hooks.slack.com/x#y",
                          "ftp://hooks.slack.com/x",
                          "//hooks.slack.com/x",
                          "hooks.slack.com/x",
                          "",
                          "https://",
                          "https:///x",
                          "http://127.0.0.1/hook",
                          "http://127.0.0.1:8091/hook",
                          "http://127.0.0.1:80900/hook",
                          "https://127.0.0.1/hook",
                          "https://hooks.slack.com/x y",
                          "https://hooks.slack.com/x\r\nHost: evil.example",
                          "https://hooks.slack.com\\@evil.example/",
                          "https://hooks%2Eslack%2Ecom/x",
                          "file:///etc/passwd",
                          "http://[::1]:8090/x"}) {
    INFO(bad);
    auto refused = check_response_url(secret{bad}, allowed);
    REQUIRE(refused.has_error());
    if (!bad.empty())
      CHECK(to_string(refused.error()).find(bad) == std::string::npos);
  }
  CHECK_FALSE(passes("https://hooks.slack.com/" + std::string(3'000, 'x')));
  CHECK(check_response_url(secret{"https://hooks.slack.com/x"}, {}).has_error());
  const std::vector<std::string> loopback6 = {"[::1]:8090"};
  CHECK(check_response_url(secret{"http://[::1]:8090/x"}, loopback6).has_value());
}

TEST_CASE("posts to a response_url are ephemeral unless asked and never unfurl", "[slack][response_url]") {
  const secret url{"https://hooks.slack.com/x"};
  auto request = response_url_post(url, message("hello"_mrkdwn));
  CHECK(request.method == "POST");
  CHECK(request.target == "https://hooks.slack.com/x");
  CHECK(request.headers.count("Authorization") == 0);
  auto body = boost::json::parse(request.body);
  CHECK(body.at("text") == "hello");
  CHECK(body.at("response_type") == "ephemeral");
  CHECK(body.at("replace_original") == false);
  CHECK(body.at("unfurl_links") == false);
  auto shared = boost::json::parse(
      response_url_post(url, message("x"_mrkdwn), {.seen_by = visibility::channel, .replace_original = true})
          .body);
  CHECK(shared.at("response_type") == "in_channel");
  CHECK(shared.at("replace_original") == true);
  CHECK(boost::json::parse(response_url_delete(url).body) ==
        boost::json::parse(R"({"delete_original":true})"));
}

TEST_CASE("a response_url's answer is judged by its status", "[slack][response_url]") {
  CHECK(parse_response_url_answer(answer("ok")).has_value());
  CHECK(parse_response_url_answer(answer("anything")).has_value());
  CHECK(fault_of(parse_response_url_answer(answer("Expired url", 404))).next ==
        next_step::use_direct_message);
  CHECK(fault_of(parse_response_url_answer(answer("", 302))).next == next_step::use_direct_message);
  CHECK(fault_of(parse_response_url_answer(answer("", 503))).next == next_step::retry);
  auto limited = answer("", 429);
  limited.headers.add("Retry-After", "3");
  CHECK(fault_of(parse_response_url_answer(limited)).retry_after == seconds{3});
}
