#include "storage/packed_rows.hpp"

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

std::uint64_t zigzag(std::int64_t n) noexcept {
  return (static_cast<std::uint64_t>(n) << 1U) ^ static_cast<std::uint64_t>(n >> 63);
}
std::int64_t unzigzag(std::uint64_t n) noexcept {
  return static_cast<std::int64_t>(n >> 1U) ^ -static_cast<std::int64_t>(n & 1U);
}

class packer {
 public:
  explicit packer(std::size_t bytes) { out_.reserve(bytes); }

  void byte(unsigned value) { out_.push_back(static_cast<char>(value)); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U)
      byte(static_cast<unsigned>(value & 0x7FU) | 0x80U);
    byte(static_cast<unsigned>(value));
  }
  void text(std::string_view value) {
    number(value.size());
    out_.append(value);
  }
  void row(const indicator_row& r, std::size_t type);

  secret take() { return secret(std::move(out_)); }

 private:
  std::string out_;
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
  number(zigzag(std::int64_t{r.line} - std::int64_t{line_}));
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
    number(zigzag(to_epoch_ms(*r.first_seen)));
  if (r.last_seen)
    number(zigzag(to_epoch_ms(*r.last_seen)));
  if ((flags & has_sightings) != 0)
    number(r.sightings);
}

/// After the first fault everything reads as zero and empty.
class unpacker {
 public:
  explicit unpacker(std::string_view bytes) : rest_(bytes) {}

  unsigned byte() {
    if (rest_.empty()) {
      fault();
      return 0;
    }
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const unsigned next = byte();
      value |= std::uint64_t{next & 0x7FU} << shift;
      if (next < 0x80) {
        if ((next == 0 && shift > 0) || (shift == 63 && next > 1))
          fault(); // longer than it has to be, or over 64 bits
        return value;
      }
    }
    fault();
    return 0;
  }

  std::uint32_t number32() {
    const std::uint64_t value = number();
    if (value > std::numeric_limits<std::uint32_t>::max())
      fault();
    return static_cast<std::uint32_t>(value);
  }

  /// Of items that take at least `least` bytes each.
  std::size_t count(std::size_t least) {
    const std::uint64_t items = number();
    if (items > rest_.size() / least) {
      fault();
      return 0;
    }
    return static_cast<std::size_t>(items);
  }

  std::string text() {
    const std::size_t size = count(1);
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }

  std::optional<sys_time> time() { return from_epoch_ms(unzigzag(number())); }
  void row(indicator_row& r);

  std::vector<std::string> types;
  std::size_t types_used = 0;

  void fault() noexcept {
    ok_ = false;
    rest_ = {};
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool finished() const noexcept { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  std::uint32_t line_ = 0;
  std::string source_;
  bool ok_ = true;
};

void unpacker::row(indicator_row& r) {
  const std::int64_t line = std::int64_t{line_} + unzigzag(number());
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
    for (std::size_t i = 0; i < tags && ok_; ++i)
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
