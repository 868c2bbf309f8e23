/// A report over Station's limits as several reports that are not; and one that Station finds too large all
/// the same, cut once more.
#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "domain/report.hpp"
#include "observables/known_names.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// More parts than this are not made: such a report is refused as a whole.
inline constexpr std::size_t max_report_parts = 4096;

struct report_limits {
  std::size_t max_bytes = 2U * 1024U * 1024U; ///< of a body
  std::size_t max_indicators = 2'000;         ///< distinct values of TruSTAR's types in title and body
};

/// One part, or several whose bodies in a row are the whole body, byte by byte, but for blanks at its end. A
/// cut is made behind a paragraph where that costs little, else behind a line, else at a blank, never in a
/// value unless it alone is over the limit. The same content under the same limits is cut in the same places.
/// Titles of several tell their number ("Lantern Moth (part 2 of 3)"); everything else is the same in all of
/// them.
/// @error ec::too_large: more than `max_report_parts`
result<std::vector<report_content>> split_report(const report_content& whole, const report_limits& limits,
                                                 const observables::known_names& names);

/// One half of a part, under a number of its own: "2.1" of "2".
struct report_piece {
  std::string number;
  report_content content;

  friend bool operator==(const report_piece&, const report_piece&) = default;
};

/// Both halves, cut near the middle: behind a paragraph, else a line, a blank or a character, never in a
/// value. Their bodies in a row are the whole body. Titles tell the number ("Lantern Moth (part 2.1 of 3)").
/// The same content is cut in the same place.
/// @param number    of the part
/// @param smallest  bytes, without blanks around it: what is no longer than this is not cut
/// @returns nullopt: too short, or nothing but one value
std::optional<std::array<report_piece, 2>> halve_report(const report_content& whole, std::string_view number,
                                                        std::size_t smallest,
                                                        const observables::known_names& names);

/// By which a part is known to Station and found again: "<submission>" for part "1", "<submission>:2" for the
/// second, as the parts of a MISP event are named, "<submission>:2.1" for its first half.
std::string report_part_id(const submission_id& id, std::string_view number);

} // namespace isacbot::domain
