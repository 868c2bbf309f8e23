/// STIX patterns, read as far as lists of indicators need it: which property is compared with which value,
/// and whether the value is meant or excluded. How observations are combined is checked, but not kept.
///
/// @see OASIS, STIX Version 2.1, section 9 "STIX Patterning"
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::stix {

enum class comparison_operator : std::uint8_t {
  equal,
  unequal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  in,
  like,
  matches,
  is_subset,
  is_superset,
  exists,
};

enum class constant_kind : std::uint8_t { text, number, flag, timestamp, binary, hex };

struct constant {
  constant_kind kind = constant_kind::text;
  std::string text; ///< of texts the value, without quotes and escapes; of all others as written

  friend bool operator==(const constant&, const constant&) = default;
};

/// `[type:path op values]`
struct comparison {
  std::string object_type;       ///< "file", "ipv4-addr"
  std::vector<std::string> path; ///< {"hashes", "SHA-256"}; indexes of lists are left out
  comparison_operator op = comparison_operator::equal;
  bool negated = false; ///< by NOT; `unequal` speaks for itself
  std::vector<constant> values;

  friend bool operator==(const comparison&, const comparison&) = default;
};

inline constexpr std::size_t max_pattern_bytes = std::size_t{64} << 10U;
inline constexpr std::size_t max_pattern_depth = 64;

/// @returns every comparison of the pattern, in order
/// @error ec::malformed with the byte, ec::too_large. The cause never quotes the pattern.
result<std::vector<comparison>> parse_pattern(std::string_view text);

} // namespace isacbot::stix
