/// MISP's tag names, which are free text, as TruSTAR spells tags: lower case ASCII letters, digits and
/// hyphens, at most 90 of them.
#pragma once

#include "protocol/misp/event.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

inline constexpr std::size_t max_tag_bytes = 90;

struct tag_rules {
  std::vector<std::string> include{}; ///< patterns; empty: all
  std::vector<std::string> exclude{}; ///< patterns; they win
  std::size_t max_tags = 0;           ///< 0: all
  bool local = false;                 ///< tags of the server's owner, too
};

/// Whether a pattern fits a whole text; `*` and, as MISP writes it, `%` stand for anything, `?` for one byte.
/// ASCII case does not matter.
bool matches_pattern(std::string_view pattern, std::string_view text) noexcept;

/// The tags that pass the rules, as MISP spells them, each once: TLP first, then in the order given. TLP tags
/// pass `include` in any case: how far a report may go is no matter of taste.
std::vector<std::string> select_tags(std::span<const misp::tag> tags, const tag_rules& rules);

/// "TLP:AMBER" is "tlp-amber"; runs of other characters are one hyphen, none at the ends; not cut. A name of
/// other characters only becomes "tag-" and 6 hex digits of its hash.
std::string fold_tag(std::string_view name);

/// Folds and cuts. Names that fold to the same are one tag; where different ones meet only after the cut, the
/// later in alphabetical order ends in `-` and 6 hex digits of its hash instead. Keeps the order given.
std::vector<std::string> map_tags(std::span<const std::string> names);

} // namespace isacbot::domain
