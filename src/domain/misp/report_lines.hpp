/// Text of strangers as lines of a report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace isacbot::domain {

/// A value as a report shows it: unchanged, but for line breaks (CRLF, CR, LF, U+2028, U+2029), which become
/// `line_break`, control characters, which go, and tabs, which become blanks so that words stay apart. Line
/// breaks at the end go, too.
std::string clean_value(std::string_view text, std::string_view line_break);

/// One line: as clean_value, and every run of blanks and line breaks is one blank, none at the ends.
std::string fold_line(std::string_view text);

/// At most `max_bytes` of UTF-8, not cut inside a character; "..." ends what was cut.
std::string cut_line(std::string text, std::size_t max_bytes);

/// SHA-256 as 64 lower-case hex digits.
std::string hash_text(std::string_view text);

/// "2031-05-04T12:00:00Z"
std::string show_time(std::int64_t epoch_seconds);

} // namespace isacbot::domain
