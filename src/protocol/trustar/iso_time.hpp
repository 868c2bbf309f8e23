/// Times as TruSTAR's clients write them in requests.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"

#include <string_view>

namespace isacbot::trustar {

/// Reads ISO 8601 as the API documents it: "2023-02-23T23:01:54+00:00", also with a fraction (kept to the
/// millisecond), "Z", "+0530", a blank for the T, or a date alone. Without a zone it is UTC.
/// @error ec::malformed
result<sys_time> parse_iso_time(std::string_view text);

} // namespace isacbot::trustar
