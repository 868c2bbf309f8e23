// rooms: core protocol
// sources: io/http_rules.cpp
// Any text as request target, address or header field: what is accepted can neither end its line nor hide a
// host.
#include "io/http_rules.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

void require(bool holds) {
  if (!holds)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isacbot;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto origin = io::origin_form("GET", text))
    require(origin->starts_with('/') && is_visible_ascii(*origin));
  if (const auto target = io::parse_absolute_target(text)) {
    require(!target->host.empty() && target->port != 0);
    require(target->host.find_first_of("@/?#") == std::string::npos);
    require(is_visible_ascii(target->authority) && is_visible_ascii(target->origin_form));
    require(target->origin_form.starts_with('/'));
    // Written out again it is the same address: nothing was lost that another reader would see.
    const auto again = io::parse_absolute_target((target->tls ? "https://" : "http://") + target->authority +
                                                 target->origin_form);
    require(again && again->origin() == target->origin() && again->origin_form == target->origin_form);
  }
  if (io::is_safe_field(text, text))
    require(is_visible_ascii(text) && !text.empty());
  return 0;
}
