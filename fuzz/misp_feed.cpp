// rooms: protocol
/// A feed's manifest, and its event files under an entry that names them.
#include "protocol/misp/feed.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto list = misp::parse_manifest(text))
    for (const misp::manifest_entry& entry : list->entries)
      if (misp::parse_uuid(entry.uuid) != entry.uuid || entry.timestamp < 0)
        std::abort();
  (void)misp::parse_feed_event(text, {"5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "", "", 0, ""});
  return 0;
}
