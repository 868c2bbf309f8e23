/// Small things that the answers of the operator's commands have in common.
#pragma once

#include "core/clock.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>

namespace isacbot::app {

/// "2023-11-14T22:13:20.000Z" (RFC 3339)
std::string to_iso(sys_time when);

/// The same, or null.
boost::json::value iso_or_null(const std::optional<sys_time>& when);

/// "...abcd": tells an API key from others without giving it away.
std::string last_four(std::string_view key);

} // namespace isacbot::app
