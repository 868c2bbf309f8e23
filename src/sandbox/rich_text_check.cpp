// The rules of rich text and tables.
#include "sandbox/block_checker.hpp"

namespace isacbot::sandbox {

void block_checker::check_rich_elements(const json::array& elements, const std::string& at) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    std::string here = at + "/" + std::to_string(i);
    const json::object* element = elements[i].if_object();
    if (element == nullptr) {
      refuse(here, "must be an object");
      continue;
    }
    std::string type = text_at(*element, "type");
    if (type == "text") {
      check_known_members(*element, here, {"type", "text", "style"});
      check_string(*element, "text", here, 1, 40'000, need::required);
    } else if (type == "link") {
      check_known_members(*element, here, {"type", "url", "text", "unsafe", "style"});
      check_string(*element, "url", here, 1, 3000, need::required);
    } else if (type == "user") {
      check_string(*element, "user_id", here, 1, 255, need::required);
    } else if (type == "channel") {
      check_string(*element, "channel_id", here, 1, 255, need::required);
    } else if (type == "emoji") {
      check_string(*element, "name", here, 1, 255, need::required);
    } else if (type == "date") {
      check_string(*element, "format", here, 1, 255, need::required);
      if (!has(*element, "timestamp"))
        refuse(here, "missing required field: timestamp");
    } else if (type != "broadcast" && type != "usergroup" && type != "color") {
      refuse(here + "/type", "unsupported type: " + type);
    }
    if (const json::object* style = object_at(*element, "style")) {
      check_known_members(
          *style, here + "/style",
          {"bold", "italic", "strike", "code", "highlight", "client_highlight", "unlink", "underline"});
      for (const auto& flag : *style)
        check_flag(*style, flag.key(), here + "/style");
    }
  }
}

void block_checker::check_rich_text(const json::object& block, const std::string& at) {
  check_known_members(block, at, {"type", "block_id", "elements"});
  const json::array* parts = check_list(block, "elements", at, 1, 1000, need::required);
  for (std::size_t i = 0; parts != nullptr && i < parts->size(); ++i) {
    std::string here = at + "/elements/" + std::to_string(i);
    const json::object* part = (*parts)[i].if_object();
    if (part == nullptr) {
      refuse(here, "must be an object");
      continue;
    }
    std::string type = text_at(*part, "type");
    const json::array* elements = check_list(*part, "elements", here, 1, 1000, need::required);
    if (elements == nullptr)
      continue;
    if (type == "rich_text_section" || type == "rich_text_preformatted" || type == "rich_text_quote") {
      check_known_members(*part, here, {"type", "elements", "border", "language"});
      check_rich_elements(*elements, here + "/elements");
    } else if (type == "rich_text_list") {
      check_known_members(*part, here, {"type", "elements", "style", "indent", "offset", "border"});
      check_choice(*part, "style", here, {"bullet", "ordered"}, need::required);
      for (std::size_t k = 0; k < elements->size(); ++k) {
        std::string item_at = here + "/elements/" + std::to_string(k);
        const json::object* item = (*elements)[k].if_object();
        const json::array* inner = item != nullptr ? array_at(*item, "elements") : nullptr;
        if (inner == nullptr || text_at(*item, "type") != "rich_text_section")
          refuse(item_at, "must be a rich_text_section");
        else
          check_rich_elements(*inner, item_at + "/elements");
      }
    } else {
      refuse(here + "/type", "unsupported type: " + type);
    }
  }
}

void block_checker::check_table(const json::object& block, const std::string& at) {
  if (++tables_ > 1)
    refuse(at, "only_one_table_allowed");
  check_known_members(block, at, {"type", "block_id", "rows", "column_settings"});
  check_list(block, "column_settings", at, 1, 20, need::optional);
  const json::array* rows = check_list(block, "rows", at, 1, 100, need::required);
  std::size_t characters = 0;
  for (std::size_t r = 0; rows != nullptr && r < rows->size(); ++r) {
    std::string row_at = at + "/rows/" + std::to_string(r);
    const json::array* cells = (*rows)[r].if_array();
    if (cells == nullptr || cells->empty() || cells->size() > 20) {
      refuse(row_at, "must be an array of 1 to 20 cells");
      continue;
    }
    for (std::size_t c = 0; c < cells->size(); ++c) {
      std::string here = row_at + "/" + std::to_string(c);
      const json::object* cell = (*cells)[c].if_object();
      std::string type = cell != nullptr ? text_at(*cell, "type") : "";
      if (type == "raw_text" || type == "raw_number") {
        check_string(*cell, "text", here, 1, 10'000, need::required);
        characters += count_characters(text_at(*cell, "text"));
      } else if (type == "rich_text") {
        check_rich_text(*cell, here);
      } else {
        refuse(here, "unsupported type: " + type);
      }
    }
  }
  if (characters > 10'000)
    refuse(at + "/rows", "no more than 10000 characters allowed in a table");
}

} // namespace isacbot::sandbox
