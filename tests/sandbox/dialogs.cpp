#include "sandbox/dialogs.hpp"

#include "sandbox/scripted_bot.hpp"

using namespace isacbot;
using test::modal;
using test::text_input;
using test::text_object;
namespace json = boost::json;

TEST_CASE_METHOD(test::sandbox_fixture, "a trigger id opens one view within three seconds", "[sandbox]") {
  auto open_with = [&](const std::string& id) {
    return error_of("views.open", {{"trigger_id", id}, {"view", modal({text_input("a")})}});
  };
  std::string id = trigger();
  time.advance(seconds{3});
  CHECK(open_with(id) == "ok");
  CHECK(open_with(id) == "exchanged_trigger_id");
  std::string late = trigger();
  time.advance(milliseconds{3001});
  CHECK(open_with(late) == "expired_trigger_id");
  CHECK(open_with("12.34.ab") == "invalid_trigger_id");
  CHECK(open_with("nonsense") == "invalid_trigger_id");
  CHECK(error_of("views.open", {{"view", modal({text_input("a")})}}) == "invalid_arguments");
  CHECK(error_of("views.open", {{"trigger_id", trigger()}}) == "invalid_arguments");
}

TEST_CASE_METHOD(test::sandbox_fixture, "a refused view names the place and leaves the trigger usable",
                 "[sandbox]") {
  std::string id = trigger();
  json::object bad = modal({text_input("a")});
  bad["title"] = text_object("twenty-five characters ..");
  json::object answer = call("views.open", {{"trigger_id", id}, {"view", bad}});
  CHECK(answer.at("error") == "invalid_arguments");
  CHECK(answer.at("response_metadata").as_object().at("messages").as_array()[0] ==
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]");
  CHECK(error_of("views.open", {{"trigger_id", id}, {"view", "not json"}}) == "invalid_arguments");
  json::object huge = modal({text_input("a")});
  huge["private_metadata"] = std::string(250'000, 'x');
  CHECK(error_of("views.open", {{"trigger_id", id}, {"view", huge}}) == "view_too_large");
  json::object home{{"type", "home"}, {"blocks", json::array()}};
  CHECK(error_of("views.open", {{"trigger_id", id}, {"view", home}}) == "invalid_arguments");
  CHECK(error_of("views.open", {{"trigger_id", id}, {"view", json::serialize(modal({text_input("a")}))}}) ==
        "ok");
}

TEST_CASE_METHOD(test::sandbox_fixture, "an opened view comes back complete", "[sandbox]") {
  json::object answer = call("views.open", {{"trigger_id", trigger()}, {"view", modal({text_input("a")})}});
  const json::object& view = answer.at("view").as_object();
  for (std::string_view key : {"id", "team_id", "type", "title", "submit", "blocks", "private_metadata",
                               "callback_id", "external_id", "state", "hash", "clear_on_close",
                               "notify_on_close", "root_view_id", "previous_view_id", "app_id", "bot_id"})
    CHECK(view.contains(key));
  CHECK(view.at("root_view_id") == view.at("id"));
  CHECK(view.at("state") == json::object{{"values", json::object()}});
}

TEST_CASE_METHOD(test::sandbox_fixture, "three views are the most, and closing goes back one", "[sandbox]") {
  std::string root = open({text_input("a")});
  auto push = [&] {
    return error_of("views.push", {{"trigger_id", trigger()}, {"view", modal({text_input("b")})}});
  };
  CHECK(push() == "ok");
  CHECK(push() == "ok");
  CHECK(push() == "push_limit_reached");
  std::string third = top()->id;
  CHECK(top()->body.at("root_view_id") == json::value(root));
  CHECK_FALSE(app->members().close("U0ANA", root).has_value()); // not on top
  REQUIRE(app->members().close("U0ANA", third).has_value());
  CHECK(top()->body.at("previous_view_id") == json::value(root));
  CHECK(push() == "ok");
}

TEST_CASE_METHOD(test::sandbox_fixture, "nothing is pushed without an open view", "[sandbox]") {
  CHECK(error_of("views.push", {{"trigger_id", trigger()}, {"view", modal({text_input("a")})}}) ==
        "not_found");
}

TEST_CASE_METHOD(test::sandbox_fixture, "views.update guards by hash and keeps what was entered",
                 "[sandbox]") {
  std::string id = open({text_input("kept"), text_input("gone", true)});
  REQUIRE(app->members().enter("U0ANA", id, {{"kept", "typed"}, {"gone", "typed too"}}).has_value());
  std::string hash(top()->body.at("hash").as_string());
  json::object initial = text_input("new", true);
  initial["element"].as_object()["initial_value"] = "given";
  json::object next = modal({text_input("kept"), initial});
  auto update = [&](json::object arguments) {
    arguments["view"] = next;
    return error_of("views.update", arguments);
  };
  CHECK(update({{"view_id", id}, {"hash", "1.old"}}) == "hash_conflict");
  CHECK(update({{"view_id", id}, {"hash", hash}}) == "ok");
  CHECK(update({{"view_id", id}, {"hash", hash}}) == "hash_conflict"); // it has changed
  CHECK(update({{"view_id", "V0NONE"}}) == "not_found");
  CHECK(update({}) == "invalid_arguments");
  auto values = top()->values;
  CHECK(values.at("kept").at("value").at("value") == "typed");
  CHECK(values.at("new").at("value").at("value") == "given");
  CHECK_FALSE(values.contains("gone"));
  REQUIRE(app->members().close("U0ANA", id).has_value());
  CHECK(update({{"view_id", id}}) == "not_found");
}

TEST_CASE_METHOD(test::sandbox_fixture, "an external id names one view", "[sandbox]") {
  json::object named = modal({text_input("a")});
  named["external_id"] = "mine";
  CHECK(error_of("views.open", {{"trigger_id", trigger()}, {"view", named}}) == "ok");
  CHECK(error_of("views.open", {{"trigger_id", trigger("U0BEN")}, {"view", named}}) ==
        "duplicate_external_id");
  CHECK(error_of("views.update", {{"external_id", "mine"}, {"view", named}}) == "ok");
  CHECK(error_of("views.update", {{"external_id", "other"}, {"view", named}}) == "not_found");
}

TEST_CASE_METHOD(test::sandbox_fixture, "home tabs are published per member", "[sandbox]") {
  json::object home{{"type", "home"}, {"blocks", json::array{json::object{{"type", "divider"}}}}};
  json::object first = call("views.publish", {{"user_id", "U0ANA"}, {"view", home}});
  REQUIRE(first.at("ok") == true);
  CHECK(error_of("views.publish", {{"user_id", "U0ANA"}, {"view", home}, {"hash", "1.old"}}) ==
        "hash_conflict");
  CHECK(call("views.publish", {{"user_id", "U0ANA"}, {"view", home}}).at("view").at("id") ==
        first.at("view").at("id"));
  CHECK(error_of("views.publish", {{"user_id", "U0NONE"}, {"view", home}}) == "invalid_arguments");
  CHECK(error_of("views.publish", {{"user_id", "U0ANA"}, {"view", modal({text_input("a")})}}) ==
        "invalid_arguments");
  app->world().change([](sandbox::context& in) { in.state.settings.home_tab_enabled = false; });
  CHECK(error_of("views.publish", {{"user_id", "U0ANA"}, {"view", home}}) == "not_enabled");
}

TEST_CASE_METHOD(test::sandbox_fixture, "each answer to a submission does what Slack's client does",
                 "[sandbox]") {
  std::string id = open({text_input("a")});
  json::object reply;
  unsigned status = 200;
  bot.answer = [&](const http::request&) -> result<http::response> {
    return http::make_response(status, "application/json", reply.empty() ? "" : json::serialize(reply));
  };
  auto submit = [&] { return outcome(app->members().submit("U0ANA", top()->id, {{"a", "text"}})); };

  reply = {{"response_action", "errors"}, {"errors", {{"a", "wrong"}}}};
  CHECK(submit() == "errors");
  CHECK(top()->errors.at("a") == "wrong");
  CHECK(top()->values.at("a").at("value").at("value") == "text"); // the rest of the dialog is untouched
  reply = {{"response_action", "errors"}, {"errors", {{"b", "no such block"}}}};
  CHECK(submit().starts_with("failed: "));
  CHECK_FALSE(top()->notice.empty());
  reply = {{"response_action", "update"}, {"view", modal({text_input("a"), json::object{{"type", "oops"}}})}};
  CHECK(submit().starts_with("failed: invalid_arguments"));
  reply = {{"response_action", "update"},
           {"view", modal({text_input("a"), json::object{{"type", "divider"}}})}};
  CHECK(submit() == "updated");
  CHECK(top()->id == id);
  CHECK(top()->notice.empty());
  reply = {{"response_action", "push"}, {"view", modal({text_input("a")})}};
  CHECK(submit() == "pushed");
  CHECK(submit() == "pushed");
  CHECK(submit() == "failed: push_limit_reached");
  status = 500;
  CHECK(submit() == "failed: HTTP status 500");
  status = 200;
  reply = {{"response_action", "dance"}};
  CHECK(submit() == "failed: unknown response_action: dance");
  reply = {};
  CHECK(submit() == "closed");
  CHECK(top()->body.at("previous_view_id") == json::value(id));
  reply = {{"response_action", "clear"}};
  CHECK(submit() == "cleared");
  CHECK_FALSE(top());
}

TEST_CASE_METHOD(test::sandbox_fixture, "the client checks inputs before it submits", "[sandbox]") {
  json::object sized = text_input("sized", true);
  sized["element"].as_object()["min_length"] = 2;
  sized["element"].as_object()["max_length"] = 4;
  json::object menu{{"type", "input"},
                    {"block_id", "menu"},
                    {"label", text_object("Menu")},
                    {"optional", true},
                    {"element",
                     {{"type", "static_select"},
                      {"action_id", "value"},
                      {"options", json::array{{{"text", text_object("First")}, {"value", "1"}}}}}}};
  std::string id = open({text_input("needed"), sized, menu});
  auto refusal = [&](json::object entries) {
    auto sent = app->members().submit("U0ANA", id, entries);
    return sent ? "sent" : sent.error().cause;
  };
  CHECK(refusal({}) == "needed: Please complete this required field.");
  CHECK(refusal({{"needed", "x"}, {"sized", "\xC3\xA9"}}) == "sized: Must be at least 2 characters.");
  CHECK(refusal({{"sized", "12345"}}) == "sized: Must be at most 4 characters.");
  CHECK(refusal({{"sized", nullptr}, {"menu", "Second"}}) == "menu: the menu offers no such option: Second");
  CHECK(refusal({{"other", "x"}}) == "the dialog has no input other");
  CHECK(refusal({{"needed", std::string(3001, 'x')}}) == "needed: Must be at most 3000 characters.");
  CHECK(bot.received.empty());
  CHECK(refusal({{"needed", "x"}, {"menu", "First"}}) == "sent");
  bot.run();
  json::object payload = test::payload_of(bot.received.at(0));
  json::value values = payload.at("view").at("state").at("values");
  CHECK(values.at("needed").at("value") == json::object{{"type", "plain_text_input"}, {"value", "x"}});
  CHECK(values.at("sized").at("value").at("value").is_null());
  CHECK(values.at("menu").at("value").at("selected_option").at("value") == "1");
}

TEST_CASE_METHOD(test::sandbox_fixture, "an external menu offers what the app returned", "[sandbox]") {
  json::object menu{
      {"type", "input"},
      {"block_id", "enclave"},
      {"label", text_object("Enclave")},
      {"element", {{"type", "external_select"}, {"action_id", "value"}, {"min_query_length", 0}}}};
  std::string id = open({menu});
  CHECK_FALSE(app->members().submit("U0ANA", id, {{"enclave", "e1"}}).has_value()); // nothing loaded yet
  json::array options{{{"text", text_object("First")}, {"value", "e1"}}};
  bot.answer = [&](const http::request&) -> result<http::response> {
    return http::make_response(200, "application/json", json::serialize(json::object{{"options", options}}));
  };
  CHECK(outcome(app->members().load_options("U0ANA", id, "enclave", "")) == "options");
  json::object payload = test::payload_of(bot.received.at(0));
  CHECK(payload.at("type") == "block_suggestion");
  CHECK(payload.at("value") == "");
  CHECK_FALSE(payload.contains("trigger_id"));
  CHECK(app->members().submit("U0ANA", id, {{"enclave", "e1"}}).has_value());
  options = json::array(101, options[0]);
  CHECK(outcome(app->members().load_options("U0ANA", id, "enclave", "")).starts_with("failed: "));
}

TEST_CASE_METHOD(test::sandbox_fixture, "closing tells the app only if it asked for it", "[sandbox]") {
  std::string quiet = open({text_input("a")});
  CHECK_FALSE(app->members().close("U0ANA", quiet).value());
  json::object telling = modal({text_input("a")});
  telling["notify_on_close"] = true;
  telling["clear_on_close"] = true;
  call("views.open", {{"trigger_id", trigger()}, {"view", telling}});
  auto told = app->members().close("U0ANA", top()->id);
  REQUIRE(told.value());
  CHECK(outcome(**told) == "ok");
  json::object payload = test::payload_of(bot.received.back());
  CHECK(payload.at("type") == "view_closed");
  CHECK(payload.at("is_cleared") == true);
  CHECK_FALSE(payload.contains("trigger_id"));
}
