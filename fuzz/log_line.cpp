// rooms: core protocol telemetry
// Any bytes in a log line: the line stays one line, is valid JSON where it says so, and holds no control
// character.
#include "telemetry/logging.hpp"

#include <boost/json/parse.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isacbot;
  using namespace isacbot::telemetry;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const log_format format : {log_format::text, log_format::json}) {
    const std::string line =
        format_line(format, sys_time{}, log_level::info, text, text, {{"request", text}, {"hits", 3}});
    for (const char c : line)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        std::abort();
    if (format == log_format::text)
      continue;
    boost::system::error_code failed;
    const auto value = boost::json::parse(line, failed); // also refuses what is not UTF-8
    if (failed || value.as_object().size() != 6)
      std::abort();
  }
  return 0;
}
