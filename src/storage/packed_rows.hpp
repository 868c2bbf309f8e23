/// Rows of a list as bytes: small, because a million of them goes through the log and back. Pure.
///
/// The form, version 2 (version 1 stands in stored_values.hpp and is still read), of packed_bytes.hpp:
///   2 | number of types, each a text | number of rows, each:
///   line, less the one before, zigzag | type, by its place in the list | value | flags | what they announce,
///   in their order: source, notes, number of tags and the tags, first seen, last seen (milliseconds,
///   zigzag), sightings
#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "domain/model.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace isacbot::storage {

secret encode_packed(std::span<const domain::indicator_row> rows);

/// Accepts exactly what encode_packed gives, byte for byte.
/// @error ec::corrupted on anything else
result<std::vector<domain::indicator_row>> decode_packed(std::string_view bytes);

} // namespace isacbot::storage
