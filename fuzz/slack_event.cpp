// rooms: protocol
// Any bytes as an events body.
#include "protocol/slack/request.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isacbot;
  auto request = slack::parse_request("application/json", {reinterpret_cast<const char*>(data), size});
  if (!request)
    return 0;
  if (const auto* callback = std::get_if<slack::event_callback>(&*request)) {
    if (callback->event_id.empty() || slack::duplicate_key(*request) != "event:" + callback->event_id)
      std::abort();
    if (callback->app.keys().empty())
      std::abort(); // an event of no installation could not be answered
  }
  return 0;
}
