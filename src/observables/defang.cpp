/// The written form that nobody clicks by accident.
#include "observables/observables.hpp"

#include <algorithm>

namespace isacbot::observables {
namespace {

/// The last dot is enough to break a link and keeps the value easy to read.
std::string break_last_dot(std::string_view host) {
  std::string out(host);
  if (std::size_t dot = out.rfind('.'); dot != std::string::npos)
    out.replace(dot, 1, "[.]");
  else if (std::size_t colon = out.rfind(':'); colon != std::string::npos)
    out.replace(colon, 1, "[:]"); // an IPv6 address
  return out;
}

std::string defang_url(std::string_view url) {
  std::string out;
  std::size_t authority = url.find("://");
  authority = authority == std::string_view::npos ? 0 : authority + 3;
  if (std::string_view scheme = url.substr(0, authority); scheme == "http://" || scheme == "https://")
    out = "hxxp" + std::string(scheme.substr(4));
  else
    out = std::string(scheme);
  std::size_t end = std::min(url.find_first_of("/?#", authority), url.size());
  std::string_view host = url.substr(authority, end - authority);
  if (std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    out += host.substr(0, at + 1);
    host.remove_prefix(at + 1);
  }
  // An IPv6 host keeps its brackets; the scheme already breaks the link.
  out += host.find('[') != std::string_view::npos ? std::string(host) : break_last_dot(host);
  return out.append(url.substr(end));
}

} // namespace

std::string defang(type kind, std::string_view value) {
  switch (kind) {
  case type::ip:
  case type::domain:
    return break_last_dot(value);
  case type::cidr_block: {
    std::size_t slash = value.find('/');
    return break_last_dot(value.substr(0, slash)).append(value.substr(slash));
  }
  case type::url:
    return defang_url(value);
  case type::email_address: {
    std::size_t at = value.find('@');
    return std::string(value.substr(0, at)) + "[at]" + break_last_dot(value.substr(at + 1));
  }
  case type::md5:
  case type::sha1:
  case type::sha256:
  case type::sha512:
  case type::registry_key:
  case type::cve:
  case type::bitcoin_address:
  case type::software:
  case type::malware:
  case type::asn:
  case type::mitre_attack:
  case type::mac_address:
  case type::ethereum_address:
  case type::ssdeep:
    break;
  }
  return std::string(value);
}

std::string defang(const observable& x) {
  return defang(x.kind, x.value);
}

} // namespace isacbot::observables
