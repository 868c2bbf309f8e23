/// What searches for indicators and for reports share: how a term is compared, and which texts may hold one.
#pragma once

#include "core/error.hpp"
#include "station/trigram_index.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// With more candidates than this it is cheaper to walk by time and stop at the limit.
inline constexpr std::size_t max_candidates = 20'000;

/// How a term is compared: folded, and also in the normal form of the observable it may be ("hxxp://...",
/// "bücher.example"). None for terms under three characters, which are not applied.
std::vector<std::string> search_terms(std::string_view term);

/// Whether the text, folded, has any of the terms.
bool holds_any(std::string_view text, const std::vector<std::string>& terms);

/// Numbers of the texts that may hold any of the terms, ascending.
/// @returns nullopt without a term, and when more than `max_candidates` may hold one
/// @error ec::io_failure, ec::corrupted
result<std::optional<std::vector<std::uint32_t>>>
find_candidates_of_any(const storage::kv_store& store, const text_space& where,
                       const std::vector<std::string>& terms);

} // namespace isacbot::station
