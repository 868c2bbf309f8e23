/// A message of the bot.
#pragma once

#include "protocol/slack/blocks.hpp"

#include <boost/json/object.hpp>

#include <vector>

namespace isacbot::slack {

/// A message inside Slack's limits. `text` is what notifications and screen readers get.
class message {
 public:
  /// @param text    at most 4,000 characters, cut visibly; must not be empty (becomes "–")
  /// @param blocks  at most 50, the rest becomes a note "and N more"; without blocks `text` is shown
  explicit message(const mrkdwn& text, std::vector<block> blocks = {});

  [[nodiscard]] const mrkdwn& text() const noexcept { return text_; }
  [[nodiscard]] const std::vector<block>& blocks() const noexcept { return blocks_; }

 private:
  mrkdwn text_;
  std::vector<block> blocks_;
};

/// `text`, and `blocks` if any.
boost::json::object to_json(const message& m);

} // namespace isacbot::slack
