#include "sandbox/block_checker.hpp"

#include <algorithm>

namespace isacbot::sandbox {

void block_checker::refuse(std::string at, std::string message) {
  faults_.push_back({std::move(at), std::move(message)});
}

void block_checker::check_known_members(const json::object& from, const std::string& at,
                                        std::initializer_list<std::string_view> known) {
  for (const auto& member : from) {
    std::string_view name = member.key();
    if (std::find(known.begin(), known.end(), name) == known.end())
      refuse(at, "invalid additional property: " + std::string(name));
  }
}

void block_checker::check_string(const json::object& from, std::string_view key, const std::string& at,
                                 std::size_t least, std::size_t most, need n) {
  std::string here = at + "/" + std::string(key);
  if (!has(from, key)) {
    if (n == need::required)
      refuse(at, "missing required field: " + std::string(key));
    return;
  }
  if (!from.at(key).is_string())
    return refuse(here, "must provide a string");
  std::size_t length = count_characters(from.at(key).get_string());
  if (length < least)
    refuse(here, "must be more than " + std::to_string(least - 1) + " characters");
  if (length > most)
    refuse(here, "must be less than " + std::to_string(most + 1) + " characters");
}

void block_checker::check_flag(const json::object& from, std::string_view key, const std::string& at) {
  if (has(from, key) && !from.at(key).is_bool())
    refuse(at + "/" + std::string(key), "must be a boolean");
}

void block_checker::check_choice(const json::object& from, std::string_view key, const std::string& at,
                                 std::initializer_list<std::string_view> allowed, need n) {
  check_string(from, key, at, 1, 255, n);
  if (!has(from, key))
    return;
  std::string value = text_at(from, key);
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end())
    refuse(at + "/" + std::string(key), "unsupported value: " + value);
}

void block_checker::check_integer(const json::object& from, std::string_view key, const std::string& at,
                                  std::int64_t least, std::int64_t most) {
  if (!has(from, key))
    return;
  std::string here = at + "/" + std::string(key);
  json::error_code failure;
  auto number = from.at(key).to_number<std::int64_t>(failure);
  if (failure)
    return refuse(here, "must be an integer");
  if (number < least || number > most)
    refuse(here, "must be between " + std::to_string(least) + " and " + std::to_string(most));
}

const json::array* block_checker::check_list(const json::object& from, std::string_view key,
                                             const std::string& at, std::size_t least, std::size_t most,
                                             need n) {
  std::string here = at + "/" + std::string(key);
  if (!has(from, key)) {
    if (n == need::required)
      refuse(at, "missing required field: " + std::string(key));
    return nullptr;
  }
  const json::array* list = array_at(from, key);
  if (list == nullptr) {
    refuse(here, "must be an array");
    return nullptr;
  }
  if (list->size() < least)
    refuse(here, "must have at least " + std::to_string(least) + " items");
  if (list->size() > most)
    refuse(here, "no more than " + std::to_string(most) + " items allowed");
  return list;
}

void block_checker::check_text(const json::object& from, std::string_view key, const std::string& at,
                               std::size_t most, need n, bool markup_allowed) {
  std::string here = at + "/" + std::string(key);
  if (!has(from, key)) {
    if (n == need::required)
      refuse(at, "missing required field: " + std::string(key));
    return;
  }
  const json::object* text = object_at(from, key);
  if (text == nullptr)
    return refuse(here, "must be a text object");
  std::string type = text_at(*text, "type");
  bool markup = type == "mrkdwn";
  if (type != "plain_text" && !(markup && markup_allowed))
    return refuse(here + "/type", "unsupported type: " + type);
  if (markup)
    check_known_members(*text, here, {"type", "text", "verbatim"});
  else
    check_known_members(*text, here, {"type", "text", "emoji"});
  check_flag(*text, "verbatim", here);
  check_flag(*text, "emoji", here);
  check_string(*text, "text", here, 1, most, need::required);
}

void block_checker::check_plain_text(const json::object& from, std::string_view key, const std::string& at,
                                     std::size_t most, need n) {
  check_text(from, key, at, most, n, false);
}

void block_checker::check_blocks(const json::array& blocks, const std::string& at, std::size_t most) {
  if (blocks.size() > most)
    refuse(at, "no more than " + std::to_string(most) + " items allowed");
  for (std::size_t i = 0; i < blocks.size(); ++i)
    check_block(blocks[i], at + "/" + std::to_string(i));
}

} // namespace isacbot::sandbox
