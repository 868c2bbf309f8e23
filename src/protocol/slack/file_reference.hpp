/// A file that somebody put into Slack.
#pragma once

#include "core/secret.hpp"
#include "protocol/json.hpp"

#include <cstdint>
#include <string>

namespace isacbot::slack {

/// Its bytes are fetched from `url` with the bot's token.
struct file_reference {
  std::string id;
  std::string name;
  std::string mimetype;
  std::uint64_t size = 0; ///< bytes, as Slack says
  secret url;             ///< url_private_download; empty when Slack wants to be asked (files.info)
};

/// Reads Slack's file object; only the id must be there.
file_reference read_file(const json::reader& from);

} // namespace isacbot::slack
