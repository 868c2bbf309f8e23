#include "sandbox/block_check.hpp"

#include "sandbox/block_checker.hpp"

namespace isacbot::sandbox {

std::string to_string(const block_fault& fault) {
  return "[ERROR] " + fault.message + " [json-pointer:" + fault.pointer + "]";
}

std::vector<block_fault> check_blocks(const json::array& blocks, surface where, const std::string& at) {
  block_checker checker{where};
  checker.check_blocks(blocks, at, where == surface::message ? 50 : 100);
  return checker.take();
}

std::vector<block_fault> check_view(const json::object& view, const std::string& at) {
  std::string type = text_at(view, "type");
  bool is_modal = type == "modal";
  block_checker checker{is_modal ? surface::modal : surface::home};
  if (!is_modal && type != "home") {
    checker.refuse(at + "/type",
                   has(view, "type") ? "unsupported type: " + type : "missing required field: type");
    return checker.take();
  }
  checker.check_string(view, "callback_id", at, 0, 255, need::optional);
  checker.check_string(view, "external_id", at, 0, 255, need::optional);
  checker.check_string(view, "private_metadata", at, 0, 3000, need::optional);
  const json::array* blocks = array_at(view, "blocks");
  if (blocks == nullptr)
    checker.refuse(at, "missing required field: blocks");
  else if (blocks->empty() && is_modal)
    checker.refuse(at + "/blocks", "must have at least 1 items");
  else
    checker.check_blocks(*blocks, at + "/blocks", 100);
  if (!is_modal) {
    checker.check_known_members(view, at,
                                {"type", "blocks", "callback_id", "external_id", "private_metadata"});
    return checker.take();
  }
  checker.check_known_members(view, at,
                              {"type", "title", "submit", "close", "blocks", "callback_id", "clear_on_close",
                               "notify_on_close", "external_id", "private_metadata", "submit_disabled"});
  checker.check_plain_text(view, "title", at, 24, need::required);
  checker.check_plain_text(view, "submit", at, 24, need::optional);
  checker.check_plain_text(view, "close", at, 24, need::optional);
  checker.check_flag(view, "clear_on_close", at);
  checker.check_flag(view, "notify_on_close", at);
  checker.check_flag(view, "submit_disabled", at);
  if (checker.has_input() && !has(view, "submit"))
    checker.refuse(at, "missing required field: submit");
  return checker.take();
}

std::vector<block_fault> check_options_answer(const json::object& answer) {
  block_checker checker{surface::modal};
  checker.check_options_answer(answer);
  return checker.take();
}

} // namespace isacbot::sandbox
