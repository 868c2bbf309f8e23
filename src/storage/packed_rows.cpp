#include "storage/packed_rows.hpp"

#include "storage/packed_bytes.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace isacbot::storage {

namespace {

using domain::indicator_row;

constexpr char version = 2;
constexpr std::size_t usual_row = 32; // bytes, for the first allocation

constexpr unsigned has_source = 1U << 0U;
constexpr unsigned same_source = 1U << 1U; ///< as the last row that has one
constexpr unsigned has_notes = 1U << 2U;
constexpr unsigned has_tags = 1U << 3U;
constexpr unsigned has_first_seen = 1U << 4U;
constexpr unsigned has_last_seen = 1U << 5U;
constexpr unsigned has_sightings = 1U << 6U; ///< other than one
constexpr unsigned is_known = 1U << 7U;

class packer : public packed_writer {
 public:
  using packed_writer::packed_writer;
  void row(const indicator_row& r, std::size_t type);

 private:
  std::uint32_t line_ = 0;
  const std::string* source_ = nullptr;
};

unsigned flags_of(const indicator_row& r, const std::string* source) noexcept {
  unsigned flags = 0;
  if (!r.source.empty())
    flags |= source != nullptr && *source == r.source ? same_source : has_source;
  flags |= r.notes.empty() ? 0 : has_notes;
  flags |= r.tags.empty() ? 0 : has_tags;
  flags |= r.first_seen ? has_first_seen : 0;
  flags |= r.last_seen ? has_last_seen : 0;
  flags |= r.sightings == 1 ? 0 : has_sightings;
  flags |= r.known ? is_known : 0;
  return flags;
}

void packer::row(const indicator_row& r, std::size_t type) {
  signed_number(std::int64_t{r.line} - std::int64_t{line_});
  line_ = r.line;
  number(type);
  text(r.value);
  const unsigned flags = flags_of(r, source_);
  byte(flags);
  if ((flags & has_source) != 0) {
    text(r.source);
    source_ = &r.source;
  }
  if ((flags & has_notes) != 0)
    text(r.notes);
  if ((flags & has_tags) != 0) {
    number(r.tags.size());
    for (const std::string& tag : r.tags)
      text(tag);
  }
  if (r.first_seen)
    time(*r.first_seen);
  if (r.last_seen)
    time(*r.last_seen);
  if ((flags & has_sightings) != 0)
    number(r.sightings);
}

class unpacker : public packed_reader {
 public:
  using packed_reader::packed_reader;
  void row(indicator_row& r);

  std::vector<std::string> types;
  std::size_t types_used = 0;

 private:
  std::uint32_t line_ = 0;
  std::string source_;
};

void unpacker::row(indicator_row& r) {
  const std::int64_t line = std::int64_t{line_} + signed_number();
  if (line < 0 || line > std::numeric_limits<std::uint32_t>::max())
    return fault();
  r.line = line_ = static_cast<std::uint32_t>(line);
  const std::uint64_t type = number();
  if (type >= types.size() || type > types_used)
    return fault();
  types_used = std::max<std::size_t>(types_used, type + 1); // the list is in order of first use
  r.type = types[type];
  r.value = text();
  const unsigned flags = byte();
  if ((flags & has_source) != 0)
    r.source = text();
  if ((flags & same_source) != 0)
    r.source = source_;
  if ((flags & has_notes) != 0)
    r.notes = text();
  if ((flags & has_tags) != 0) {
    const std::size_t tags = count(1);
    r.tags.reserve(tags);
    for (std::size_t i = 0; i < tags && ok(); ++i)
      r.tags.push_back(text());
  }
  if ((flags & has_first_seen) != 0)
    r.first_seen = time();
  if ((flags & has_last_seen) != 0)
    r.last_seen = time();
  if ((flags & has_sightings) != 0)
    r.sightings = number32();
  r.known = (flags & is_known) != 0;
  // Every list of rows has one form only: the flags say what the row says.
  if (flags != flags_of(r, source_.empty() ? nullptr : &source_))
    return fault();
  if ((flags & has_source) != 0)
    source_ = r.source;
}

error not_packed() {
  return fail(ec::corrupted, "stored rows do not have the form they should have", "restore the last backup");
}

} // namespace

secret encode_packed(std::span<const indicator_row> rows) {
  std::vector<const std::string*> types;
  auto place = [&](const std::string& type) {
    const auto at =
        std::find_if(types.begin(), types.end(), [&](const std::string* t) { return *t == type; });
    return static_cast<std::size_t>(at - types.begin());
  };
  for (const indicator_row& r : rows)
    if (place(r.type) == types.size())
      types.push_back(&r.type);
  packer out(rows.size() * usual_row + 64);
  out.byte(version);
  out.number(types.size());
  for (const std::string* type : types)
    out.text(*type);
  out.number(rows.size());
  for (const indicator_row& r : rows)
    out.row(r, place(r.type));
  return out.take();
}

result<std::vector<indicator_row>> decode_packed(std::string_view bytes) {
  unpacker in(bytes);
  if (in.byte() != version)
    return not_packed();
  for (std::size_t types = in.count(1); types > 0 && in.ok(); --types) {
    in.types.push_back(in.text());
    if (std::count(in.types.begin(), in.types.end(), in.types.back()) > 1)
      in.fault();
  }
  std::vector<indicator_row> rows(in.count(4)); // line, type, value, flags
  for (indicator_row& r : rows) {
    if (!in.ok())
      break;
    in.row(r);
  }
  if (!in.finished() || in.types_used != in.types.size())
    return not_packed();
  return rows;
}

} // namespace isacbot::storage
