/// Small JSON helpers of the sandbox. They are its own on purpose: the sandbox is a second opinion on the
/// bot's codecs and shares none of them.
#pragma once

#include "core/error.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace isacbot::sandbox {

namespace json = boost::json;

/// Reads one JSON text, at most 64 levels deep.
/// @error ec::malformed
result<json::value> parse_json(std::string_view text);

/// @returns the member if it is a string, else ""
std::string text_at(const json::object& from, std::string_view key);
/// @returns the member if it is an object, else nullptr
const json::object* object_at(const json::object& from, std::string_view key) noexcept;
/// @returns the member if it is an array, else nullptr
const json::array* array_at(const json::object& from, std::string_view key) noexcept;
/// @returns whether the member is there and not null
bool has(const json::object& from, std::string_view key) noexcept;

/// Unicode code points of a UTF-8 text, the unit of every limit Slack documents.
std::size_t count_characters(std::string_view utf8) noexcept;

} // namespace isacbot::sandbox
