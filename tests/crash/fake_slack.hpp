/// Slack as far as the bot calls it: opens dialogs, takes messages, and remembers all of it.
#pragma once

#include "core/clock.hpp"
#include "protocol/http/message.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace isacbot::test {

inline constexpr const char* slack_api_url = "https://slack.test/api/";
inline constexpr const char* response_url_base = "https://hooks.slack.com/commands/";

/// A dialog that the bot opened or pushed.
struct open_dialog {
  std::string id;
  std::string callback_id;
  std::string private_metadata;
  std::string external_id;
};

/// A message that reached a member.
struct seen_message {
  std::string text;
  std::string way; ///< "response_url", "chat.postMessage", "chat.postEphemeral"
  sys_time when{};
};

class fake_slack {
 public:
  explicit fake_slack(const clock& time) : time_(time) {}

  [[nodiscard]] static bool owns(const std::string& target) {
    return target.starts_with(slack_api_url) || target.starts_with(response_url_base);
  }
  http::response handle(const http::request& request);

  /// Reads a view as Slack does when an app sends it.
  open_dialog read_view(const boost::json::object& view);

  /// The dialog opened with this trigger, or nullptr.
  [[nodiscard]] const open_dialog* opened_with(const std::string& trigger_id) const;
  /// What a pushed dialog became through views.update, or nullptr.
  [[nodiscard]] const open_dialog* updated(const std::string& external_id) const;
  [[nodiscard]] const std::vector<seen_message>& messages() const noexcept { return messages_; }

 private:
  http::response call(const std::string& method, const std::string& body);

  const clock& time_;
  std::uint64_t last_view_ = 0;
  std::map<std::string, open_dialog> by_trigger_;
  std::map<std::string, open_dialog> by_external_id_;
  std::vector<seen_message> messages_;
};

} // namespace isacbot::test
