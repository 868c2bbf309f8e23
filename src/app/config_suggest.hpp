/// "Did you mean ...?"
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace isacbot::app {

/// Levenshtein distance, a swap of neighbours counting once; texts are cut to 64 bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// @returns the nearest of `known`, if it is near enough to be meant: at most a third of its letters differ
std::optional<std::string_view> nearest(std::string_view text, std::span<const std::string_view> known);

} // namespace isacbot::app
