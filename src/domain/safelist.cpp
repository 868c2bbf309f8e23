#include "domain/safelist.hpp"

#include "protocol/trustar/types.hpp"

namespace isacbot::domain {

void safelist::add(std::string_view wire_type, std::string_view value) {
  keys_.insert(std::string(wire_type) + '|' + std::string(value));
}

bool safelist::contains(std::string_view type, std::string_view value) const {
  const auto wire = trustar::wire_type(type);
  return wire && keys_.contains(std::string(*wire) + '|' + trustar::wire_value(type, value));
}

} // namespace isacbot::domain
