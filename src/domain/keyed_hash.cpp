#include "domain/keyed_hash.hpp"

namespace isacbot::domain {

fingerprint keyed_hash(const hash_key& key, std::string_view text) noexcept {
  sip_hash<2, 4> sip(key);
  sip.mark(0xee);
  sip.absorb(text);
  fingerprint out;
  out.low = sip.squeeze(0xee);
  sip.mark(0xdd);
  out.high = sip.squeeze(0);
  return out;
}

} // namespace isacbot::domain
