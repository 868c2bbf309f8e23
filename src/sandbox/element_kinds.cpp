// The rules of each kind of interactive element.
#include "sandbox/block_checker.hpp"

#include <array>

namespace isacbot::sandbox {

namespace {

struct element_kind {
  std::string_view type;
  unsigned places;
};

constexpr unsigned in_section = static_cast<unsigned>(place::section);
constexpr unsigned in_actions = static_cast<unsigned>(place::actions);
constexpr unsigned in_input = static_cast<unsigned>(place::input);
constexpr unsigned anywhere = in_section | in_actions | in_input;

constexpr std::array element_kinds{
    element_kind{"button", in_section | in_actions},
    element_kind{"overflow", in_section | in_actions},
    element_kind{"image", in_section},
    element_kind{"static_select", anywhere},
    element_kind{"external_select", anywhere},
    element_kind{"users_select", anywhere},
    element_kind{"conversations_select", anywhere},
    element_kind{"channels_select", anywhere},
    element_kind{"multi_static_select", anywhere},
    element_kind{"multi_external_select", anywhere},
    element_kind{"multi_users_select", anywhere},
    element_kind{"multi_conversations_select", anywhere},
    element_kind{"multi_channels_select", anywhere},
    element_kind{"checkboxes", anywhere},
    element_kind{"radio_buttons", anywhere},
    element_kind{"datepicker", anywhere},
    element_kind{"timepicker", anywhere},
    element_kind{"datetimepicker", in_actions | in_input},
    element_kind{"plain_text_input", in_input},
    element_kind{"rich_text_input", in_input},
    element_kind{"email_text_input", in_input},
    element_kind{"url_text_input", in_input},
    element_kind{"number_input", in_input},
    element_kind{"file_input", in_input},
};

bool is_allowed(std::string_view type, place where) {
  for (const element_kind& kind : element_kinds)
    if (kind.type == type)
      return (kind.places & static_cast<unsigned>(where)) != 0;
  return false;
}

} // namespace

void block_checker::check_element(const json::value& value, const std::string& at, place where,
                                  std::set<std::string>& ids) {
  const json::object* element = value.if_object();
  if (element == nullptr)
    return refuse(at, "must be an object");
  std::string type = text_at(*element, "type");
  if (!is_allowed(type, where) || (type == "file_input" && where_ != surface::modal))
    return refuse(at + "/type", "unsupported type: " + type);

  check_string(*element, "action_id", at, 1, 255, need::optional);
  if (std::string id = text_at(*element, "action_id"); !id.empty() && !ids.insert(id).second)
    refuse(at + "/action_id", "action_id already exists: " + id);
  check_flag(*element, "focus_on_load", at);
  check_plain_text(*element, "placeholder", at, 150, need::optional);
  check_confirm(*element, at);

  if (type == "button") {
    check_button(*element, at);
  } else if (type == "image") {
    check_known_members(*element, at, {"type", "image_url", "slack_file", "alt_text"});
    check_image(*element, at);
  } else if (type == "overflow") {
    check_known_members(*element, at, {"type", "action_id", "options", "confirm"});
    check_choices(*element, at, 5, false, false);
  } else if (type == "checkboxes" || type == "radio_buttons") {
    check_known_members(
        *element, at,
        {"type", "action_id", "options", "initial_options", "initial_option", "confirm", "focus_on_load"});
    check_choices(*element, at, 10, false, true);
    check_initial_options(*element, at);
  } else if (type.ends_with("_select")) {
    check_menu(*element, at, type);
  } else if (type.ends_with("picker")) {
    check_known_members(*element, at,
                        {"type", "action_id", "initial_date", "initial_time", "initial_date_time", "timezone",
                         "confirm", "focus_on_load", "placeholder"});
  } else if (type == "file_input") {
    check_known_members(*element, at, {"type", "action_id", "filetypes", "max_files"});
    check_list(*element, "filetypes", at, 1, 100, need::optional);
    check_integer(*element, "max_files", at, 1, 10);
  } else {
    check_text_input(*element, at);
  }
}

void block_checker::check_button(const json::object& element, const std::string& at) {
  check_known_members(
      element, at, {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"});
  check_plain_text(element, "text", at, 75, need::required);
  check_string(element, "value", at, 1, 2000, need::optional);
  check_string(element, "url", at, 1, 3000, need::optional);
  check_string(element, "accessibility_label", at, 1, 75, need::optional);
  check_choice(element, "style", at, {"primary", "danger"}, need::optional);
}

void block_checker::check_text_input(const json::object& element, const std::string& at) {
  std::string type = text_at(element, "type");
  if (type == "number_input") {
    check_known_members(element, at,
                        {"type", "action_id", "is_decimal_allowed", "initial_value", "min_value", "max_value",
                         "dispatch_action_config", "focus_on_load", "placeholder"});
    if (!has(element, "is_decimal_allowed"))
      refuse(at, "missing required field: is_decimal_allowed");
    check_flag(element, "is_decimal_allowed", at);
    for (std::string_view bound : {"min_value", "max_value", "initial_value"})
      check_string(element, bound, at, 1, 40, need::optional);
    return;
  }
  check_known_members(element, at,
                      {"type", "action_id", "initial_value", "multiline", "min_length", "max_length",
                       "dispatch_action_config", "focus_on_load", "placeholder"});
  if (type != "rich_text_input")
    check_string(element, "initial_value", at, 0, 3000, need::optional);
  check_flag(element, "multiline", at);
  check_integer(element, "min_length", at, 0, 3000);
  check_integer(element, "max_length", at, 1, 3000);
  if (const json::object* dispatch = object_at(element, "dispatch_action_config")) {
    const json::array* when =
        check_list(*dispatch, "trigger_actions_on", at + "/dispatch_action_config", 1, 2, need::optional);
    for (std::size_t i = 0; when != nullptr && i < when->size(); ++i)
      if ((*when)[i] != "on_enter_pressed" && (*when)[i] != "on_character_entered")
        refuse(at + "/dispatch_action_config/trigger_actions_on/" + std::to_string(i), "unsupported value");
  }
}

void block_checker::check_menu(const json::object& element, const std::string& at, std::string_view type) {
  bool is_multi = type.starts_with("multi_");
  if (is_multi)
    type.remove_prefix(6);
  check_integer(element, "max_selected_items", at, 1, 1'000'000);
  if (!is_multi && has(element, "max_selected_items"))
    refuse(at, "invalid additional property: max_selected_items");
  if (type == "static_select") {
    check_known_members(element, at,
                        {"type", "action_id", "options", "option_groups", "initial_option", "initial_options",
                         "max_selected_items", "confirm", "focus_on_load", "placeholder"});
    check_choices(element, at, 100, true, false);
    check_initial_options(element, at);
  } else if (type == "external_select") {
    check_known_members(element, at,
                        {"type", "action_id", "initial_option", "initial_options", "min_query_length",
                         "max_selected_items", "confirm", "focus_on_load", "placeholder"});
    check_string(element, "action_id", at, 1, 255, need::required);
    check_integer(element, "min_query_length", at, 0, 150);
  } else {
    check_known_members(element, at,
                        {"type", "action_id", "initial_user", "initial_users", "initial_conversation",
                         "initial_conversations", "initial_channel", "initial_channels",
                         "default_to_current_conversation", "response_url_enabled", "filter",
                         "max_selected_items", "confirm", "focus_on_load", "placeholder"});
    check_flag(element, "default_to_current_conversation", at);
    check_flag(element, "response_url_enabled", at);
  }
}

void block_checker::check_confirm(const json::object& element, const std::string& at) {
  if (!has(element, "confirm"))
    return;
  const json::object* confirm = object_at(element, "confirm");
  if (confirm == nullptr)
    return refuse(at + "/confirm", "must be an object");
  std::string here = at + "/confirm";
  check_known_members(*confirm, here, {"title", "text", "confirm", "deny", "style"});
  check_plain_text(*confirm, "title", here, 100, need::required);
  check_text(*confirm, "text", here, 300, need::required, true);
  check_plain_text(*confirm, "confirm", here, 30, need::required);
  check_plain_text(*confirm, "deny", here, 30, need::required);
  check_choice(*confirm, "style", here, {"primary", "danger"}, need::optional);
}

} // namespace isacbot::sandbox
