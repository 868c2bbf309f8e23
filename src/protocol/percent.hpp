/// Percent escapes of addresses, queries and forms (RFC 3986 section 2; WHATWG URL standard, section 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::percent {

/// Which bytes stay as they are, beside letters, digits, "-", "." and "_".
enum class alphabet : std::uint8_t {
  path,  ///< "~" (RFC 3986's unreserved characters)
  query, ///< "~"; a space becomes "+"
  form,  ///< "*"; a space becomes "+"
};

/// Any bytes; escapes are written in upper case.
std::string encode(std::string_view text, alphabet safe);
void append_encoded(std::string& out, std::string_view text, alphabet safe);

/// @returns the bytes, or nullopt when a percent sign is not followed by two hex digits
std::optional<std::string> decode(std::string_view text, bool plus_as_space);

} // namespace isacbot::percent
