/// A pretended app and the sandbox around it, in one process: requests wait until `run()`, so that nothing
/// happens behind a test's back.
#pragma once

#include "sandbox/app.hpp"
#include "sandbox/handles.hpp"

#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <deque>

namespace isacbot::test {

namespace json = boost::json;

/// An http_client whose other end is a function of the test.
class scripted_bot final : public ports::http_client {
 public:
  using script = std::function<result<http::response>(const http::request&)>;

  void send(http::request request, milliseconds, completion done) override {
    waiting_.emplace_back(std::move(request), std::move(done));
  }
  /// Answers everything that waits, also what the answers cause.
  void run() {
    while (!waiting_.empty()) {
      auto [request, done] = std::move(waiting_.front());
      waiting_.pop_front();
      received.push_back(request);
      done(answer ? answer(request) : result<http::response>(http::response{}));
    }
  }

  script answer;
  std::vector<http::request> received;

 private:
  std::deque<std::pair<http::request, completion>> waiting_;
};

/// The `payload` field of an interaction.
inline json::object payload_of(const http::request& request) {
  auto fields = sandbox::decode_form(request.body);
  return sandbox::parse_json(sandbox::first_of(*fields, "payload")).value().as_object();
}

inline json::object text_object(std::string_view text) {
  return {{"type", "plain_text"}, {"text", text}};
}

inline json::object text_input(std::string_view block_id, bool is_optional = false) {
  return {{"type", "input"},
          {"block_id", block_id},
          {"label", text_object("Label of " + std::string(block_id))},
          {"optional", is_optional},
          {"element", {{"type", "plain_text_input"}, {"action_id", "value"}}}};
}

inline json::object modal(json::array blocks) {
  return {{"type", "modal"},
          {"callback_id", "example"},
          {"title", text_object("Example")},
          {"submit", text_object("Send")},
          {"blocks", std::move(blocks)}};
}

struct sandbox_fixture {
  sandbox_fixture() {
    sandbox::workspace_settings settings;
    settings.bot_token = secret("xoxb-test-token");
    settings.signing_secret = secret("8f742231b10e8888abcd99yyyzzz85a5");
    settings.base_url = "http://127.0.0.1:9";
    app.emplace(sandbox::make_sample_state(settings),
                sandbox::bot_addresses{"http://bot/slack/commands", "http://bot/slack/interactions",
                                       "http://bot/slack/events"},
                time, random, bot);
  }

  /// One exchange with the sandbox's own HTTP side; nullopt when it stayed silent.
  std::optional<http::response> ask(http::request request) {
    std::optional<http::response> got;
    app->handle(std::move(request), {}, [&](http::response r) { got = std::move(r); });
    return got;
  }
  std::optional<http::response> post(std::string target, const json::object& body,
                                     std::string token = "xoxb-test-token") {
    http::request request{"POST",
                          std::move(target),
                          {{"Content-Type", "application/json; charset=utf-8"}},
                          json::serialize(body)};
    if (!token.empty())
      request.headers.add("Authorization", "Bearer " + token);
    return ask(std::move(request));
  }
  /// A Web API call with a JSON body.
  json::object call(const std::string& method, const json::object& arguments,
                    std::string token = "xoxb-test-token") {
    auto response = post("/api/" + method, arguments, std::move(token));
    REQUIRE(response);
    CHECK(response->status == 200);
    return sandbox::parse_json(response->body).value().as_object();
  }
  /// @returns the error's name, or "ok"
  std::string error_of(const std::string& method, const json::object& arguments) {
    json::object answer = call(method, arguments);
    return answer.at("ok") == true ? "ok" : std::string(answer.at("error").as_string());
  }
  std::string trigger(const std::string& user = "U0ANA") {
    return app->world().change([&](sandbox::context& in) {
      const sandbox::view* top = sandbox::top_view(in.state, user);
      return sandbox::issue_trigger(in, user, top != nullptr ? top->id : "");
    });
  }
  /// Path of a fresh response_url of a command in the channel.
  std::string hook(const std::string& channel = "C0OUTSIDE") {
    return app->world()
        .change([&](sandbox::context& in) {
          return sandbox::issue_response_url(in, "commands", "U0ANA", {channel, ""});
        })
        .substr(std::string("http://127.0.0.1:9").size());
  }
  std::string open(json::array blocks, const std::string& user = "U0ANA") {
    json::object answer =
        call("views.open", {{"trigger_id", trigger(user)}, {"view", modal(std::move(blocks))}});
    INFO(json::serialize(answer));
    REQUIRE(answer.at("ok") == true);
    return std::string(answer.at("view").as_object().at("id").as_string());
  }
  /// Sends what waits and returns the outcome of that exchange.
  std::string outcome(const result<sandbox::exchange_id>& id) {
    INFO((id ? std::string() : id.error().cause));
    REQUIRE(id.has_value());
    bot.run();
    return app->members().wait(*id, milliseconds{0}).value().outcome;
  }
  std::vector<sandbox::message> seen_by(const std::string& user) {
    return app->world().read([&](const sandbox::workspace_state& state) {
      std::vector<sandbox::message> seen;
      for (const sandbox::message& m : state.messages)
        if (sandbox::is_visible(state, m, user))
          seen.push_back(m);
      return seen;
    });
  }
  std::optional<sandbox::view> top(const std::string& user = "U0ANA") {
    return app->world().read([&](const sandbox::workspace_state& state) {
      const sandbox::view* v = sandbox::top_view(state, user);
      return v != nullptr ? std::optional(*v) : std::nullopt;
    });
  }

  manual_clock time;
  seeded_random random{1};
  scripted_bot bot;
  std::optional<sandbox::app> app;
};

} // namespace isacbot::test
