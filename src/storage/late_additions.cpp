#include "storage/late_additions.hpp"

#include "storage/packed_bytes.hpp"

#include <utility>

namespace isacbot::storage {

namespace {

constexpr unsigned has_source = 1U << 0U;
constexpr unsigned has_notes = 1U << 1U;
constexpr unsigned has_tags = 1U << 2U;
constexpr unsigned has_first_seen = 1U << 3U;
constexpr unsigned has_last_seen = 1U << 4U;
constexpr unsigned has_sightings = 1U << 5U; ///< other than one
constexpr unsigned all_flags = (1U << 6U) - 1;

unsigned flags_of(const domain::row_addition& what) noexcept {
  unsigned flags = 0;
  flags |= what.source.empty() ? 0 : has_source;
  flags |= what.notes.empty() ? 0 : has_notes;
  flags |= what.tags.empty() ? 0 : has_tags;
  flags |= what.first_seen ? has_first_seen : 0;
  flags |= what.last_seen ? has_last_seen : 0;
  flags |= what.sightings == 1 ? 0 : has_sightings;
  return flags;
}

domain::row_addition read_addition(packed_reader& in) {
  const unsigned flags = in.byte();
  if ((flags & ~all_flags) != 0)
    in.fault();
  domain::row_addition what;
  if ((flags & has_source) != 0)
    what.source = in.text();
  if ((flags & has_notes) != 0)
    what.notes = in.text();
  if ((flags & has_tags) != 0)
    for (std::size_t tags = in.count(1); tags > 0 && in.ok(); --tags)
      what.tags.push_back(in.text());
  if ((flags & has_first_seen) != 0)
    what.first_seen = in.time();
  if ((flags & has_last_seen) != 0)
    what.last_seen = in.time();
  if ((flags & has_sightings) != 0)
    what.sightings = in.number32();
  if (flags != flags_of(what))
    in.fault();
  return what;
}

} // namespace

void append_late(std::string& out, std::uint32_t row, const domain::row_addition& what) {
  packed_writer one(std::move(out));
  const unsigned flags = flags_of(what);
  one.number(row);
  one.byte(flags);
  if ((flags & has_source) != 0)
    one.text(what.source);
  if ((flags & has_notes) != 0)
    one.text(what.notes);
  if ((flags & has_tags) != 0) {
    one.number(what.tags.size());
    for (const std::string& tag : what.tags)
      one.text(tag);
  }
  if (what.first_seen)
    one.time(*what.first_seen);
  if (what.last_seen)
    one.time(*what.last_seen);
  if ((flags & has_sightings) != 0)
    one.number(what.sightings);
  out = one.take_bytes();
}

bool apply_late(std::string_view bytes, std::span<domain::indicator_row> rows, std::size_t max_note_bytes) {
  packed_reader in(bytes);
  while (!in.at_end()) {
    const std::uint64_t row = in.number();
    const domain::row_addition what = read_addition(in);
    if (!in.ok() || row >= rows.size())
      return false;
    domain::merge_into(rows[static_cast<std::size_t>(row)], what, max_note_bytes);
  }
  return in.finished();
}

} // namespace isacbot::storage
