#include "protocol/slack/blocks.hpp"

#include "protocol/slack/utf8.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace isacbot::slack {

namespace bj = boost::json;

/// The only maker of elements and blocks.
class block_factory {
 public:
  static element make_element(bj::object json) { return element(std::move(json)); }
  static block make_block(bj::object json) { return block(std::move(json)); }
};

namespace {

constexpr std::string_view dash = "\xE2\x80\x93"; // Slack refuses empty texts

bj::string to_string(std::string_view text) {
  return bj::string(text.data(), text.size());
}

/// A plain_text object; data is shown literally, without emoji codes.
bj::object plain_text(std::string_view text, std::size_t limit) {
  std::string shown = cut_text(text, limit);
  return {{"type", "plain_text"}, {"text", shown.empty() ? std::string(dash) : shown}, {"emoji", false}};
}

bj::object mrkdwn_text(const mrkdwn& text, std::size_t limit) {
  std::string shown = text.cut(limit).str();
  if (shown.empty())
    shown = dash;
  // verbatim: Slack makes no links of addresses that it finds in the text
  return {{"type", "mrkdwn"}, {"text", shown}, {"verbatim", true}};
}

std::string cut_id(std::string_view id) {
  return clean_text(id.substr(0, limit::id)); // ids are ASCII constants of ours
}

/// Whether a value that must not be changed can go out as it is.
bool is_sendable(std::string_view text, std::size_t max) {
  return !text.empty() && count_characters(text) <= max && clean_text(text) == text;
}

bool is_web_address(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

std::vector<bj::object> usable_options(const std::vector<option>& options, std::size_t max) {
  std::vector<bj::object> usable;
  std::set<std::string_view> values;
  for (const option& entry : options) {
    if (usable.size() == max)
      break;
    auto json = to_json(entry);
    if (json && values.insert(entry.value).second)
      usable.push_back(std::move(*json));
  }
  if (usable.empty())
    usable.push_back(*to_json(option{std::string(dash), "none", {}}));
  return usable;
}

bj::array to_array(std::vector<bj::object> objects) {
  bj::array list;
  list.reserve(objects.size());
  for (bj::object& object : objects)
    list.emplace_back(std::move(object));
  return list;
}

block make_section(bj::object body) {
  bj::object json{{"type", "section"}};
  for (auto& member : body)
    json[member.key()] = std::move(member.value());
  return block_factory::make_block(std::move(json));
}

} // namespace

bool block::is_input() const noexcept {
  const bj::value* type = json_.if_contains("type");
  return type != nullptr && *type == "input";
}

std::optional<bj::object> to_json(const option& entry) {
  if (!is_sendable(entry.value, limit::option_value))
    return std::nullopt;
  bj::object json{{"text", plain_text(entry.text, limit::option_text)}, {"value", entry.value}};
  if (!entry.description.empty())
    json["description"] = plain_text(entry.description, limit::option_description);
  return json;
}

element button(std::string_view action_id, std::string_view text, button_options options) {
  bj::object json{
      {"type", "button"}, {"action_id", cut_id(action_id)}, {"text", plain_text(text, limit::button_text)}};
  if (is_sendable(options.value, limit::button_value))
    json["value"] = options.value;
  if (is_web_address(options.url) && is_sendable(options.url, limit::button_url))
    json["url"] = options.url;
  if (options.style == button_style::primary)
    json["style"] = "primary";
  if (options.style == button_style::danger)
    json["style"] = "danger";
  if (options.confirm)
    json["confirm"] = {{"title", plain_text(options.confirm->title, limit::confirm_title)},
                       {"text", plain_text(options.confirm->text, limit::confirm_text)},
                       {"confirm", plain_text(options.confirm->confirm, limit::confirm_button)},
                       {"deny", plain_text(options.confirm->deny, limit::confirm_button)}};
  return block_factory::make_element(std::move(json));
}

element plain_text_input(text_input_options options, std::string_view action_id) {
  bj::object json{
      {"type", "plain_text_input"}, {"action_id", cut_id(action_id)}, {"multiline", options.multiline}};
  std::size_t max =
      options.max_length == 0 ? limit::input_text : std::min(options.max_length, limit::input_text);
  json["max_length"] = max;
  if (!options.placeholder.empty())
    json["placeholder"] = plain_text(options.placeholder, limit::placeholder);
  if (!options.initial_value.empty())
    json["initial_value"] = cut_text(options.initial_value, max);
  return block_factory::make_element(std::move(json));
}

element static_select(const std::vector<option>& options, std::string_view placeholder,
                      std::string_view initial, std::string_view action_id) {
  bj::object json{{"type", "static_select"}, {"action_id", cut_id(action_id)}};
  if (!placeholder.empty())
    json["placeholder"] = plain_text(placeholder, limit::placeholder);
  std::vector<bj::object> usable = usable_options(options, limit::select_options);
  for (const bj::object& entry : usable)
    if (entry.at("value") == to_string(initial)) // Slack wants the very same object
      json["initial_option"] = entry;
  json["options"] = to_array(std::move(usable));
  return block_factory::make_element(std::move(json));
}

element external_select(std::string_view placeholder, const std::optional<option>& initial,
                        std::string_view action_id) {
  bj::object json{{"type", "external_select"}, {"action_id", cut_id(action_id)}, {"min_query_length", 0}};
  if (!placeholder.empty())
    json["placeholder"] = plain_text(placeholder, limit::placeholder);
  if (initial)
    if (auto entry = to_json(*initial))
      json["initial_option"] = std::move(*entry);
  return block_factory::make_element(std::move(json));
}

element datetime_picker(std::string_view action_id) {
  return block_factory::make_element({{"type", "datetimepicker"}, {"action_id", cut_id(action_id)}});
}

element file_input(std::size_t max_files, std::string_view action_id) {
  return block_factory::make_element({{"type", "file_input"},
                                      {"action_id", cut_id(action_id)},
                                      {"max_files", std::clamp<std::size_t>(max_files, 1, limit::files)}});
}

element checkboxes(const std::vector<option>& options, const std::vector<std::string>& initial,
                   std::string_view action_id) {
  bj::object json{{"type", "checkboxes"}, {"action_id", cut_id(action_id)}};
  std::vector<bj::object> usable = usable_options(options, limit::checkboxes);
  bj::array ticked;
  for (const bj::object& entry : usable)
    for (const std::string& value : initial)
      if (entry.at("value") == to_string(value)) {
        ticked.emplace_back(entry); // Slack wants the very same object
        break;
      }
  if (!ticked.empty()) // Slack refuses an empty list
    json["initial_options"] = std::move(ticked);
  json["options"] = to_array(std::move(usable));
  return block_factory::make_element(std::move(json));
}

block section(const mrkdwn& text) {
  return make_section({{"text", mrkdwn_text(text, limit::text_object)}});
}

block section(const mrkdwn& text, const element& accessory) {
  return make_section({{"text", mrkdwn_text(text, limit::text_object)}, {"accessory", accessory.json()}});
}

block section_fields(const std::vector<mrkdwn>& fields) {
  bj::array list;
  for (const mrkdwn& field : fields)
    if (list.size() < limit::section_fields)
      list.emplace_back(mrkdwn_text(field, limit::section_field));
  if (list.empty())
    list.emplace_back(mrkdwn_text({}, limit::section_field));
  return make_section({{"fields", std::move(list)}});
}

std::vector<block> sections_of_lines(const std::vector<mrkdwn>& lines) {
  std::vector<block> blocks;
  mrkdwn text;
  std::size_t length = 0;
  for (const mrkdwn& line : lines) {
    mrkdwn fitting = line.cut(limit::text_object);
    std::size_t added = count_characters(fitting.str());
    if (!text.empty() && length + 1 + added > limit::text_object) {
      blocks.push_back(section(text));
      text = {};
      length = 0;
    }
    if (!text.empty()) {
      text += "\n"_mrkdwn;
      ++length;
    }
    text += fitting;
    length += added;
  }
  if (!text.empty())
    blocks.push_back(section(text));
  return blocks;
}

block header(std::string_view text) {
  return block_factory::make_block({{"type", "header"}, {"text", plain_text(text, limit::header_text)}});
}

block context(const std::vector<mrkdwn>& pieces) {
  bj::array elements;
  for (const mrkdwn& piece : pieces)
    if (elements.size() < limit::context_elements)
      elements.emplace_back(mrkdwn_text(piece, limit::text_object));
  if (elements.empty())
    elements.emplace_back(mrkdwn_text({}, limit::text_object));
  return block_factory::make_block({{"type", "context"}, {"elements", std::move(elements)}});
}

block context(const mrkdwn& text) {
  return context(std::vector<mrkdwn>{text});
}

block divider() {
  return block_factory::make_block({{"type", "divider"}});
}

block actions(const std::vector<element>& elements, std::string_view block_id) {
  if (elements.empty())
    return section({});
  bj::array list;
  for (const element& e : elements)
    if (list.size() < limit::actions_elements)
      list.emplace_back(e.json());
  bj::object json{{"type", "actions"}, {"elements", std::move(list)}};
  if (!block_id.empty())
    json["block_id"] = cut_id(block_id);
  return block_factory::make_block(std::move(json));
}

block input(std::string_view block_id, std::string_view label, const element& control,
            input_options options) {
  bj::object json{{"type", "input"},
                  {"block_id", cut_id(block_id)},
                  {"label", plain_text(label, limit::input_label)},
                  {"element", control.json()},
                  {"optional", options.optional}};
  if (!options.hint.empty())
    json["hint"] = plain_text(options.hint, limit::input_hint);
  return block_factory::make_block(std::move(json));
}

std::vector<block> fit_blocks(std::vector<block> blocks, std::size_t max_blocks) {
  if (blocks.size() <= max_blocks || max_blocks == 0)
    return blocks;
  std::size_t left_out = blocks.size() - (max_blocks - 1);
  blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(max_blocks - 1), blocks.end());
  blocks.push_back(context("and "_mrkdwn + number(left_out) + " more"_mrkdwn));
  return blocks;
}

} // namespace isacbot::slack
