/// Which format a list has: told by its content, never by its name.
#pragma once

#include "domain/lists/csv_layout.hpp"
#include "domain/lists/indicator_list_options.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace isacbot::domain {

enum class list_format : std::uint8_t { text, csv, json_lines, json_list, misp, stix };

/// "plain text", "CSV", ...: for people.
std::string_view to_string(list_format format) noexcept;

/// How much of a text decides.
inline constexpr std::size_t deciding_bytes = std::size_t{64} << 10U;

struct detected_format {
  list_format format = list_format::text;
  std::optional<csv_layout> layout{}; ///< of CSV
};

/// @param beginning  the first `deciding_bytes`, in UTF-8 without a mark
/// @param whole      there is no more
detected_format detect_format(std::string_view beginning, bool whole, const indicator_list_options& options);

} // namespace isacbot::domain
