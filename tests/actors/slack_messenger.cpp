#include "actors/slack_messenger.hpp"

#include "actors/actor_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::actors;

namespace {

using slack::operator""_mrkdwn;

const http::response ok_text = http::make_response(200, "text/html", "ok");
const http::response gone = http::make_response(404, "text/html", "used_url");

http::response api(std::string body) {
  return http::make_response(200, "application/json", std::move(body));
}

struct messenger_fixture : test::actor_fixture {
  messenger_fixture() {
    slack_messenger_config config;
    config.access = {"https://slack.example/api/", secret{"xoxb-test"}};
    config.response_url_hosts = {"hooks.slack.com"};
    messenger = system.spawn<slack_messenger>(config, env);
  }

  ~messenger_fixture() { end(messenger); }

  auto deliver(std::string response_url, std::string channel = "C1") {
    slack_delivery d;
    d.target.who = {team_id{"T1"}, user_id{"U1"}};
    d.target.channel = channel_id{std::move(channel)};
    d.target.response_url = secret{std::move(response_url)};
    d.content = std::make_shared<const slack::message>("hello"_mrkdwn);
    return self->request(messenger, caf::infinite, atom::deliver_v, std::move(d));
  }

  slack_messenger_actor messenger;
};

constexpr auto hook = "https://hooks.slack.com/commands/T1/1/abc";

} // namespace

TEST_CASE("an answer goes through response_url and nowhere else", "[actors]") {
  messenger_fixture f;
  auto sent = f.deliver(hook);
  f.run();
  CHECK(f.answer(ok_text).target == hook);
  CHECK(f.receive<atom::done>(sent).value);
  CHECK(f.network.waiting.empty());
}

TEST_CASE("a used-up response_url falls back to an ephemeral post, then to a direct message", "[actors]") {
  messenger_fixture f;
  auto sent = f.deliver(hook);
  f.run();
  f.answer(gone);
  CHECK(f.answer(api(R"({"ok":false,"error":"not_in_channel"})")).target.ends_with("chat.postEphemeral"));
  CHECK(f.answer(api(R"({"ok":true,"channel":{"id":"D1"}})")).target.ends_with("conversations.open"));
  auto posted = f.answer(api(R"({"ok":true,"channel":"D1","ts":"1.2","message":{}})"));
  CHECK(posted.target.ends_with("chat.postMessage"));
  CHECK(posted.headers.find("Authorization") == "Bearer xoxb-test");
  CHECK(f.receive<atom::done>(sent).value);
}

TEST_CASE("a response_url of another host is never posted to", "[actors]") {
  messenger_fixture f;
  auto sent = f.deliver("https://evil.example/commands/1");
  f.run();
  CHECK(f.answer(api(R"({"ok":true,"message_ts":"1.2"})")).target.ends_with("chat.postEphemeral"));
  CHECK(f.receive<atom::done>(sent).value);
}

TEST_CASE("a 429 is waited out for as long as Slack says", "[actors]") {
  messenger_fixture f;
  auto sent = f.deliver(hook);
  f.run();
  auto limited = http::make_response(429, "text/plain", "");
  limited.headers.add("Retry-After", "7");
  f.answer(limited);
  f.advance(milliseconds{6'900});
  CHECK(f.network.waiting.empty());
  f.advance(milliseconds{200});
  REQUIRE(f.network.waiting.size() == 1);
  CHECK(f.answer(ok_text).target == hook);
  CHECK(f.receive<atom::done>(sent).value);
}

TEST_CASE("a post whose answer was lost is repeated once at most", "[actors]") {
  messenger_fixture f;
  auto sent = f.deliver(hook, "");
  f.run();
  f.answer(fail(ec::timeout, "no answer"));
  f.advance(seconds{1});
  REQUIRE(f.network.waiting.size() == 1);
  f.answer(fail(ec::timeout, "no answer"));
  f.advance(seconds{60});
  REQUIRE(f.network.waiting.size() == 1); // the direct message, not a third post
  CHECK(f.network.waiting.front().request.target.ends_with("conversations.open"));
  f.answer(api(R"({"ok":false,"error":"account_inactive"})"));
  auto reply = f.receive<atom::done>(sent);
  CHECK(reply.failure);
}
