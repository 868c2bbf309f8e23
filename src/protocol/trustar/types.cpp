#include "protocol/trustar/types.hpp"

#include <algorithm>
#include <array>

namespace isacbot::trustar {

namespace {

constexpr std::array<std::string_view, 12> types_of_the_wire = {
    "IP",     "CIDR_BLOCK", "URL",      "EMAIL_ADDRESS", "MD5", "SHA1",
    "SHA256", "MALWARE",    "SOFTWARE", "REGISTRY_KEY",  "CVE", "BITCOIN_ADDRESS"};

} // namespace

std::optional<std::string_view> wire_type(std::string_view type) noexcept {
  if (type == "DOMAIN")
    return "URL";
  const auto* found = std::find(types_of_the_wire.begin(), types_of_the_wire.end(), type);
  if (found == types_of_the_wire.end())
    return std::nullopt;
  return *found;
}

std::string wire_value(std::string_view type, std::string_view value) {
  std::string text(value);
  if (type == "MALWARE")
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; });
  return text;
}

std::string_view observable_type(std::string_view wire_type, std::string_view value) noexcept {
  if (wire_type == "URL" && value.find_first_of(":/?#@[") == std::string_view::npos)
    return "DOMAIN";
  return wire_type;
}

std::string indicator_guid(std::string_view wire_type, std::string_view value) {
  std::string guid(wire_type);
  guid.append("|").append(value);
  return guid;
}

} // namespace isacbot::trustar
