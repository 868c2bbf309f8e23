#include "protocol/slack/manifest.hpp"

#include "protocol/slack/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <string_view>

namespace isacbot::slack {

namespace bj = boost::json;

namespace {

constexpr std::size_t max_name = 35;

struct command_row {
  const char* command;
  const char* description;
  const char* usage_hint; ///< nullptr: none
};

constexpr command_row commands[] = {
    {"/trustar", "Help, and where you stand", "[help | status <submission>]"},
    {"/trustar-register", "Store your TruSTAR API key and secret", "[remove]"},
    {"/trustar-search", "Search your enclaves", "<search term>"},
    {"/trustar-submit-report", "Submit a report", nullptr},
    {"/trustar-submit-indicators", "Submit a list of indicators", nullptr},
};

struct shortcut_row {
  const char* name;
  const char* type;
  const char* callback_id;
  const char* description;
};

constexpr shortcut_row shortcuts[] = {
    {"Submit to TruSTAR", "message", "submit_message", "Make a report of this message"},
    {"Search in TruSTAR", "message", "search_message", "Look up what this message mentions"},
    {"Submit a report", "global", "open_submit_report", "Write a report for TruSTAR"},
    {"Submit indicators", "global", "open_submit_indicators", "Paste a list of indicators"},
};

bj::array make_commands(const std::string& url) {
  bj::array list;
  for (const command_row& row : commands) {
    bj::object command{{"command", row.command}, {"description", row.description}, {"should_escape", true}};
    if (row.usage_hint != nullptr)
      command["usage_hint"] = row.usage_hint;
    if (!url.empty())
      command["url"] = url + "/slack/commands";
    list.emplace_back(std::move(command));
  }
  return list;
}

bj::array make_shortcuts() {
  bj::array list;
  for (const shortcut_row& row : shortcuts)
    list.push_back({{"name", row.name},
                    {"type", row.type},
                    {"callback_id", row.callback_id},
                    {"description", row.description}});
  return list;
}

bj::object make_settings(const std::string& url, bool socket_mode) {
  bj::object events;
  bj::object interactivity{{"is_enabled", true}};
  if (!url.empty()) {
    events["request_url"] = url + "/slack/events";
    interactivity["request_url"] = url + "/slack/interactions";
    interactivity["message_menu_options_url"] = url + "/slack/interactions"; // or menus stay empty
  }
  events["bot_events"] = {"app_home_opened", "app_mention", "message.im", "app_uninstalled",
                          "tokens_revoked"};
  return {{"event_subscriptions", std::move(events)},
          {"interactivity", std::move(interactivity)},
          {"org_deploy_enabled", false},
          {"socket_mode_enabled", socket_mode},
          {"token_rotation_enabled", false}};
}

void append_indent(std::string& out, std::size_t depth) {
  out.append(2 * depth, ' ');
}

void append_json(std::string& out, const bj::value& value, std::size_t depth) {
  const bj::object* object = value.if_object();
  const bj::array* array = value.if_array();
  if ((object == nullptr || object->empty()) && (array == nullptr || array->empty())) {
    out += bj::serialize(value);
    return;
  }
  out += object != nullptr ? "{\n" : "[\n";
  bool first = true;
  auto next = [&] {
    out += first ? "" : ",\n";
    first = false;
    append_indent(out, depth + 1);
  };
  if (object != nullptr) {
    for (const auto& member : *object) {
      next();
      out += bj::serialize(bj::value(member.key())) + ": ";
      append_json(out, member.value(), depth + 1);
    }
  } else {
    for (const bj::value& item : *array) {
      next();
      append_json(out, item, depth + 1);
    }
  }
  out += '\n';
  append_indent(out, depth);
  out += object != nullptr ? '}' : ']';
}

void append_yaml(std::string& out, const bj::value& value, std::size_t depth);

/// @param inline_first whether the first member goes on the line of a list's dash
void append_yaml_members(std::string& out, const bj::object& object, std::size_t depth, bool inline_first) {
  bool first = true;
  for (const auto& member : object) {
    if (!first || !inline_first)
      append_indent(out, depth);
    first = false;
    out += std::string(member.key()) + ":"; // our keys are plain words
    append_yaml(out, member.value(), depth + 1);
  }
}

void append_yaml(std::string& out, const bj::value& value, std::size_t depth) {
  if (const bj::object* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '\n';
    append_yaml_members(out, *object, depth, false);
  } else if (const bj::array* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '\n';
    for (const bj::value& item : *array) {
      append_indent(out, depth);
      out += '-';
      if (const bj::object* members = item.if_object(); members != nullptr && !members->empty()) {
        out += ' ';
        append_yaml_members(out, *members, depth + 1, true);
      } else {
        append_yaml(out, item, depth + 1);
      }
    }
  } else {
    out += " " + bj::serialize(value) + "\n"; // a JSON scalar is a YAML 1.2 scalar
  }
}

result<std::string> check_public_url(std::string url) {
  while (url.ends_with('/'))
    url.pop_back();
  auto parsed = boost::urls::parse_uri(boost::core::string_view(url.data(), url.size()));
  bool is_web = !parsed.has_error() && (parsed->scheme() == "https" || parsed->scheme() == "http") &&
                !parsed->encoded_host().empty() && !parsed->has_userinfo() && !parsed->has_query() &&
                !parsed->has_fragment();
  if (!is_web)
    return fail(ec::bad_configuration, "server.public_url is no web address",
                "write it as https://bot.example.org, the address under which Slack reaches the bot");
  return url;
}

} // namespace

result<bj::object> make_manifest(const manifest_settings& settings) {
  std::size_t name_length = count_characters(settings.name);
  if (name_length == 0 || name_length > max_name || clean_text(settings.name) != settings.name)
    return fail(ec::bad_configuration, "the app's name must have 1 to 35 characters");
  std::string url;
  if (!settings.socket_mode || settings.oauth) {
    auto checked = check_public_url(settings.public_url);
    if (!checked)
      return checked.error();
    url = std::move(*checked);
  }
  const std::string request_url = settings.socket_mode ? std::string() : url;
  bj::object oauth;
  if (settings.oauth)
    oauth["redirect_urls"] = bj::array{bj::value(url + "/slack/oauth_redirect")};
  oauth["scopes"] = {{"bot",
                      {"commands", "chat:write", "im:write", "im:history", "app_mentions:read", "users:read",
                       "channels:read", "groups:read", "files:read", "files:write"}},
                     {"bot_optional", {"channels:history", "groups:history"}}};
  return bj::object{{"_metadata", {{"major_version", 2}, {"minor_version", 1}}},
                    {"display_information",
                     {{"name", settings.name},
                      {"description", "Search and submit threat intelligence from Slack"},
                      {"background_color", "#1f2d3d"}}},
                    {"features",
                     {{"app_home",
                       {{"home_tab_enabled", true},
                        {"messages_tab_enabled", true},
                        {"messages_tab_read_only_enabled", false}}},
                      {"bot_user", {{"display_name", settings.name}, {"always_online", true}}},
                      {"shortcuts", make_shortcuts()},
                      {"slash_commands", make_commands(request_url)}}},
                    {"oauth_config", std::move(oauth)},
                    {"settings", make_settings(request_url, settings.socket_mode)}};
}

std::string to_json_text(const bj::object& manifest) {
  std::string out;
  append_json(out, bj::value(manifest), 0);
  return out + "\n";
}

std::string to_yaml_text(const bj::object& manifest) {
  std::string out;
  append_yaml_members(out, manifest, 0, false);
  return out;
}

} // namespace isacbot::slack
