/// The Traffic Light Protocol, as MISP's tags spell it.
/// @see FIRST, "Traffic Light Protocol" version 2.0; MISP taxonomy "tlp"
#pragma once

#include "protocol/misp/event.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace isacbot::domain {

/// In order of strictness. TLP 1's "white" is TLP 2's "clear".
enum class tlp_level : std::uint8_t { clear, green, amber, amber_strict, red };

/// "TLP:AMBER+STRICT", as version 2.0 writes it.
std::string_view to_string(tlp_level level) noexcept;

/// Reads a tag such as "tlp:amber", in any case. A level that nobody has defined counts as red: what can't be
/// understood is not passed on. "tlp:ex:chr" (a further rule) and "tlp:unclear" state no level.
/// @returns nullopt when the tag states none
std::optional<tlp_level> parse_tlp(std::string_view tag_name);

/// @returns the strictest level among the tags, local ones too; nullopt when none states one
std::optional<tlp_level> strictest_tlp(std::span<const misp::tag> tags);

} // namespace isacbot::domain
