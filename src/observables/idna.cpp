/// Host names in other scripts, by libidn2.
#include "observables/idna.hpp"

#include <idn2.h>

#include <algorithm>
#include <memory>

namespace isacbot::observables {

std::optional<std::string> to_ascii_host(std::string_view host) {
  bool ascii =
      std::all_of(host.begin(), host.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  std::string name(host);
  if (ascii) {
    for (char& c : name)
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c + ('a' - 'A'));
    return name;
  }
  if (name.find('\0') != std::string::npos || name.size() > 1024)
    return std::nullopt;
  char* out = nullptr;
  int status = idn2_to_ascii_8z(name.c_str(), &out, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);
  std::unique_ptr<char, void (*)(void*)> owner(out, idn2_free);
  if (status != IDN2_OK || out == nullptr)
    return std::nullopt;
  return std::string(out);
}

} // namespace isacbot::observables
