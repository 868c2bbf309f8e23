// Compares what the sandbox sends and answers with recorded traffic of the real platform, where samples of it
// lie beside the project: every member of a sample has to be in ours too, of the same JSON kind.
#include "sandbox/scripted_bot.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace isacbot;
namespace json = boost::json;

namespace {

std::filesystem::path samples() {
  return std::filesystem::path(ISACBOT_SHARED) / "data" / "slack-samples";
}

std::string read_file(const std::string& name) {
  std::ifstream file(samples() / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

json::object sample(const std::string& name) {
  auto parsed = sandbox::parse_json(read_file(name));
  REQUIRE(parsed.has_value());
  return parsed->as_object();
}

/// Members that only other workspaces, old apps or other content have.
bool is_optional(std::string_view key) {
  constexpr std::array optional{"enterprise_id",
                                "enterprise_name",
                                "client_msg_id",
                                "emoji",
                                "subtype",
                                "username",
                                "attachments",
                                "response_metadata",
                                "num_members",
                                "last_read",
                                "latest",
                                "unread_count",
                                "unread_count_display",
                                "locale",
                                "priority",
                                "creator",
                                "topic",
                                "purpose",
                                "properties",
                                "previous_names",
                                "unlinked",
                                "is_general",
                                "is_frozen",
                                "is_pending_ext_shared",
                                "pending_shared",
                                "updated",
                                "parent_conversation",
                                "shared_team_ids",
                                "pending_connected_team_ids",
                                "color",
                                "has_2fa",
                                "is_app_user",
                                "is_primary_owner",
                                "verbatim",
                                "blocks",
                                "profile",
                                "values"};
  return std::find(optional.begin(), optional.end(), key) != optional.end();
}

/// Adds "path: reason" for every member of `theirs` that ours lacks or has in another kind.
void compare(const json::object& theirs, const json::object& ours, const std::string& at,
             std::vector<std::string>& differences) {
  for (const auto& member : theirs) {
    std::string here = at + "/" + std::string(member.key());
    if (is_optional(member.key()))
      continue;
    const json::value* own = ours.if_contains(member.key());
    if (own == nullptr) {
      differences.push_back(here + ": missing");
    } else if (member.value().is_object() && own->is_object()) {
      compare(member.value().get_object(), own->get_object(), here, differences);
    } else if (member.value().is_array() && own->is_array() && !member.value().get_array().empty() &&
               !own->get_array().empty() && member.value().get_array()[0].is_object()) {
      compare(member.value().get_array()[0].as_object(), own->get_array()[0].as_object(), here + "/0",
              differences);
    } else if (own->kind() != member.value().kind() && !own->is_null() && !member.value().is_null() &&
               !(own->is_number() && member.value().is_number())) {
      differences.push_back(here + ": another kind");
    }
  }
}

std::vector<std::string> differences(const json::object& theirs, const json::object& ours) {
  std::vector<std::string> found;
  compare(theirs, ours, "", found);
  return found;
}

} // namespace

TEST_CASE_METHOD(test::sandbox_fixture, "payloads have the members of recorded ones", "[sandbox]") {
  if (!std::filesystem::exists(samples()))
    SKIP("no recorded samples beside the project");
  const std::vector<std::string> none;
  bot.answer = [](const http::request&) -> result<http::response> {
    return http::make_response(200, "application/json", R"({"options":[]})");
  };
  auto last_payload = [&] {
    bot.run();
    return test::payload_of(bot.received.back());
  };
  auto& members = app->members();

  REQUIRE(members.run_command("U0ANA", "C0INTEL", "/x", "Hi").has_value());
  bot.run();
  auto fields = *sandbox::decode_form(bot.received.back().body);
  for (const auto& [name, value] : *sandbox::decode_form(read_file("payloads/slash_command.urlencoded.txt")))
    if (!is_optional(name))
      CHECK_FALSE(sandbox::first_of(fields, name).empty());

  json::object menu{
      {"type", "input"},
      {"block_id", "es_b"},
      {"label", test::text_object("Search")},
      {"optional", true},
      {"element", {{"type", "external_select"}, {"action_id", "es_a"}, {"min_query_length", 0}}}};
  json::object view = test::modal({test::text_input("hspI"), menu});
  view["notify_on_close"] = true;
  view["close"] = test::text_object("Cancel");
  call("views.open", {{"trigger_id", trigger()}, {"view", view}});
  REQUIRE(members.load_options("U0ANA", top()->id, "es_b", "search word").has_value());
  CHECK(differences(sample("payloads/block_suggestion.json"), last_payload()) == none);
  REQUIRE(members.submit("U0ANA", top()->id, {{"hspI", "test"}}).has_value());
  CHECK(differences(sample("payloads/view_submission.json"), last_payload()) == none);
  call("views.open", {{"trigger_id", trigger()}, {"view", view}});
  REQUIRE(members.close("U0ANA", top()->id).has_value());
  json::object closed = sample("payloads/view_closed.json");
  closed.erase("response_urls"); // recorded there, but nothing can be posted from a closed view
  CHECK(differences(closed, last_payload()) == none);

  json::array blocks{
      {{"type", "actions"},
       {"elements",
        json::array{
            {{"type", "button"}, {"action_id", "a"}, {"value", "v"}, {"text", test::text_object("B")}}}}}};
  call("chat.postEphemeral", {{"channel", "C0INTEL"}, {"user", "U0ANA"}, {"text", "x"}, {"blocks", blocks}});
  REQUIRE(members.press("U0ANA", seen_by("U0ANA").back().ref, "a").has_value());
  CHECK(differences(sample("payloads/block_actions.json"), last_payload()) == none);
  REQUIRE(members.use_shortcut("U0ANA", "test-shortcut").has_value());
  CHECK(differences(sample("payloads/shortcut_global.json"), last_payload()) == none);
  auto said = members.say("U0ANA", "C0INTEL", "@trustar Hi there!");
  REQUIRE(members.use_message_shortcut("U0ANA", said->ref, "test-shortcut").has_value());
  CHECK(differences(sample("payloads/shortcut_message_action.json"), last_payload()) == none);
  for (const http::request& request : bot.received)
    if (request.target.ends_with("/events"))
      CHECK(differences(sample("payloads/event_app_mention.json"),
                        sandbox::parse_json(request.body)->as_object()) == none);
}

TEST_CASE_METHOD(test::sandbox_fixture, "answers have the members of recorded ones", "[sandbox]") {
  if (!std::filesystem::exists(samples()))
    SKIP("no recorded samples beside the project");
  const std::vector<std::string> none;
  auto check = [&](const std::string& method, const std::string& which, const json::object& arguments) {
    INFO(method);
    json::object ours = call(method, arguments);
    CHECK(differences(sample("responses/" + method + "." + which + ".json"), ours) == none);
    return ours;
  };
  check("auth.test", "ok2", {});
  json::object modal = test::modal({test::text_input("a_block_id")});
  json::object opened = check("views.open", "ok0", {{"trigger_id", trigger()}, {"view", modal}});
  check("views.push", "ok0", {{"trigger_id", trigger()}, {"view", modal}});
  check("views.update", "ok0", {{"view_id", opened.at("view").at("id")}, {"view", modal}});
  check("views.publish", "ok0",
        {{"user_id", "U0ANA"},
         {"view", {{"type", "home"}, {"blocks", json::array{json::object{{"type", "divider"}}}}}}});
  json::object posted = check("chat.postMessage", "ok0", {{"channel", "C0INTEL"}, {"text", "x"}});
  check("chat.postEphemeral", "ok0", {{"channel", "C0INTEL"}, {"user", "U0ANA"}, {"text", "x"}});
  check("chat.update", "ok0", {{"channel", "C0INTEL"}, {"ts", posted.at("ts")}, {"text", "y"}});
  check("conversations.open", "ok0", {{"users", "U0ANA"}});
  check("conversations.open", "ok1", {{"users", "U0ANA"}, {"return_im", true}});
  check("conversations.info", "ok0", {{"channel", "C0INTEL"}});
  check("conversations.info", "ok1", {{"channel", app->members().direct_channel("U0ANA")}});
  check("users.info", "ok0", {{"user", "U0ANA"}});
}
