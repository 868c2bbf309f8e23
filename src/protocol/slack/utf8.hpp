/// Text as Slack counts it: Unicode code points in valid UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace isacbot::slack {

/// Length in bytes of the character at the front; 0 when the front is no valid UTF-8 (or the text is empty).
std::size_t character_length(std::string_view text) noexcept;

/// Number of code points; an invalid byte counts as one.
std::size_t count_characters(std::string_view text) noexcept;

/// Valid UTF-8: each invalid byte becomes U+FFFD, control characters except line feed and tab are dropped.
std::string clean_text(std::string_view text);

/// At most `limit` code points; a longer text is cut and ends in "…".
std::string cut_text(std::string_view text, std::size_t limit);

} // namespace isacbot::slack
