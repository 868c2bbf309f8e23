// The rules of each kind of block.
#include "sandbox/block_checker.hpp"

namespace isacbot::sandbox {

void block_checker::check_block(const json::value& value, const std::string& at) {
  const json::object* block = value.if_object();
  if (block == nullptr)
    return refuse(at, "must be an object");
  check_string(*block, "block_id", at, 1, 255, need::optional);
  if (std::string id = text_at(*block, "block_id"); !id.empty() && !block_ids_.insert(id).second)
    refuse(at + "/block_id", "block_id already exists: " + id);

  std::string type = text_at(*block, "type");
  if (type == "section") {
    check_section(*block, at);
  } else if (type == "header") {
    check_known_members(*block, at, {"type", "block_id", "text"});
    check_plain_text(*block, "text", at, 150, need::required);
  } else if (type == "divider") {
    check_known_members(*block, at, {"type", "block_id"});
  } else if (type == "context") {
    check_context(*block, at);
  } else if (type == "actions") {
    check_actions(*block, at);
  } else if (type == "input") {
    check_input(*block, at);
  } else if (type == "image") {
    check_known_members(*block, at, {"type", "block_id", "image_url", "slack_file", "alt_text", "title"});
    check_image(*block, at);
    check_plain_text(*block, "title", at, 2000, need::optional);
  } else if (type == "rich_text") {
    check_rich_text(*block, at);
  } else if (type == "table" && where_ == surface::message) {
    check_table(*block, at);
  } else if (type == "markdown" && where_ == surface::message) {
    check_known_members(*block, at, {"type", "block_id", "text"});
    check_string(*block, "text", at, 1, 12'000, need::required);
    markdown_characters_ += count_characters(text_at(*block, "text"));
    if (markdown_characters_ > 12'000)
      refuse(at + "/text", "markdown blocks must have no more than 12000 characters in total");
  } else {
    refuse(at + "/type", "unsupported type: " + type);
  }
}

void block_checker::check_section(const json::object& block, const std::string& at) {
  check_known_members(block, at, {"type", "block_id", "text", "fields", "accessory", "expand"});
  check_flag(block, "expand", at);
  if (!has(block, "text") && !has(block, "fields"))
    refuse(at, "missing required field: text");
  check_text(block, "text", at, 3000, need::optional, true);
  if (const json::array* fields = check_list(block, "fields", at, 1, 10, need::optional)) {
    for (std::size_t i = 0; i < fields->size(); ++i) {
      json::object holder{{"text", (*fields)[i]}};
      check_text(holder, "text", at + "/fields/" + std::to_string(i), 2000, need::required, true);
    }
  }
  std::set<std::string> ids;
  if (has(block, "accessory"))
    check_element(block.at("accessory"), at + "/accessory", place::section, ids);
}

void block_checker::check_context(const json::object& block, const std::string& at) {
  check_known_members(block, at, {"type", "block_id", "elements"});
  const json::array* elements = check_list(block, "elements", at, 1, 10, need::required);
  if (elements == nullptr)
    return;
  for (std::size_t i = 0; i < elements->size(); ++i) {
    std::string here = at + "/elements/" + std::to_string(i);
    const json::object* element = (*elements)[i].if_object();
    if (element != nullptr && text_at(*element, "type") == "image") {
      check_known_members(*element, here, {"type", "image_url", "slack_file", "alt_text"});
      check_image(*element, here);
    } else {
      json::object holder{{"elements", (*elements)[i]}};
      check_text(holder, "elements", here, 3000, need::required, true);
    }
  }
}

void block_checker::check_actions(const json::object& block, const std::string& at) {
  check_known_members(block, at, {"type", "block_id", "elements"});
  const json::array* elements = check_list(block, "elements", at, 1, 25, need::required);
  if (elements == nullptr)
    return;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < elements->size(); ++i)
    check_element((*elements)[i], at + "/elements/" + std::to_string(i), place::actions, ids);
}

void block_checker::check_input(const json::object& block, const std::string& at) {
  has_input_ = true;
  check_known_members(block, at,
                      {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"});
  check_plain_text(block, "label", at, 2000, need::required);
  check_plain_text(block, "hint", at, 2000, need::optional);
  check_flag(block, "optional", at);
  check_flag(block, "dispatch_action", at);
  std::set<std::string> ids;
  if (has(block, "element"))
    check_element(block.at("element"), at + "/element", place::input, ids);
  else
    refuse(at, "missing required field: element");
}

void block_checker::check_image(const json::object& block, const std::string& at) {
  check_string(block, "image_url", at, 1, 3000, has(block, "slack_file") ? need::optional : need::required);
  check_string(block, "alt_text", at, 1, 2000, need::required);
}

} // namespace isacbot::sandbox
