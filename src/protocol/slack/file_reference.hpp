/// A file that somebody put into Slack.
#pragma once

#include "core/secret.hpp"
#include "protocol/json.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace isacbot::slack {

/// Its bytes are fetched from `url` with the bot's token.
struct file_reference {
  std::string id;
  std::string name;
  std::string mimetype;
  std::uint64_t size = 0; ///< bytes, as Slack says
  secret url;             ///< url_private_download; empty when Slack wants to be asked (files.info)

  friend bool operator==(const file_reference&, const file_reference&) = default;
};

/// Reads Slack's file object; only the id must be there.
file_reference read_file(const json::reader& from);

/// More files than a message of Slack's has; what is beyond is left out.
inline constexpr std::size_t max_message_files = 100;

/// The files of a message (`files`) that can be had. Of a deleted file Slack leaves a `tombstone`, of an old
/// one in a workspace without a plan `hidden_by_limit`: those are none. Of one from another organisation
/// (`file_access` is `check_file_info`) only the id is known.
/// @see Slack documentation, "File objects" and "Slack Connect"
std::vector<file_reference> read_message_files(const json::reader& message);

} // namespace isacbot::slack
