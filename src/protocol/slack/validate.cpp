#include "protocol/slack/validate.hpp"

#include "protocol/slack/limits.hpp"
#include "protocol/slack/utf8.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace isacbot::slack {

namespace bj = boost::json;

namespace {

/// Walks a message or view; remembers the first fault with its place.
class validator {
 public:
  void check_blocks(const bj::object& parent, std::size_t max, bool required) {
    const bj::value* value = parent.if_contains("blocks");
    if (value == nullptr) {
      if (required)
        refuse("/blocks", "missing");
      return;
    }
    const bj::array* blocks = value->if_array();
    if (blocks == nullptr)
      return refuse("/blocks", "a list is expected");
    if (blocks->size() > max || (required && blocks->empty()))
      return refuse("/blocks", "1 to " + std::to_string(max) + " blocks are expected");
    for (std::size_t i = 0; i < blocks->size(); ++i)
      check_block((*blocks)[i], "/blocks/" + std::to_string(i));
  }

  void check_text(const bj::object& parent, const char* key, const std::string& at, std::size_t max,
                  bool required, bool plain_only) {
    std::string place = at + "/" + key;
    const bj::value* value = parent.if_contains(key);
    if (value == nullptr) {
      if (required)
        refuse(place, "missing");
      return;
    }
    check_text_object(*value, place, max, plain_only);
  }

  void check_string(const bj::object& parent, const char* key, const std::string& at, std::size_t min,
                    std::size_t max, bool required) {
    std::string place = at + "/" + key;
    const bj::value* value = parent.if_contains(key);
    if (value == nullptr) {
      if (required)
        refuse(place, "missing");
      return;
    }
    const bj::string* text = value->if_string();
    if (text == nullptr)
      return refuse(place, "a text is expected");
    check_length(std::string_view(text->data(), text->size()), place, min, max);
  }

  void refuse(const std::string& place, const std::string& why) {
    if (!fault_)
      fault_ = fail(ec::invalid_argument, place + ": " + why);
  }

  [[nodiscard]] bool has_input() const noexcept { return has_input_; }
  [[nodiscard]] result<void> outcome() const {
    if (fault_)
      return *fault_;
    return {};
  }

 private:
  void check_length(std::string_view text, const std::string& place, std::size_t min, std::size_t max) {
    if (clean_text(text) != text)
      return refuse(place, "invalid UTF-8 or control characters");
    std::size_t length = count_characters(text);
    if (length < min)
      refuse(place, "under " + std::to_string(min) + " characters");
    if (length > max)
      refuse(place, "over " + std::to_string(max) + " characters");
  }

  static std::string type_of(const bj::object& object) {
    const bj::value* type = object.if_contains("type");
    return type != nullptr && type->is_string() ? std::string(type->get_string()) : std::string();
  }

  void check_text_object(const bj::value& value, const std::string& at, std::size_t max, bool plain_only) {
    const bj::object* object = value.if_object();
    if (object == nullptr)
      return refuse(at, "a text object is expected");
    std::string type = type_of(*object);
    if (type != "plain_text" && (plain_only || type != "mrkdwn"))
      return refuse(at + "/type", plain_only ? "plain_text is expected" : "plain_text or mrkdwn is expected");
    if (object->contains("emoji") && type != "plain_text")
      refuse(at + "/emoji", "is for plain_text only");
    if (object->contains("verbatim") && type != "mrkdwn")
      refuse(at + "/verbatim", "is for mrkdwn only");
    check_string(*object, "text", at, 1, max, true);
  }

