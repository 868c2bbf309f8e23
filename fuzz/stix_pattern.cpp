// rooms: protocol
// Any bytes as a STIX pattern: no crash, bounded work, and every comparison has a place.
#include "protocol/stix/pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = isacbot::stix::parse_pattern({reinterpret_cast<const char*>(data), size});
  if (parsed)
    for (const auto& comparison : *parsed)
      if (comparison.object_type.empty() || comparison.path.empty())
        std::abort();
  return 0;
}
