/// Checks that hold for everything the bot says: inside Slack's limits, nothing of the data unescaped,
/// undefanged or clickable.
#pragma once

#include "protocol/slack/message.hpp"
#include "protocol/slack/validate.hpp"
#include "protocol/slack/view.hpp"

#include <catch2/catch_test_macros.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace isacbot::test {

inline const std::string station = "https://station.test";

/// Data as an enemy would write it.
inline const std::string hostile =
    "<!channel> `x` *b* http://evil.example/a?b=1&c=<2> bad@evil.example \xFF\n<@U1>";

/// Every text of a message or view that is read as mrkdwn.
inline void collect_mrkdwn(const boost::json::value& value, std::vector<std::string>& texts) {
  if (const auto* object = value.if_object()) {
    if (object->contains("type") && object->at("type") == "mrkdwn")
      texts.emplace_back(object->at("text").as_string());
    for (const auto& member : *object)
      collect_mrkdwn(member.value(), texts);
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array)
      collect_mrkdwn(item, texts);
  }
}

/// Tokens of a text are dates and links to Station's or the configured pages; nothing else.
inline void check_tokens(std::string_view text) {
  for (std::size_t open = text.find('<'); open != std::string_view::npos; open = text.find('<', open + 1)) {
    std::string_view token = text.substr(open + 1, text.find('>', open) - open - 1);
    INFO(token);
    CHECK((token.starts_with("!date^") || token.starts_with(station + "/") ||
           token.starts_with("https://bot.test/")));
  }
}

inline void check_texts(const boost::json::value& json) {
  std::vector<std::string> texts;
  collect_mrkdwn(json, texts);
  for (const std::string& text : texts) {
    INFO(text);
    check_tokens(text);
    CHECK(std::count(text.begin(), text.end(), '`') % 2 == 0);
  }
  std::string all = boost::json::serialize(json);
  INFO(all);
  CHECK(all.find("evil.example") == std::string::npos);
  CHECK(all.find("http://evil") == std::string::npos);
  CHECK(all.find("<!channel>") == std::string::npos);
  CHECK(all.find("<@U1>") == std::string::npos);
}

/// @returns the message's JSON as text, for looking at its words
inline std::string check_message(const slack::message& m) {
  boost::json::object json = slack::to_json(m);
  auto valid = slack::validate_message(json);
  INFO((valid ? std::string() : to_string(valid.error())));
  CHECK(valid.has_value());
  CHECK_FALSE(m.text().empty());
  check_tokens(m.text().str());
  check_texts(json);
  return boost::json::serialize(json);
}

inline std::string check_view(const slack::view& v) {
  auto valid = slack::validate_view(v.json());
  INFO((valid ? std::string() : to_string(valid.error())));
  CHECK(valid.has_value());
  check_texts(v.json());
  return boost::json::serialize(v.json());
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace isacbot::test
