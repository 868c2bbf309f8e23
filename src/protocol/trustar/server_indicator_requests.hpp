/// Requests about tags of indicators and about phishing triage, read for the server. Errors carry a cause
/// that may be shown to the client.
#pragma once

#include "core/error.hpp"
#include "protocol/trustar/model.hpp"

#include <string>
#include <string_view>

namespace isacbot::trustar {

/// Body of `POST /indicators/tags`.
struct indicator_tag {
  std::string value;
  trustar::tag tag; ///< normal name; its enclave is named
};
/// @error ec::malformed
result<indicator_tag> parse_indicator_tag(std::string_view body);

/// Looks at the body of `POST /triage/...`: types and ranges. @error ec::malformed
result<void> check_triage(std::string_view body);

} // namespace isacbot::trustar
