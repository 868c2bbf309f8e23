// rooms: protocol
// Any bytes as a form body: refused, or decoded so that encoding and decoding again gives the same.
#include "protocol/form.hpp"
#include "protocol/slack/request.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isacbot;
  std::string_view body(reinterpret_cast<const char*>(data), size);
  if (auto fields = form::parse(body)) {
    // An empty name with an empty value is written as "=", which is read back; "&&" is not a field at all.
    auto again = form::parse(form::encode(*fields));
    if (!again || !std::equal(fields->begin(), fields->end(), again->begin(), again->end()))
      std::abort();
  }
  slack::is_ssl_check("application/x-www-form-urlencoded", body);
  if (auto request = slack::parse_request("application/x-www-form-urlencoded", body))
    slack::duplicate_key(*request);
  return 0;
}
