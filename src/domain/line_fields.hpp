/// How a pasted text falls into lines, and a line into fields and a comment.
#pragma once

#include <string_view>
#include <vector>

namespace isacbot::domain {

/// Takes the next line off `text`. LF, CR LF, CR and form feed end a line.
std::string_view take_line(std::string_view& text) noexcept;

struct line_parts {
  std::string_view content; ///< trimmed
  std::string_view comment; ///< what follows the `#`, trimmed
};

/// `#` begins a comment at the start of the line or after a blank; elsewhere it belongs to a value
/// (`http://example.com/#top`).
line_parts split_comment(std::string_view line) noexcept;

/// Splits at commas, semicolons and tabs; not inside double quotes that open a field, nor inside `<...>` (a
/// Slack link). Fields are trimmed and unquoted; empty ones are left out.
std::vector<std::string_view> split_fields(std::string_view content);

} // namespace isacbot::domain
