#include "sandbox/elements.hpp"

#include <algorithm>

namespace isacbot::sandbox {

namespace {

/// The member of a state value that holds what was entered, by element type.
std::string_view value_key(std::string_view type) {
  if (type == "static_select" || type == "external_select" || type == "radio_buttons" || type == "overflow")
    return "selected_option";
  if (type == "multi_static_select" || type == "multi_external_select" || type == "checkboxes")
    return "selected_options";
  if (type == "users_select")
    return "selected_user";
  if (type == "multi_users_select")
    return "selected_users";
  if (type == "conversations_select")
    return "selected_conversation";
  if (type == "multi_conversations_select")
    return "selected_conversations";
  if (type == "channels_select")
    return "selected_channel";
  if (type == "multi_channels_select")
    return "selected_channels";
  if (type == "datepicker")
    return "selected_date";
  if (type == "timepicker")
    return "selected_time";
  if (type == "datetimepicker")
    return "selected_date_time";
  if (type == "file_input")
    return "files";
  if (type == "rich_text_input")
    return "rich_text_value";
  return "value";
}

bool takes_several(std::string_view type) {
  return type.starts_with("multi_") || type == "checkboxes" || type == "file_input";
}

bool is_menu_of_options(std::string_view type) {
  return value_key(type).starts_with("selected_option");
}

const json::object* find_option(const json::array* options, std::string_view wanted) {
  for (std::size_t i = 0; options != nullptr && i < options->size(); ++i) {
    const json::object* option = (*options)[i].if_object();
    if (option == nullptr)
      continue;
    const json::object* text = object_at(*option, "text");
    if (text_at(*option, "value") == wanted || (text != nullptr && text_at(*text, "text") == wanted))
      return option;
  }
  return nullptr;
}

/// By value, or by the text a member sees.
const json::object* find_offered(const json::object& element, std::string_view wanted,
                                 const json::array* loaded) {
  if (text_at(element, "type").ends_with("external_select"))
    return find_option(loaded, wanted);
  if (const json::object* option = find_option(array_at(element, "options"), wanted))
    return option;
  const json::array* groups = array_at(element, "option_groups");
  for (std::size_t i = 0; groups != nullptr && i < groups->size(); ++i)
    if (const json::object* group = (*groups)[i].if_object())
      if (const json::object* option = find_option(array_at(*group, "options"), wanted))
        return option;
  return nullptr;
}

std::size_t number_at(const json::object& from, std::string_view key, std::size_t otherwise) {
  if (!has(from, key))
    return otherwise;
  json::error_code failure;
  auto number = from.at(key).to_number<std::size_t>(failure);
  return failure ? otherwise : number;
}

} // namespace

std::vector<placed_element> find_elements(const json::array& blocks) {
  std::vector<placed_element> found;
  for (const json::value& value : blocks) {
    const json::object* block = value.if_object();
    if (block == nullptr)
      continue;
    std::string block_id = text_at(*block, "block_id");
    for (std::string_view key : {"element", "accessory"})
      if (const json::object* element = object_at(*block, key);
          element && text_at(*element, "type") != "image")
        found.push_back({block_id, block, element});
    const json::array* elements =
        text_at(*block, "type") == "actions" ? array_at(*block, "elements") : nullptr;
    for (std::size_t i = 0; elements != nullptr && i < elements->size(); ++i)
      if (const json::object* element = (*elements)[i].if_object())
        found.push_back({block_id, block, element});
  }
  return found;
}

std::optional<placed_element> find_element(const json::array& blocks, std::string_view name) {
  std::vector<placed_element> all = find_elements(blocks);
  for (const placed_element& e : all)
    if (e.action_id() == name)
      return e;
  for (const placed_element& e : all)
    if (e.block_id == name)
      return e;
  return std::nullopt;
}

std::optional<placed_element> find_input(const json::array& blocks, std::string_view block_id) {
  for (const placed_element& e : find_elements(blocks))
    if (e.block_id == block_id && e.is_input())
      return e;
  return std::nullopt;
}

void assign_missing_ids(json::array& blocks, random_source& random) {
  auto name_element = [&](json::value* element) {
    if (element != nullptr && element->is_object() && text_at(element->get_object(), "type") != "image" &&
        !has(element->get_object(), "action_id"))
      element->get_object()["action_id"] = random_hex(random, 4);
  };
  for (json::value& value : blocks) {
    if (!value.is_object())
      continue;
    json::object& block = value.get_object();
    if (!has(block, "block_id"))
      block["block_id"] = random_hex(random, 4);
    name_element(block.if_contains("element"));
    name_element(block.if_contains("accessory"));
    if (json::value* elements = block.if_contains("elements");
        elements != nullptr && elements->is_array() && text_at(block, "type") == "actions")
      for (json::value& element : elements->get_array())
        name_element(&element);
  }
}

bool holds_value(std::string_view element_type) {
  return element_type != "button" && element_type != "image" && element_type != "overflow";
}

json::object initial_value(const json::object& element) {
  std::string type = text_at(element, "type");
  std::string_view key = value_key(type);
  json::object value{{"type", type}};
  std::string initial_key =
      key == "value" ? "initial_value" : "initial_" + std::string(key.substr(key.find('_') + 1));
  if (key == "rich_text_value")
    initial_key = "initial_value";
  if (has(element, initial_key))
    value[key] = element.at(initial_key);
  else if (takes_several(type))
    value[key] = json::array();
  else
    value[key] = nullptr;
  return value;
}

json::object carry_values(const json::object& old, const json::array& blocks) {
  json::object values;
  for (const placed_element& e : find_elements(blocks)) {
    if (!holds_value(e.type()))
      continue;
    json::object value = initial_value(*e.element);
    if (const json::object* block = object_at(old, e.block_id))
      if (const json::object* entered = object_at(*block, e.action_id());
          entered && text_at(*entered, "type") == e.type())
        value = *entered;
    if (!values.contains(e.block_id))
      values[e.block_id] = json::object();
    values[e.block_id].get_object()[e.action_id()] = std::move(value);
  }
  return values;
}

result<json::object> entered_value(const json::object& element, const json::value& given,
                                   const json::array* loaded) {
  std::string type = text_at(element, "type");
  std::string_view key = value_key(type);
  json::object value{{"type", type}};
  bool several = takes_several(type);
  if (given.is_null() || (given.is_string() && given.get_string().empty())) {
    value[key] = several ? json::value(json::array()) : json::value(nullptr);
    return value;
  }
  if (type == "file_input" || type == "rich_text_input") {
    value[key] = given;
    return value;
  }
  if (type == "datetimepicker") {
    // As Slack's: seconds since the epoch, ten digits.
    json::error_code failure;
    auto moment = given.is_number() ? given.to_number<std::int64_t>(failure) : 0;
    if (failure || moment < 1'000'000'000 || moment > 9'999'999'999)
      return fail(ec::invalid_argument, "takes seconds since the epoch, ten digits");
    value[key] = moment;
    return value;
  }
  json::array wanted = given.is_array() ? given.get_array() : json::array{given};
  if (!several && wanted.size() > 1)
    return fail(ec::invalid_argument, "takes one value only");
  json::array taken;
  for (const json::value& one : wanted) {
    if (!one.is_string())
      return fail(ec::invalid_argument, "takes text");
    std::string_view text = one.get_string();
    if (!is_menu_of_options(type)) {
      taken.push_back(one);
    } else if (const json::object* option = find_offered(element, text, loaded)) {
      taken.push_back(*option);
    } else {
      return fail(ec::invalid_argument, "the menu offers no such option: " + std::string(text));
    }
  }
  value[key] = several ? json::value(std::move(taken)) : taken.front();
  return value;
}

std::string complaint_about(const placed_element& input, const json::object& value) {
  std::string type = input.type();
  const json::value& entered = value.at(value_key(type));
  bool is_empty = entered.is_null() || (entered.is_array() && entered.get_array().empty()) ||
                  (entered.is_string() && entered.get_string().empty());
  const json::value* optional = input.block->if_contains("optional");
  bool may_be_empty = optional != nullptr && optional->is_bool() && optional->get_bool();
  if (is_empty)
    return may_be_empty ? "" : "Please complete this required field.";
  if (entered.is_string()) {
    std::size_t length = count_characters(entered.get_string());
    std::size_t least = number_at(*input.element, "min_length", 0);
    std::size_t most = number_at(*input.element, "max_length", 3000);
    if (length < least)
      return "Must be at least " + std::to_string(least) + " characters.";
    if (length > most)
      return "Must be at most " + std::to_string(most) + " characters.";
  }
  if (type == "file_input" && entered.get_array().size() > number_at(*input.element, "max_files", 10))
    return "Too many files are attached.";
  if (entered.is_array() &&
      entered.get_array().size() > number_at(*input.element, "max_selected_items", 1000))
    return "Too many items are selected.";
  return {};
}

} // namespace isacbot::sandbox
