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
  join_notes(first.notes, later.notes, max_note_bytes);
  join_tags(first.tags, later.tags);
  if (later.first_seen && (!first.first_seen || *later.first_seen < *first.first_seen))
    first.first_seen = later.first_seen;
  if (later.last_seen && (!first.last_seen || *later.last_seen > *first.last_seen))
    first.last_seen = later.last_seen;
}

void join_notes(std::string& notes, std::string_view further, std::size_t max_bytes) {
  if (further.empty() || notes.find(further) != std::string::npos)
    return;
  const std::string_view between = notes.empty() ? "" : "; ";
  if (notes.size() + between.size() + further.size() <= max_bytes)
    notes.append(between).append(further);
}

void join_tags(std::vector<std::string>& tags, const std::vector<std::string>& further) {
  for (const std::string& tag : further)
    if (tags.size() < max_row_tags && std::find(tags.begin(), tags.end(), tag) == tags.end())
      tags.push_back(tag);
}

} // namespace isacbot::domain