  void check_options(const bj::object& element, const std::string& at, std::size_t max) {
    const bj::value* value = element.if_contains("options");
    const bj::array* options = value == nullptr ? nullptr : value->if_array();
    if (options == nullptr || options->empty() || options->size() > max)
      return refuse(at + "/options", "1 to " + std::to_string(max) + " options are expected");
    std::set<std::string> values;
    const bj::value* initial = element.if_contains("initial_option");
    bool found = initial == nullptr;
    for (std::size_t i = 0; i < options->size(); ++i) {
      std::string place = at + "/options/" + std::to_string(i);
      check_option((*options)[i], place);
      if (const bj::object* option = (*options)[i].if_object())
        if (const bj::value* v = option->if_contains("value"); v != nullptr && v->is_string())
          if (!values.insert(std::string(v->get_string())).second)
            refuse(place + "/value", "comes more than once");
      found = found || (*options)[i] == *initial;
    }
    if (!found)
      refuse(at + "/initial_option", "equals none of the options");
  }

  void check_option(const bj::value& value, const std::string& at) {
    const bj::object* option = value.if_object();
    if (option == nullptr)
      return refuse(at, "an option is expected");
    check_text(*option, "text", at, limit::option_text, true, false);
    check_string(*option, "value", at, 1, limit::option_value, true);
    check_text(*option, "description", at, limit::option_description, false, false);
  }

  void check_button(const bj::object& element, const std::string& at) {
    check_text(element, "text", at, limit::button_text, true, true);
    check_string(element, "value", at, 0, limit::button_value, false);
    check_string(element, "url", at, 1, limit::button_url, false);
    if (const bj::value* style = element.if_contains("style"))
      if (*style != "primary" && *style != "danger")
        refuse(at + "/style", "primary or danger is expected");
    const bj::value* confirm = element.if_contains("confirm");
    if (confirm == nullptr)
      return;
    const bj::object* question = confirm->if_object();
    if (question == nullptr)
      return refuse(at + "/confirm", "an object is expected");
    check_text(*question, "title", at + "/confirm", limit::confirm_title, true, true);
    check_text(*question, "text", at + "/confirm", limit::confirm_text, true, false);
    check_text(*question, "confirm", at + "/confirm", limit::confirm_button, true, true);
    check_text(*question, "deny", at + "/confirm", limit::confirm_button, true, true);
  }

  void check_text_input(const bj::object& element, const std::string& at) {
    check_string(element, "initial_value", at, 0, limit::input_text, false);
    if (const bj::value* max = element.if_contains("max_length")) {
      auto number = max->is_int64()    ? max->get_int64()
                    : max->is_uint64() ? static_cast<std::int64_t>(max->get_uint64())
                                       : 0;
      if (number < 1 || number > static_cast<std::int64_t>(limit::input_text))
        refuse(at + "/max_length", "1 to 3000 is expected");
    }
  }

  void check_file_input(const bj::object& element, const std::string& at, bool in_input) {
    if (!in_input)
      refuse(at + "/type", "belongs into an input block");
    const bj::value* max = element.if_contains("max_files");
    bj::error_code wrong;
    auto number = max == nullptr ? 1 : max->to_number<std::size_t>(wrong);
    if (wrong || number < 1 || number > limit::files)
      refuse(at + "/max_files", "1 to 10 is expected");
  }

  /// @param in_input whether the element is the control of an input block
  void check_element(const bj::value& value, const std::string& at, bool in_input) {
    const bj::object* element = value.if_object();
    if (element == nullptr)
      return refuse(at, "an element is expected");
    check_string(*element, "action_id", at, 1, limit::id, false);
    check_text(*element, "placeholder", at, limit::placeholder, false, true);
    std::string type = type_of(*element);
    if (type == "button") {
      if (in_input)
        refuse(at + "/type", "a button is no input");
      check_button(*element, at);
    } else if (type == "plain_text_input") {
      if (!in_input)
        refuse(at + "/type", "belongs into an input block");
      check_text_input(*element, at);
    } else if (type == "static_select") {
      check_options(*element, at, limit::select_options);
    } else if (type == "external_select") {
      if (!element->contains("action_id"))
        refuse(at + "/action_id", "missing");
      if (const bj::value* initial = element->if_contains("initial_option"))
        check_option(*initial, at + "/initial_option");
    } else if (type == "checkboxes") {
      check_options(*element, at, limit::checkboxes);
    } else if (type == "datetimepicker") {
      if (element->contains("placeholder"))
        refuse(at + "/placeholder", "a datetimepicker has none");
    } else if (type == "file_input") {
      check_file_input(*element, at, in_input);
    } else {
      refuse(at + "/type", "unknown element");
    }
  }

