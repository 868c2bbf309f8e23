/// Fields that several requests of the API share, read for the server. Internal to the codecs.
#pragma once

#include "core/clock.hpp"
#include "protocol/json.hpp"
#include "protocol/trustar/model.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::trustar {

/// The listener bounds a body much closer; this is what a codec fed by somebody else puts up with.
inline constexpr json::limits body_limits{64U * 1024U * 1024U, 32};
inline constexpr std::int64_t last_time_ms = 253'402'300'799'999; ///< end of the year 9999

bool is_blank(std::string_view text) noexcept;
/// Without the blanks around it.
std::string_view trim(std::string_view text) noexcept;

/// Milliseconds since the epoch; anything else is reported.
std::optional<sys_time> read_time(const json::reader& from, std::string_view key);
/// `timeBegan`: ISO 8601 or milliseconds; nullopt when absent or blank.
std::optional<sys_time> read_time_began(const json::reader& from);

/// An object with `name` and, of indicators, `enclaveId`.
tag read_tag(const json::reader& from);
/// A list of them; absent is empty.
std::vector<tag> read_tags(const json::reader& from, std::string_view key = "tags");
/// What is wrong with a tag's name in normal form; empty: nothing.
std::string_view find_tag_fault(std::string_view name) noexcept;
/// Reports it.
void check_tag_name(const json::reader& from, std::string_view key, std::string_view name);

/// A body that is a list of texts. @param what  what they are, for the error
/// @error ec::malformed; ec::too_large over `most` of them
result<std::vector<std::string>> parse_texts(std::string_view body, std::size_t most, std::string_view what);

} // namespace isacbot::trustar
