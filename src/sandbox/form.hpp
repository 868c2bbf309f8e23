/// application/x-www-form-urlencoded (WHATWG URL, section 5), both ways; independent of the bot's own codec.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace isacbot::sandbox {

/// Names and values in the order of the wire; repeats are kept.
using form_fields = std::vector<std::pair<std::string, std::string>>;

/// @error ec::malformed on a broken percent escape
result<form_fields> decode_form(std::string_view body);

/// Blanks become '+', everything but letters, digits and "*-._" becomes %XX in upper case, as Slack sends it.
std::string encode_form(const form_fields& fields);

/// @returns the first value of that name, or ""
std::string first_of(const form_fields& fields, std::string_view name);

} // namespace isacbot::sandbox
