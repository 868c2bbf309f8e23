/// `isacbot sandbox`: the Slack-compatible workspace alone, for other bots and other languages.
#pragma once

#include "cli/streams.hpp"

#include <cstdint>
#include <string>

namespace isacbot::cli {

struct sandbox_arguments {
  std::uint16_t port = 0;     ///< 0: any free one
  std::string signing_secret; ///< empty: one is made up
  std::string bot_url;        ///< where the bot's three addresses are; empty: none is called
};

/// Prints `{"url", "bot_token", "signing_secret"}` in one line, then serves until SIGINT or SIGTERM.
int run_sandbox(const sandbox_arguments& arguments, streams io);

} // namespace isacbot::cli