  void check_list(const bj::object& block, const char* key, const std::string& at, std::size_t max,
                  bool texts, std::size_t text_limit) {
    const bj::value* value = block.if_contains(key);
    const bj::array* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr || list->empty() || list->size() > max)
      return refuse(at + "/" + key, "1 to " + std::to_string(max) + " entries are expected");
    for (std::size_t i = 0; i < list->size(); ++i) {
      std::string place = at + "/" + key + "/" + std::to_string(i);
      if (texts)
        check_text_object((*list)[i], place, text_limit, false);
      else
        check_element((*list)[i], place, false);
    }
  }

  void check_section(const bj::object& block, const std::string& at) {
    if (!block.contains("text") && !block.contains("fields"))
      refuse(at, "text or fields are expected");
    check_text(block, "text", at, limit::text_object, false, false);
    if (block.contains("fields"))
      check_list(block, "fields", at, limit::section_fields, true, limit::section_field);
    if (const bj::value* accessory = block.if_contains("accessory"))
      check_element(*accessory, at + "/accessory", false);
  }

  void check_input(const bj::object& block, const std::string& at) {
    has_input_ = true;
    check_text(block, "label", at, limit::input_label, true, true);
    check_text(block, "hint", at, limit::input_hint, false, true);
    if (const bj::value* element = block.if_contains("element"))
      check_element(*element, at + "/element", true);
    else
      refuse(at + "/element", "missing");
  }

  void check_block(const bj::value& value, const std::string& at) {
    const bj::object* block = value.if_object();
    if (block == nullptr)
      return refuse(at, "a block is expected");
    check_string(*block, "block_id", at, 1, limit::id, false);
    if (const bj::value* id = block->if_contains("block_id"); id != nullptr && id->is_string())
      if (!block_ids_.insert(std::string(id->get_string())).second)
        refuse(at + "/block_id", "comes more than once");
    std::string type = type_of(*block);
    if (type == "section")
      check_section(*block, at);
    else if (type == "header")
      check_text(*block, "text", at, limit::header_text, true, true);
    else if (type == "context")
      check_list(*block, "elements", at, limit::context_elements, true, limit::text_object);
    else if (type == "actions")
      check_list(*block, "elements", at, limit::actions_elements, false, 0);
    else if (type == "input")
      check_input(*block, at);
    else if (type != "divider")
      refuse(at + "/type", "unknown block");
  }

  std::set<std::string> block_ids_;
  bool has_input_ = false;
  std::optional<error> fault_;
};

} // namespace

result<void> validate_message(const bj::object& message) {
  validator check;
  check.check_string(message, "text", "", 1, limit::message_text, true);
  check.check_blocks(message, limit::message_blocks, false);
  return check.outcome();
}

result<void> validate_view(const bj::object& view) {
  const bj::value* type = view.if_contains("type");
  bool is_modal = type != nullptr && *type == "modal";
  validator check;
  if (!is_modal && (type == nullptr || *type != "home"))
    check.refuse("/type", "modal or home is expected");
  check.check_blocks(view, limit::view_blocks, true);
  for (const char* key : {"title", "submit", "close"}) {
    if (!is_modal && view.contains(key))
      check.refuse(std::string("/") + key, "is for modals only");
    bool required = is_modal && (key == std::string_view("title") ||
                                 (key == std::string_view("submit") && check.has_input()));
    check.check_text(view, key, "", limit::view_title, required, true);
  }
  check.check_string(view, "callback_id", "", 0, limit::id, false);
  check.check_string(view, "external_id", "", 0, limit::id, false);
  check.check_string(view, "private_metadata", "", 0, limit::private_metadata, false);
  if (bj::serialize(view).size() > limit::view_bytes)
    check.refuse("", "over 250 kB");
  return check.outcome();
}

} // namespace isacbot::slack
