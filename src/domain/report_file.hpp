/// A file that a member attached to a report, read as text.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace isacbot::domain {

/// Reads UTF-8 with or without byte order mark, and UTF-16 with one (Unicode 15, section 23.8). Line ends
/// become "\n"; control characters other than tab and line end are dropped.
/// @error ec::malformed with the mend: no text (a NUL, bytes that are no UTF-8, mostly control characters);
///        ec::invalid_argument: nothing but blanks
result<std::string> read_text_file(std::string_view bytes);

} // namespace isacbot::domain
