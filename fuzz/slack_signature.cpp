// rooms: protocol
// Any bytes as signature headers and body, one on each line: accepted only if it is the signature of the
// body.
#include "protocol/slack/signature.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isacbot;
  static const secret key{"8f742231b10e8888abcd99yyyzzz85a5"};
  const sys_time now{seconds{1'760'000'000}};
  std::string_view all(reinterpret_cast<const char*>(data), size);
  auto next_line = [&] {
    std::string_view line = all.substr(0, all.find('\n'));
    all.remove_prefix(std::min(line.size() + 1, all.size()));
    return line;
  };
  std::string_view timestamp = next_line();
  std::string_view signature = next_line();
  std::string expected = slack::sign(key, all, timestamp);
  if (slack::verify_signature(key, all, timestamp, signature, now).has_value() && signature != expected)
    std::abort();
  bool is_number =
      !timestamp.empty() && timestamp.size() <= 12 &&
      std::all_of(timestamp.begin(), timestamp.end(), [](char c) { return c >= '0' && c <= '9'; });
  bool is_recent = is_number && std::abs(std::stoll(std::string(timestamp)) - 1'760'000'000) <= 300;
  if (slack::verify_signature(key, all, timestamp, expected, now).has_value() != is_recent)
    std::abort();
  return 0;
}
