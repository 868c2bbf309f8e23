/// The kinds of observables this library knows, by the names that every interface of the product uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace isacbot::observables {

enum class type : std::uint8_t {
  ip,               ///< IPv4 or IPv6 (RFC 5952 text)
  cidr_block,       ///< network address and prefix length
  url,              ///< with a scheme, or `host/path`
  domain,           ///< lower case, A-labels
  email_address,    ///< lower case
  md5,              ///< 32 hex digits, lower case
  sha1,             ///< 40
  sha256,           ///< 64
  sha512,           ///< 128
  registry_key,     ///< `HKLM\...`, single backslashes, case kept
  cve,              ///< `CVE-2031-4455`
  bitcoin_address,  ///< Base58Check as is, Bech32 lower case
  software,         ///< a file name, case kept
  malware,          ///< preferred spelling of a family, or an antivirus label
  asn,              ///< `AS64496`
  mitre_attack,     ///< `T1059.001`, `TA0002`, ... upper case
  mac_address,      ///< lower case, colons
  ethereum_address, ///< `0x` and 40 lower-case hex digits
  ssdeep,           ///< as written
};

inline constexpr std::size_t type_count = 19;

/// @returns the name of the wire and of the command line: "IP", "CIDR_BLOCK", ...
std::string_view to_string(type kind) noexcept;

/// Reads a name as `to_string` spells it; case matters.
std::optional<type> parse_type(std::string_view name) noexcept;

/// A set of types.
class type_set {
 public:
  constexpr type_set() = default;
  constexpr type_set(std::initializer_list<type> kinds) {
    for (type kind : kinds)
      insert(kind);
  }
  static constexpr type_set all() {
    type_set out;
    out.bits_ = (1U << type_count) - 1;
    return out;
  }
  constexpr void insert(type kind) { bits_ |= 1U << static_cast<unsigned>(kind); }
  constexpr void erase(type kind) { bits_ &= ~(1U << static_cast<unsigned>(kind)); }
  [[nodiscard]] constexpr bool contains(type kind) const {
    return (bits_ >> static_cast<unsigned>(kind) & 1U) != 0;
  }
  friend constexpr bool operator==(type_set, type_set) = default;

 private:
  std::uint32_t bits_ = 0;
};

} // namespace isacbot::observables
