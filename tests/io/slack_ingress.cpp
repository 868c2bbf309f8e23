// The way in, without sockets: what is answered before anything is parsed, and what when the dispatcher
// fails.
#include "io/slack_ingress.hpp"

#include "protocol/slack/signature.hpp"

#include "support/manual_clock.hpp"

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace isacbot;

namespace {

constexpr std::string_view command_body =
    "team_id=T0ISAC001&channel_id=C0INTEL01&user_id=U0ANALYST&command=%2Ftrustar&text=&"
    "response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT0ISAC001%2F1%2Fabc&trigger_id=111.222.aaa";
constexpr auto form_type = "application/x-www-form-urlencoded";

struct ingress_fixture {
  test::manual_clock time{from_epoch_ms(1'760'000'000'000)};
  telemetry::metrics metrics;
  secret key{"8f742231b10e8888abcd99yyyzzz85a5"};
  std::vector<std::shared_ptr<const slack::request>> dispatched;
  result<http::response> verdict = http::make_response(200, "", "");
  io::slack_ingress ingress{key, time, metrics, telemetry::logger{},
                            [this](auto request, std::string, auto done) {
                              dispatched.push_back(request);
                              done(verdict);
                            }};

  http::request signed_request(std::string body, std::string type, std::string target = "/slack/commands") {
    std::string stamp = "1760000000";
    http::request r{"POST", std::move(target), {}, std::move(body)};
    r.headers.add("Content-Type", std::move(type));
    r.headers.add("X-Slack-Request-Timestamp", stamp);
    r.headers.add("X-Slack-Signature", slack::sign(key, r.body, stamp));
    return r;
  }
  http::response handle(http::request r) {
    std::optional<http::response> answer;
    ingress.handle(std::move(r), {"127.0.0.1", "r1"}, [&](http::response a) { answer = std::move(a); });
    REQUIRE(answer.has_value());
    return *answer;
  }
};

} // namespace

TEST_CASE("a request without a right signature is answered 401, empty, and reaches nobody", "[io]") {
  ingress_fixture f;
  auto unsigned_request = f.signed_request(std::string(command_body), form_type);
  unsigned_request.headers = http::fields{{"Content-Type", form_type}};
  auto changed = f.signed_request(std::string(command_body), form_type);
  changed.body.back() = 'b';
  auto doubled = f.signed_request(std::string(command_body), form_type);
  doubled.headers.add("X-Slack-Signature", "v0=0");
  for (const auto& r : std::vector{unsigned_request, changed, doubled}) {
    auto answer = f.handle(r);
    CHECK(answer.status == 401);
    CHECK(answer.body.empty());
  }
  f.time.advance(seconds{301});
  CHECK(f.handle(f.signed_request(std::string(command_body), form_type)).status == 401);
  CHECK(f.dispatched.empty());
}

TEST_CASE("a signed command reaches the dispatcher, on any of the three paths", "[io]") {
  ingress_fixture f;
  for (std::string path : {"/slack/commands", "/slack/interactions", "/slack/events"})
    CHECK(f.handle(f.signed_request(std::string(command_body), form_type, path)).status == 200);
  REQUIRE(f.dispatched.size() == 3);
  CHECK(std::holds_alternative<slack::slash_command>(*f.dispatched.front()));
}

TEST_CASE("ssl_check is answered without a signature, and nothing else of it is read", "[io]") {
  ingress_fixture f;
  http::request probe{
      "POST", "/slack/commands", {{"Content-Type", form_type}}, "ssl_check=1&" + std::string(command_body)};
  auto answer = f.handle(probe);
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(f.dispatched.empty());
}

TEST_CASE("url_verification is answered with its challenge, if it is signed", "[io]") {
  ingress_fixture f;
  std::string body = R"({"token":"t","challenge":"3eZbrw1aB","type":"url_verification"})";
  auto answer = f.handle(f.signed_request(body, "application/json", "/slack/events"));
  CHECK(answer.status == 200);
  CHECK(answer.body.find("3eZbrw1aB") != std::string::npos);
  http::request bare{"POST", "/slack/events", {{"Content-Type", "application/json"}}, body};
  CHECK(f.handle(bare).status == 401);
}

TEST_CASE("another path is 404, another method 405, a signed body that is no request 400", "[io]") {
  ingress_fixture f;
  CHECK(f.handle(f.signed_request("x=1", form_type, "/slack/other")).status == 404);
  auto get = f.signed_request("", form_type);
  get.method = "GET";
  auto answer = f.handle(get);
  CHECK(answer.status == 405);
  CHECK(answer.headers.find("Allow") == "POST");
  CHECK(f.handle(f.signed_request("{", "application/json", "/slack/events")).status == 400);
  CHECK(f.handle(f.signed_request("command=%2Ftrustar", form_type)).status == 400);
  CHECK(f.dispatched.empty());
}

TEST_CASE("a payload of a type that is newer than this program is accepted and forgotten", "[io]") {
  ingress_fixture f;
  std::string payload = "payload=%7B%22type%22%3A%22something_new%22%7D";
  CHECK(f.handle(f.signed_request(payload, form_type, "/slack/interactions")).status == 200);
  CHECK(f.dispatched.empty());
}

TEST_CASE("a command that cannot be taken is answered in words, a dialog stays open", "[io]") {
  ingress_fixture f;
  f.verdict = fail(ec::overloaded, "too many commands are under way");
  auto answer = f.handle(f.signed_request(std::string(command_body), form_type));
  CHECK(answer.status == 200);
  CHECK(answer.body.find("again") != std::string::npos);
  CHECK(answer.body.find("overloaded") == std::string::npos);
  std::string event =
      R"({"type":"event_callback","team_id":"T1","api_app_id":"A1","event_id":"Ev1","event_time":1760000000,)"
      R"("event":{"type":"app_mention","user":"U1","channel":"C1","ts":"1.2","text":"hi"}})";
  CHECK(f.handle(f.signed_request(event, "application/json", "/slack/events")).status ==
        503); // Slack sends it again
}
