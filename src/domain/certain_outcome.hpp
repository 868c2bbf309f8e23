/// What a failed exchange with Station says for certain, whatever was to be delivered.
#pragma once

#include "core/error.hpp"

#include <optional>

namespace isacbot::domain {

/// @tparam Kind  submit_outcome_kind or report_outcome_kind: these outcomes have the same names in both
/// @returns nullopt when the code says nothing certain in general: what was sent may have been applied
template <class Kind>
constexpr std::optional<Kind> certain_outcome(ec code) noexcept {
  switch (code) {
  case ec::rate_limited:
    return Kind::rate_limited;
  case ec::unavailable:
  case ec::overloaded: // our own queue was full
    return Kind::not_sent;
  case ec::token_expired:
  case ec::token_invalid:
    return Kind::token_refused;
  case ec::unauthorized:
  case ec::forbidden:
    return Kind::credentials_refused;
  case ec::cancelled:
    return Kind::cancelled;
  default:
    return std::nullopt;
  }
}

} // namespace isacbot::domain
