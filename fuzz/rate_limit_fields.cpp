// rooms: protocol
/// Header fields about limits: the first line is `RateLimit`, the second `RateLimit-Policy`.
#include "protocol/trustar/rate_limit_fields.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace isacbot;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  http::fields fields;
  fields.add("RateLimit", text.substr(0, line));
  if (line != std::string::npos) {
    fields.add("RateLimit-Policy", text.substr(line + 1));
    fields.add("RateLimit-Remaining", text.substr(line + 1));
  }
  for (const auto& report : trustar::parse_limit_fields(fields))
    if (report.reset && report.reset->count() < 0)
      __builtin_trap();
  return 0;
}
