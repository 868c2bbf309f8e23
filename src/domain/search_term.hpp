/// What a member looks for: an observable in its normal form, or words.
#pragma once

#include "core/error.hpp"
#include "observables/types.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::domain {

/// Station refuses shorter terms for reports and ignores them for indicators.
inline constexpr std::size_t min_search_characters = 3;
inline constexpr std::size_t max_search_bytes = 2'000;

struct search_term {
  std::string text; ///< normal form of the observable, or the words with single blanks between
  std::optional<observables::type> kind; ///< nullopt: words

  friend bool operator==(const search_term&, const search_term&) = default;
};

/// Reads a term as typed: Slack's dress is taken off, quotes around it go, a defanged value is refanged.
/// @error ec::invalid_argument  empty or too short, with the mend
/// @error ec::too_large         over `max_search_bytes`
result<search_term> parse_search_term(std::string_view typed);

} // namespace isacbot::domain
