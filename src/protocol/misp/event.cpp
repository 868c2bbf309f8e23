#include "protocol/misp/event.hpp"

namespace isacbot::misp {

std::size_t count_attributes(const event& e) noexcept {
  std::size_t count = e.attributes.size();
  for (const object& o : e.objects)
    count += o.attributes.size();
  return count;
}

std::optional<std::string> parse_uuid(std::string_view text) {
  constexpr std::size_t length = 36;
  if (text.size() != length)
    return std::nullopt;
  std::string out(text);
  for (std::size_t i = 0; i < length; ++i) {
    char& c = out[i];
    if (c >= 'A' && c <= 'F')
      c = static_cast<char>(c | 0x20);
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex)
      return std::nullopt;
  }
  return out;
}

} // namespace isacbot::misp
