/// What people do with buttons, dialogs, menus and shortcuts, as Slack posts it.
/// @see Slack documentation, "Interaction payloads"
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "protocol/json.hpp"
#include "protocol/slack/file_reference.hpp"
#include "protocol/slack/identity.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::slack {

/// What one input of a view holds. Text is kept as a secret because some inputs are passwords.
struct input_value {
  std::string type;                  ///< "plain_text_input", "static_select", "checkboxes", ...
  std::optional<secret> text;        ///< typed text or picked date; nullopt when left empty
  std::vector<std::string> selected; ///< values of the chosen options, users or channels
  std::optional<sys_time> time;      ///< of a datetimepicker
  std::vector<file_reference> files; ///< of a file_input
};

/// A dialog or home tab as Slack sends it back.
struct view_state {
  std::string id;
  std::string hash; ///< changes with each update
  std::string callback_id;
  std::string private_metadata; ///< what we had put there; came through the client's hands, so check it again
  std::string external_id;
  std::string root_view_id;
  std::map<std::string, std::map<std::string, input_value>> inputs; ///< by block id, then action id

  /// The input of a block; every input of ours has the action id "value". nullptr when there is none.
  [[nodiscard]] const input_value* find(std::string_view block, std::string_view action = "value") const;
  /// Typed text; empty when left empty or absent. The view lives as long as this object.
  [[nodiscard]] std::string_view text(std::string_view block) const;
  /// Typed text that must not be seen.
  [[nodiscard]] secret secret_text(std::string_view block) const;
  /// Value of the chosen option; empty when nothing is chosen.
  [[nodiscard]] std::string selected(std::string_view block) const;
  /// Whether a checkbox of the block is on.
  [[nodiscard]] bool is_checked(std::string_view block, std::string_view option) const;
  /// Time picked; nullopt when left empty or absent.
  [[nodiscard]] std::optional<sys_time> time(std::string_view block) const;
  /// The first file; nullptr when there is none.
  [[nodiscard]] const file_reference* file(std::string_view block) const;
};

/// One thing that was clicked or changed.
struct block_action {
  std::string type; ///< "button", "static_select", ...
  std::string action_id;
  std::string block_id;
  std::string value;                 ///< of a button or text input; comes from the client: check it again
  std::vector<std::string> selected; ///< of a menu or checkboxes
};

/// Somebody used an element of a message or a view.
struct block_actions {
  member who;
  installation app;
  std::string api_app_id;
  std::string trigger_id;
  channel_id channel;     ///< empty in views
  std::string message_ts; ///< empty in views
  bool is_ephemeral = false;
  std::optional<view_state> view;
  std::vector<block_action> actions; ///< at least one
  std::optional<secret> response_url;
};

/// A response_url that a view's channel select asked for.
struct view_response_url {
  std::string block_id;
  std::string action_id;
  channel_id channel;
  secret response_url;
};

/// Somebody pressed a dialog's submit button.
struct view_submission {
  member who;
  installation app;
  std::string api_app_id;
  std::string trigger_id;
  view_state view;
  std::vector<view_response_url> response_urls;
};

/// Somebody closed a dialog that had asked to be told.
struct view_closed {
  member who;
  installation app;
  std::string api_app_id;
  view_state view;
  bool is_cleared = false; ///< the whole stack of dialogs was closed
};

/// A menu asks for its options.
struct block_suggestion {
  member who;
  installation app;
  std::string api_app_id;
  std::string action_id;
  std::string block_id;
  std::string value; ///< what was typed so far, valid UTF-8
  std::optional<view_state> view;
};

/// A global shortcut.
struct shortcut {
  member who;
  installation app;
  std::string api_app_id;
  std::string callback_id;
  std::string trigger_id;
};

/// A message shortcut.
struct message_action {
  member who;
  installation app;
  std::string api_app_id;
  std::string callback_id;
  std::string trigger_id;
  channel_id channel;
  std::string message_ts;
  std::string thread_ts;    ///< root of the thread the message is in; empty outside threads
  std::string message_text; ///< Slack's escaped form; may be empty; see normalise_text
  user_id message_user;     ///< empty for messages of apps
  std::vector<file_reference> files;
  secret response_url;
};

/// @error of all: ec::malformed naming the field
result<block_actions> parse_block_actions(const boost::json::value& payload);
result<view_submission> parse_view_submission(const boost::json::value& payload);
result<view_closed> parse_view_closed(const boost::json::value& payload);
result<block_suggestion> parse_block_suggestion(const boost::json::value& payload);
result<shortcut> parse_shortcut(const boost::json::value& payload);
result<message_action> parse_message_action(const boost::json::value& payload);

} // namespace isacbot::slack
