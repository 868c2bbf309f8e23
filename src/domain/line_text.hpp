/// Pieces of a pasted text, made fit to be shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace isacbot::domain {

/// Longest `line_report::text`, in bytes.
inline constexpr std::size_t max_report_text = 200;

/// Cuts at a character border and makes valid UTF-8 of any bytes: what is no character becomes U+FFFD,
/// control characters become blanks.
/// @returns at most `max_bytes` bytes
std::string shown_text(std::string_view bytes, std::size_t max_bytes = max_report_text);

/// Without blanks (ASCII) at both ends.
std::string_view trimmed(std::string_view text) noexcept;

} // namespace isacbot::domain
