/// What is an indicator in STIX: the values of cyber-observable objects, and those that patterns compare
/// with.
#pragma once

#include "domain/model.hpp"
#include "protocol/stix/pattern.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

struct stix_value {
  std::string text;
  std::optional<line_reason> reason; ///< why it is no indicator
};

/// Whether objects of this type are cyber-observables (STIX 2.1 section 6).
bool is_stix_observable(std::string_view type) noexcept;

/// Values of a cyber-observable object: none when TruSTAR has no type for what it tells.
std::vector<stix_value> values_of(std::string_view type, const boost::json::object& object);

/// What one comparison of a pattern asks for: a value for each that would match.
std::vector<stix_value> values_of(const stix::comparison& c);

/// "tlp:amber" for the marks that every bundle may name without their definition; "" for others.
/// @see STIX 2.1 section 7.2.1.4; FIRST, "TLP 2.0 marking definitions" in oasis-open/cti-stix-common-objects
std::string_view well_known_marking(std::string_view id) noexcept;

} // namespace isacbot::domain
