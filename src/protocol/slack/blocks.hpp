/// Block Kit builders for what the bot uses. Nothing they make is outside Slack's limits: too long text is
/// cut visibly ("…"), empty text becomes "–", too many entries are left out. Ids and values are never cut
/// where that would change their meaning: see each function.
/// @see Slack documentation, "Block Kit reference"
#pragma once

#include "protocol/slack/limits.hpp"
#include "protocol/slack/text.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::slack {

/// An interactive element; made by the functions below only.
class element {
 public:
  [[nodiscard]] const boost::json::object& json() const noexcept { return json_; }

 private:
  friend class block_factory;
  explicit element(boost::json::object json) : json_(std::move(json)) {}
  boost::json::object json_;
};

/// A block; made by the functions below only.
class block {
 public:
  [[nodiscard]] const boost::json::object& json() const noexcept { return json_; }
  [[nodiscard]] bool is_input() const noexcept;

 private:
  friend class block_factory;
  explicit block(boost::json::object json) : json_(std::move(json)) {}
  boost::json::object json_;
};

/// A question before a button acts.
struct confirmation {
  std::string title{};
  std::string text{};
  std::string confirm = "Yes";
  std::string deny = "Cancel";
};

enum class button_style { normal, primary, danger };

struct button_options {
  std::string value{}; ///< opaque; over 2,000 characters it is left out
  std::string url{};   ///< from the configuration only, never data; another scheme than http(s) is left out
  button_style style = button_style::normal;
  std::optional<confirmation> confirm{};
};
element button(std::string_view action_id, std::string_view text, button_options options = {});

struct text_input_options {
  bool multiline = false;
  std::string placeholder{};
  std::string initial_value{}; ///< never a secret
  std::size_t max_length = 0;  ///< 0: Slack's 3,000
};
element plain_text_input(text_input_options options = {}, std::string_view action_id = "value");

/// An entry of a menu. `value` is what comes back: 1 to 75 characters and unique, or the entry is left out.
struct option {
  std::string text{};
  std::string value{};
  std::string description{};

  friend bool operator==(const option&, const option&) = default;
};

/// A menu of at most 100 options. Without any it shows "–" with the value "none": Slack refuses an empty one.
/// @param initial value of the option chosen at first; ignored when no option has it
element static_select(const std::vector<option>& options, std::string_view placeholder = {},
                      std::string_view initial = {}, std::string_view action_id = "value");

/// A menu that asks for its options (block_suggestion), at once when opened. `initial` is shown as it is.
element external_select(std::string_view placeholder = {}, const std::optional<option>& initial = {},
                        std::string_view action_id = "value");

/// At most 10 checkboxes; without any as static_select.
/// @param initial  values of the options that are ticked at first; those that no option has are passed over
element checkboxes(const std::vector<option>& options, const std::vector<std::string>& initial = {},
                   std::string_view action_id = "value");

/// Date and time in the reader's own zone; comes back as a moment. Inputs of dialogs and messages only.
element datetime_picker(std::string_view action_id = "value");

/// A place for files, at most 10. Inputs of dialogs only.
element file_input(std::size_t max_files = 1, std::string_view action_id = "value");

/// Text over the whole width. Links are not made of bare addresses in it (`verbatim`).
block section(const mrkdwn& text);
block section(const mrkdwn& text, const element& accessory);
/// Two columns of short texts, at most 10.
block section_fields(const std::vector<mrkdwn>& fields);
/// Lines as few sections as they fit in; a single line over 3,000 characters is cut.
std::vector<block> sections_of_lines(const std::vector<mrkdwn>& lines);
/// Plain text, large. Data is shown literally.
block header(std::string_view text);
/// Small grey text, at most 10 pieces.
block context(const std::vector<mrkdwn>& pieces);
block context(const mrkdwn& text);
block divider();
/// Buttons, at most 25; at least one, or the block says "–".
block actions(const std::vector<element>& elements, std::string_view block_id = {});

struct input_options {
  std::string hint{};
  bool optional = false;
};
/// A labelled input of a dialog.
block input(std::string_view block_id, std::string_view label, const element& control,
            input_options options = {});

/// The first blocks that fit in `max_blocks`; when some don't, the last place says "and N more".
std::vector<block> fit_blocks(std::vector<block> blocks, std::size_t max_blocks);

/// An option as menus and block_suggestion answers need it; nullopt when its value is unusable.
std::optional<boost::json::object> to_json(const option& entry);

} // namespace isacbot::slack
