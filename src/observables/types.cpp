/// Names of the types.
#include "observables/types.hpp"

#include <array>

namespace isacbot::observables {
namespace {

constexpr std::array<std::string_view, type_count> names = {
    "IP",       "CIDR_BLOCK", "URL",    "DOMAIN",       "EMAIL_ADDRESS", "MD5",
    "SHA1",     "SHA256",     "SHA512", "REGISTRY_KEY", "CVE",           "BITCOIN_ADDRESS",
    "SOFTWARE", "MALWARE",    "ASN",    "MITRE_ATTACK", "MAC_ADDRESS",   "ETHEREUM_ADDRESS",
    "SSDEEP"};

} // namespace

std::string_view to_string(type kind) noexcept {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<type> parse_type(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name)
      return static_cast<type>(i);
  return std::nullopt;
}

} // namespace isacbot::observables
