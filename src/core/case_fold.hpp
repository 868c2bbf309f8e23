/// Case-insensitive comparison: for searches, and for names that have no case.
#pragma once

#include <string>
#include <string_view>

namespace isacbot {

/// Lower case of UTF-8 text for Latin (with its accented letters), Greek, Cyrillic, Armenian and fullwidth
/// letters, letter by letter (no letter becomes two). Everything else, broken UTF-8 too, stays as it is.
std::string fold_case(std::string_view text);

} // namespace isacbot
