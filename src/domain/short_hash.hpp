/// SipHash-1-3 with 64 bits, for tables: as strong as a hash has to be whose results nobody outside ever
/// sees, and several times as fast as keyed_hash.
/// @see Aumasson and Bernstein, "SipHash: a fast short-input PRF"; the round counts are those of Rust's maps
#pragma once

#include "domain/keyed_hash.hpp"

#include <cstdint>
#include <string_view>

namespace isacbot::domain {

std::uint64_t short_hash(const hash_key& key, std::string_view text) noexcept;

} // namespace isacbot::domain
