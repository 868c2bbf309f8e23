// rooms: protocol
// Any bytes as an interaction payload: an answer, never an exception, and a fault that quotes nothing long.
#include "protocol/slack/request.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isacbot;
  auto request = slack::parse_payload({reinterpret_cast<const char*>(data), size});
  if (!request) {
    if (request.error().cause.empty())
      std::abort();
    return 0;
  }
  slack::duplicate_key(*request);
  slack::kind_of(*request);
  const member* sender = slack::sender_of(*request);
  if (sender != nullptr && (sender->user.empty() || sender->team.empty()))
    std::abort(); // everybody who gets an answer is somebody
  if (const auto* action = std::get_if<slack::message_action>(&*request)) {
    if (action->files.size() > slack::max_message_files)
      std::abort();
    for (const auto& file : action->files)
      if (file.id.empty())
        std::abort();
  }
  return 0;
}
