#include "protocol/slack/manifest.hpp"

#include "protocol/slack/utf8.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <set>
#include <string>

using namespace isacbot;
using namespace isacbot::slack;
namespace bj = boost::json;

namespace {

std::set<std::string> texts(const bj::value& list, const char* key = nullptr) {
  std::set<std::string> found;
  for (const bj::value& item : list.as_array())
    found.emplace(key == nullptr ? item.as_string() : item.at(key).as_string());
  return found;
}

} // namespace

TEST_CASE("the manifest names commands, shortcuts, scopes and events", "[slack][manifest]") {
  bj::value manifest(make_manifest({.public_url = "https://bot.example.org/", .oauth = true}).value());
  const bj::value& features = manifest.at("features");
  CHECK(texts(features.at("slash_commands"), "command") ==
        std::set<std::string>{"/trustar", "/trustar-register", "/trustar-search", "/trustar-submit-report",
                              "/trustar-submit-indicators"});
  CHECK(texts(features.at("slash_commands"), "url") ==
        std::set<std::string>{"https://bot.example.org/slack/commands"});
  CHECK(texts(features.at("shortcuts"), "callback_id") ==
        std::set<std::string>{"submit_message", "search_message", "open_submit_report",
                              "open_submit_indicators"});
  CHECK(texts(manifest.at("oauth_config").at("scopes").at("bot")) ==
        std::set<std::string>{"commands", "chat:write", "im:write", "im:history", "app_mentions:read",
                              "users:read", "channels:read", "groups:read", "files:read", "files:write"});
  CHECK(texts(manifest.at("oauth_config").at("scopes").at("bot_optional")) ==
        std::set<std::string>{"channels:history", "groups:history"});
  CHECK(texts(manifest.at("oauth_config").at("redirect_urls")) ==
        std::set<std::string>{"https://bot.example.org/slack/oauth_redirect"});
  const bj::value& settings = manifest.at("settings");
  CHECK(texts(settings.at("event_subscriptions").at("bot_events")) ==
        std::set<std::string>{"app_home_opened", "app_mention", "message.im", "app_uninstalled",
                              "tokens_revoked"});
  CHECK(settings.at("event_subscriptions").at("request_url") == "https://bot.example.org/slack/events");
  CHECK(settings.at("interactivity").at("request_url") == "https://bot.example.org/slack/interactions");
  CHECK(settings.at("interactivity").at("message_menu_options_url") ==
        "https://bot.example.org/slack/interactions");
  CHECK(settings.at("socket_mode_enabled") == false);
  CHECK(manifest.at("_metadata").at("major_version") == 2);
}

TEST_CASE("texts of the manifest are inside Slack's limits", "[slack][manifest]") {
  bj::value manifest(make_manifest({.public_url = "https://bot.example.org"}).value());
  CHECK(count_characters(manifest.at("display_information").at("description").as_string().c_str()) <= 140);
  for (const bj::value& shortcut : manifest.at("features").at("shortcuts").as_array()) {
    CHECK(shortcut.at("name").as_string().size() <= 24);
    CHECK(shortcut.at("description").as_string().size() <= 150);
  }
  for (const bj::value& command : manifest.at("features").at("slash_commands").as_array()) {
    CHECK(command.at("command").as_string().size() <= 32);
    CHECK_FALSE(command.at("description").as_string().empty());
  }
}

TEST_CASE("in socket mode the manifest has no address, except for OAuth", "[slack][manifest]") {
  auto socket = make_manifest({.socket_mode = true}).value();
  CHECK(bj::serialize(socket).find("http") == std::string::npos);
  CHECK(bj::value(socket).at("settings").at("socket_mode_enabled") == true);
  auto several = bj::serialize(
      make_manifest({.socket_mode = true, .public_url = "https://b.example", .oauth = true}).value());
  CHECK(several.find("https://b.example/slack/oauth_redirect") != std::string::npos);
  CHECK(several.find("/slack/commands") == std::string::npos);
}

TEST_CASE("a manifest without a usable address or name is refused with the mend", "[slack][manifest]") {
  for (std::string url : {"", "bot.example.org", "ftp://bot.example.org", "https://",
                          "https://user@bot.example.org", "https://bot.example.org/?x=1"}) {
    INFO(url);
    auto refused = make_manifest({.public_url = url});
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ec::bad_configuration);
    CHECK_FALSE(refused.error().mend.empty());
  }
  CHECK(make_manifest({.socket_mode = true, .oauth = true}).has_error());
  CHECK(make_manifest({.socket_mode = true, .name = std::string(35, 'n')}).has_value());
  CHECK(make_manifest({.socket_mode = true, .name = std::string(36, 'n')}).has_error());
  CHECK(make_manifest({.socket_mode = true, .name = ""}).has_error());
}

TEST_CASE("JSON and YAML texts say the same", "[slack][manifest]") {
  auto manifest =
      make_manifest({.public_url = "https://bot.example.org", .oauth = true, .name = "Tru \"S\" TAR: x"})
          .value();
  std::string json = to_json_text(manifest);
  CHECK(bj::parse(json) == bj::value(manifest));
  CHECK(json.starts_with("{\n  \"_metadata\": {\n    \"major_version\": 2,"));
  std::string yaml = to_yaml_text(manifest);
  CHECK(yaml.starts_with("_metadata:\n  major_version: 2\n  minor_version: 1\ndisplay_information:\n  name: "
                         "\"Tru \\\"S\\\" TAR: x\"\n"));
  CHECK(yaml.find("  shortcuts:\n    - name: \"Submit to TruSTAR\"\n      type: \"message\"\n") !=
        std::string::npos);
  CHECK(yaml.find("  redirect_urls:\n    - \"https://bot.example.org/slack/oauth_redirect\"\n") !=
        std::string::npos);
  CHECK(yaml.find("  socket_mode_enabled: false\n") != std::string::npos);
}
