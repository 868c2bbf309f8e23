/// A pasted text and an attached file as one list, in memory.
#pragma once

#include "domain/indicator_list.hpp"

#include <string_view>

namespace isacbot::domain {

/// @param file  of any format (lists/list_file_reader.hpp); empty: none
/// @error as parse_indicator_list, of each; ec::malformed, ec::unsupported: the file cannot be read
result<indicator_list> read_indicators(std::string_view text, std::string_view file,
                                       const indicator_list_options& options);

} // namespace isacbot::domain
