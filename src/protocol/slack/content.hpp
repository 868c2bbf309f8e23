/// What members have in Slack and hand to the bot: files, links to messages, threads.
/// @see Slack documentation, "Working with files", files.info, chat.getPermalink, conversations.replies
#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "protocol/http/message.hpp"
#include "protocol/slack/interaction.hpp"
#include "protocol/slack/web_api.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::slack {

/// Whether a file may be fetched from there: the bot's token goes with the request.
/// @error as check_allowed_address (allowed_address.hpp)
result<void> check_file_url(const secret& url, std::span<const std::string> allowed_hosts);

/// Fetches a file's bytes. Check the address first, and don't follow redirects: where the token has no right,
/// Slack leads to its login page.
http::request download_file(const api_access& access, const secret& url);

/// Asks for a piece of it (RFC 9110 section 14): `size` bytes from `offset` on, fewer at the end.
http::request download_file_range(const api_access& access, const secret& url, std::uint64_t offset,
                                  std::uint64_t size);
/// What the answer to `download_file_range` holds: the piece (206), or the whole file (200) where the server
/// gives no pieces.
struct file_range {
  std::uint64_t offset = 0;
  std::uint64_t total = 0; ///< of the whole file
};
/// @error ec::protocol_violation: the answer does not say which bytes it has
result<file_range> read_file_range(const http::response& r);

/// Status and kind of the answer to `download_file` and `download_file_range`; the body is the file.
/// @param mimetype  what Slack said the file is: an HTML page in place of anything else is Slack's login page
api_result<void> judge_file_answer(const http::response& r, std::string_view mimetype);

http::request files_info(const api_access& access, std::string_view file_id);
api_result<file_reference> parse_files_info(const http::response& r);

http::request chat_get_permalink(const api_access& access, const channel_id& channel, std::string_view ts);
/// @returns an address at Slack
api_result<std::string> parse_permalink(const http::response& r);

/// One page of a thread, oldest first, the root included.
/// @param limit  1 to 1,000
/// @param cursor  of the page before; empty: the first one
http::request conversations_replies(const api_access& access, const channel_id& channel, std::string_view ts,
                                    std::size_t limit, std::string_view cursor = {});
struct thread_message {
  user_id user; ///< empty for messages of apps
  std::string ts;
  std::string text; ///< Slack's escaped form
};
struct thread_page {
  std::vector<thread_message> messages;
  std::string next_cursor; ///< empty: there is no more
};
api_result<thread_page> parse_thread(const http::response& r);

} // namespace isacbot::slack
