#include "sandbox/posted_content.hpp"

#include "sandbox/block_check.hpp"
#include "sandbox/elements.hpp"

#include <array>

namespace isacbot::sandbox {

namespace {

constexpr std::size_t most_text_characters = 40'000;
constexpr std::size_t most_markdown_characters = 12'000;
constexpr std::size_t most_attachments = 100;

/// @returns the first `most` code points
std::string cut(const std::string& text, std::size_t most) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U && ++seen > most)
      return text.substr(0, i);
  return text;
}

/// An argument that is JSON, or JSON in a string.
std::optional<json::value> structured(const json::object& arguments, std::string_view key) {
  if (!has(arguments, key))
    return json::value(nullptr);
  const json::value& sent = arguments.at(key);
  if (!sent.is_string())
    return sent;
  if (sent.get_string().empty())
    return json::value(nullptr);
  auto parsed = parse_json(sent.get_string());
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

std::optional<refusal> refuse_blocks(const json::array& blocks, const std::string& at) {
  std::vector<std::string> messages;
  for (const block_fault& fault : check_blocks(blocks, surface::message, at)) {
    if (fault.message == "only_one_table_allowed")
      return refusal{"only_one_table_allowed", {}};
    messages.push_back(to_string(fault));
  }
  if (messages.empty())
    return std::nullopt;
  return refusal{"invalid_blocks", std::move(messages)};
}

} // namespace

boost::system::result<json::object, refusal> read_content(context& in, const json::object& arguments) {
  for (std::string_view key : {"text", "markdown_text", "thread_ts"})
    if (has(arguments, key) && !arguments.at(key).is_string())
      return refusal{"invalid_arguments",
                     {"[ERROR] must provide a string [json-pointer:/" + std::string(key) + "]"}};
  for (std::string_view key :
       {"unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast", "replace_original"})
    if (has(arguments, key) && !arguments.at(key).is_bool() && arguments.at(key) != "true" &&
        arguments.at(key) != "false" && arguments.at(key) != "1" && arguments.at(key) != "0")
      return refusal{"invalid_arguments",
                     {"[ERROR] must be a boolean [json-pointer:/" + std::string(key) + "]"}};
  auto blocks = structured(arguments, "blocks");
  auto attachments = structured(arguments, "attachments");
  if (!blocks || !(blocks->is_null() || blocks->is_array()))
    return refusal{"invalid_blocks_format", {}};
  if (!attachments || !(attachments->is_null() || attachments->is_array()))
    return refusal{"invalid_attachments", {}};

  json::object content;
  std::string markdown = text_at(arguments, "markdown_text");
  if (!markdown.empty() && (has(arguments, "text") || blocks->is_array()))
    return refusal{"markdown_text_conflict", {}};
  if (count_characters(markdown) > most_markdown_characters)
    return refusal{"msg_too_long", {}};
  content["text"] = markdown.empty() ? cut(text_at(arguments, "text"), most_text_characters) : markdown;
  if (blocks->is_array()) {
    if (auto refused = refuse_blocks(blocks->get_array(), "/blocks"))
      return *refused;
    assign_missing_ids(blocks->get_array(), in.random);
    if (!blocks->get_array().empty())
      content["blocks"] = *blocks;
  }
  if (attachments->is_array()) {
    const json::array& list = attachments->get_array();
    if (list.size() > most_attachments)
      return refusal{"too_many_attachments", {}};
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!list[i].is_object())
        return refusal{"invalid_attachments", {}};
      if (const json::array* inner = array_at(list[i].get_object(), "blocks"))
        if (auto refused = refuse_blocks(*inner, "/attachments/" + std::to_string(i) + "/blocks"))
          return *refused;
    }
    if (!list.empty())
      content["attachments"] = list;
  }
  bool is_empty =
      content["text"].get_string().empty() && !content.contains("blocks") && !content.contains("attachments");
  if (is_empty)
    return refusal{"no_text", {}};
  return content;
}

} // namespace isacbot::sandbox
