/// Checks blocks, messages and views against the limits Slack documents for Block Kit: what this refuses,
/// Slack refuses. Written from the public reference, independently of the bot's builders, so that it can
/// judge them.
/// @see Slack documentation, "Block Kit reference"; characters are Unicode code points
#pragma once

#include "sandbox/json.hpp"

#include <string>
#include <vector>

namespace isacbot::sandbox {

/// Where blocks are shown; some are allowed in one place only.
enum class surface { message, modal, home };

/// One broken rule.
struct block_fault {
  std::string pointer; ///< RFC 6901, from the call's arguments: "/view/blocks/0/label"
  std::string message;
};

/// As Slack writes it into `response_metadata.messages`: "[ERROR] text [json-pointer:/blocks/0]".
std::string to_string(const block_fault& fault);

/// @param at pointer of the array itself
std::vector<block_fault> check_blocks(const json::array& blocks, surface where,
                                      const std::string& at = "/blocks");

/// A whole modal or home view as an app sends it.
std::vector<block_fault> check_view(const json::object& view, const std::string& at = "/view");

/// The answer to a `block_suggestion`: options or option groups, never both.
std::vector<block_fault> check_options_answer(const json::object& answer);

/// Size of a view as JSON, at most 250 kB.
constexpr std::size_t max_view_bytes = 250'000;

} // namespace isacbot::sandbox
