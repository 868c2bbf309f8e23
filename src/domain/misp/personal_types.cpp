#include "domain/misp/personal_types.hpp"

#include <algorithm>
#include <array>

namespace isacbot::domain {

bool is_personal_type(std::string_view type) noexcept {
  constexpr std::array<std::string_view, 25> names{"country-of-residence",
                                                   "date-of-birth",
                                                   "first-name",
                                                   "frequent-flyer-number",
                                                   "full-name",
                                                   "gender",
                                                   "identity-card-number",
                                                   "issue-date-of-the-visa",
                                                   "last-name",
                                                   "middle-name",
                                                   "nationality",
                                                   "passenger-name-record-locator-number",
                                                   "passport-country",
                                                   "passport-expiration",
                                                   "passport-number",
                                                   "payment-details",
                                                   "place-of-birth",
                                                   "place-port-of-clearance",
                                                   "place-port-of-onward-foreign-destination",
                                                   "place-port-of-original-embarkation",
                                                   "primary-residence",
                                                   "redress-number",
                                                   "special-service-request",
                                                   "travel-details",
                                                   "visa-number"};
  return type.starts_with("target-") || std::binary_search(names.begin(), names.end(), type);
}

} // namespace isacbot::domain
