/// What later lines of a list bring to rows that are packed already, as bytes. Pure. One after another
/// (packed_bytes.hpp):
///   index of the row | flags | what they announce, in their order: source, notes, number of tags and the
///   tags, first seen, last seen, sightings
#pragma once

#include "domain/model.hpp"
#include "domain/row_merge.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace isacbot::storage {

/// Appends one addition.
/// @param row  index in its part, from 0
void append_late(std::string& out, std::uint32_t row, const domain::row_addition& what);

/// Joins all of them to their rows, in their order.
/// @returns false when the bytes are no additions to these rows; some may have been joined then
bool apply_late(std::string_view bytes, std::span<domain::indicator_row> rows, std::size_t max_note_bytes);

} // namespace isacbot::storage
