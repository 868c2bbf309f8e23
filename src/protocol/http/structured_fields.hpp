/// Structured field values for HTTP (RFC 9651): lists of items, and dictionaries of items; what header fields
/// of newer drafts are written in. Inner lists, dates and display strings are not read: no field we read has
/// any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::http {

/// A bare item. Strings and tokens are both text; decimals and byte sequences are checked and kept as
/// written.
struct structured_value {
  std::string text;
  std::optional<std::int64_t> integer; ///< set for integers only
};

struct structured_item {
  structured_value value;
  std::vector<std::pair<std::string, structured_value>> parameters;

  /// @returns the last one of that name, as the grammar demands, or nullptr
  [[nodiscard]] const structured_value* parameter(std::string_view name) const noexcept;
};

/// At most 4,096 bytes, 64 members and 32 parameters each: more is no field that anybody sends.
/// @returns nullopt when the text breaks the grammar: the field then counts as absent
std::optional<std::vector<structured_item>> parse_structured_list(std::string_view text);

/// Members without a value are true, which is kept as the text "?1". Parameters are checked and dropped.
std::optional<std::vector<std::pair<std::string, structured_value>>>
parse_structured_dictionary(std::string_view text);

} // namespace isacbot::http
