/// One row out of several of the same value.
#pragma once

#include "domain/model.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

/// A row has no more sightings than this, however often it is handed in.
inline constexpr std::uint32_t max_sightings = 1'000'000'000;
/// Tags of merged rows are joined up to so many.
inline constexpr std::size_t max_row_tags = 50;

/// What a later row of the same value brings to the first: all of it but type and value.
struct row_addition {
  std::string source;
  std::string notes;
  std::vector<std::string> tags;
  std::optional<sys_time> first_seen;
  std::optional<sys_time> last_seen;
  std::uint32_t sightings = 1;

  friend bool operator==(const row_addition&, const row_addition&) = default;
};
row_addition to_addition(indicator_row&& later);

/// Adds sightings, unites tags, joins notes that say something new with "; " while they fit, widens the
/// times, and takes the source if the first row has none.
void merge_into(indicator_row& first, const row_addition& later, std::size_t max_note_bytes);

/// Joins notes with "; "; what is there already is not said twice, and what does not fit is left out.
void join_notes(std::string& notes, std::string_view further, std::size_t max_bytes);

/// Adds the tags that are not there yet, up to `max_row_tags`.
void join_tags(std::vector<std::string>& tags, const std::vector<std::string>& further);

} // namespace isacbot::domain
