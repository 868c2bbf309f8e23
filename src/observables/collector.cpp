/// The set of what was found.
#include "observables/collector.hpp"

#include "observables/characters.hpp"

#include <algorithm>
#include <cstring>

namespace isacbot::observables {
namespace {

constexpr std::size_t arena_block = 64 * 1024;
constexpr std::size_t first_slots = 64;

/// File names and registry keys are compared without case, everything else as it is.
constexpr bool is_caseless(type kind) noexcept {
  return kind == type::software || kind == type::registry_key;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint32_t hash_value(type kind, std::string_view value) noexcept {
  constexpr std::uint64_t secret = 0x9E3779B97F4A7C15ULL;
  // Bit 5 is the case bit of letters: setting it everywhere folds them, and costs only a few more collisions.
  const std::uint64_t case_bits = is_caseless(kind) ? 0x2020202020202020ULL : 0;
  std::uint64_t h = secret ^ static_cast<std::uint64_t>(kind) ^ value.size() << 8;
  const char* p = value.data();
  std::size_t n = value.size();
  for (; n >= 8; n -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    h = mix(h ^ (word | case_bits), secret);
  }
  if (n > 0) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, n);
    h = mix(h ^ (word | case_bits), secret);
  }
  return static_cast<std::uint32_t>(mix(h, 0xD6E8FEB86659FD93ULL));
}

bool equal_values(type kind, std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size())
    return false;
  if (!is_caseless(kind))
    return std::memcmp(a.data(), b.data(), a.size()) == 0;
  return std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return fold(x) == fold(y); });
}

} // namespace

collector::collector() : slots_(first_slots) {}

std::size_t collector::add(const sighting& x) {
  const std::uint32_t hash = hash_value(x.kind, x.value);
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = hash & mask;
  for (; slots_[place].number != 0; place = (place + 1) & mask) {
    if (slots_[place].hash != hash)
      continue;
    entry& known = at(slots_[place].number - 1);
    if (known.kind != x.kind || !equal_values(x.kind, {known.value, known.value_size}, x.value))
      continue;
    ++known.count;
    known.flags.derived &= x.flags.derived;
    known.flags.defanged |= x.flags.defanged;
    return slots_[place].number - 1;
  }
  if (size_ == blocks_.size() * block_size)
    blocks_.push_back(std::make_unique_for_overwrite<entry[]>(block_size));
  entry& fresh = at(size_);
  fresh.value = keep(x.value);
  fresh.raw = x.raw == x.value ? fresh.value : keep(x.raw);
  fresh.offset = x.offset;
  fresh.count = 1;
  fresh.value_size = static_cast<std::uint32_t>(x.value.size());
  fresh.raw_size = static_cast<std::uint32_t>(x.raw.size());
  fresh.kind = x.kind;
  fresh.flags = x.flags;
  slots_[place] = {static_cast<std::uint32_t>(++size_), hash};
  if (size_ * 4 > slots_.size() * 3)
    grow();
  return size_ - 1;
}

void collector::clear() noexcept {
  if (size_ == 0)
    return;
  size_ = 0;
  if (slots_.size() > first_slots)
    slots_.resize(first_slots);
  std::fill(slots_.begin(), slots_.end(), slot{});
  if (blocks_.size() > 1)
    blocks_.resize(1);
  if (arena_.size() > 1)
    arena_.resize(1);
  if (!arena_.empty()) {
    free_ = arena_.front().get();
    free_size_ = first_size_;
  }
}

scanner::view collector::operator[](std::size_t index) const noexcept {
  const entry& x = at(index);
  return {x.kind, {x.value, x.value_size}, {x.raw, x.raw_size}, x.offset, x.count, x.flags};
}

const char* collector::keep(std::string_view text) {
  if (text.size() > free_size_) {
    // The first block is small: most texts are messages, and a scanner is made for each.
    free_size_ = std::max(text.size(), arena_.empty() ? arena_block / 64 : arena_block);
    if (arena_.empty())
      first_size_ = free_size_;
    arena_.push_back(std::make_unique_for_overwrite<char[]>(free_size_));
    free_ = arena_.back().get();
  }
  char* out = free_;
  if (!text.empty())
    std::memcpy(out, text.data(), text.size());
  free_ += text.size();
  free_size_ -= text.size();
  return out;
}

void collector::grow() {
  std::vector<slot> slots(slots_.size() * 2);
  const std::size_t mask = slots.size() - 1;
  for (const slot& known : slots_) {
    if (known.number == 0)
      continue;
    std::size_t free = known.hash & mask;
    while (slots[free].number != 0)
      free = (free + 1) & mask;
    slots[free] = known;
  }
  slots_ = std::move(slots);
}

} // namespace isacbot::observables
