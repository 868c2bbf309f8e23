/// Dialogs and home tabs.
/// @see Slack documentation, "Modals" and "App Home"
#pragma once

#include "protocol/slack/blocks.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace isacbot::slack {

struct modal_settings {
  std::string callback_id{};
  std::string title{};          ///< at most 24 characters, cut
  std::string submit{};         ///< empty: no button, except that input blocks need one ("Submit")
  std::string close = "Cancel"; ///< empty: Slack's own word
  /// An opaque key of ours: Slack keeps it, so never data and never a secret. Over 3,000 characters it is
  /// left out.
  std::string private_metadata{};
  std::string external_id{};
  bool notify_on_close = false;
};

/// A view inside Slack's limits (100 blocks, 250 kB).
class view {
 public:
  [[nodiscard]] const boost::json::object& json() const noexcept { return json_; }

 private:
  friend view make_modal(const modal_settings& settings, std::vector<block> blocks);
  friend view make_home(std::vector<block> blocks);
  explicit view(boost::json::object json) : json_(std::move(json)) {}
  boost::json::object json_;
};

view make_modal(const modal_settings& settings, std::vector<block> blocks);
view make_home(std::vector<block> blocks);

} // namespace isacbot::slack
