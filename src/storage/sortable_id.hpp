/// Ids that sort by time and can be read out over the telephone, like "1RC5T-0A9GK-QX4M".
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

#include <string>
#include <string_view>

namespace isacbot::storage {

/// Makes an id of 14 characters of Crockford's Base32 (no I, L, O, U) in groups of 5, 5 and 4: eight of them
/// are the milliseconds since 2024-01-01 UTC (40 bits, enough until 2058), six are random (30 bits), so the
/// chance that two ids of the same millisecond are equal is one in a billion. Text order is time order;
/// within one millisecond the order is random. A time outside 2024 to 2058 is taken as the nearer end.
std::string make_sortable_id(sys_time now, random_source& random);

/// Reads an id as a person types it: either case, O for 0, I or L for 1, hyphens and blanks anywhere.
/// @returns the id in the form that make_sortable_id gives
/// @error ec::malformed
result<std::string> parse_sortable_id(std::string_view typed);

/// @returns the time an id was made.
/// @error ec::malformed
result<sys_time> time_of_sortable_id(std::string_view typed);

} // namespace isacbot::storage
