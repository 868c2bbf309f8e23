#include "domain/row_merge.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace isacbot::domain {

namespace {

std::uint32_t add_sightings(std::uint32_t a, std::uint32_t b) noexcept {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{a} + b, max_sightings));
}

} // namespace

row_addition to_addition(indicator_row&& later) {
  return {std::move(later.source), std::move(later.notes), std::move(later.tags),
          later.first_seen,        later.last_seen,        later.sightings};
}

void merge_into(indicator_row& first, const row_addition& later, std::size_t max_note_bytes) {
  first.sightings = add_sightings(first.sightings, later.sightings);
  if (first.source.empty())
    first.source = later.source;
  if (!later.notes.empty() && first.notes.find(later.notes) == std::string::npos) {
    const std::string_view between = first.notes.empty() ? "" : "; ";
    if (first.notes.size() + between.size() + later.notes.size() <= max_note_bytes)
      first.notes.append(between).append(later.notes);
  }
  for (const std::string& tag : later.tags)
    if (first.tags.size() < max_row_tags &&
        std::find(first.tags.begin(), first.tags.end(), tag) == first.tags.end())
      first.tags.push_back(tag);
  if (later.first_seen && (!first.first_seen || *later.first_seen < *first.first_seen))
    first.first_seen = later.first_seen;
  if (later.last_seen && (!first.last_seen || *later.last_seen > *first.last_seen))
    first.last_seen = later.last_seen;
}

} // namespace isacbot::domain
