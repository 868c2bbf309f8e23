#include "domain/value_set.hpp"

#include "observables/observables.hpp"

namespace isacbot::domain {

namespace {

constexpr std::size_t first_slots = 8;

/// Where the search for a print starts: its tail, stretched over the slots.
std::size_t home(std::uint32_t tail, std::size_t slots) noexcept {
  return static_cast<std::size_t>((std::uint64_t{tail} * slots) >> 32U);
}

/// Open addressing with linear steps: the slot of the print, or the free one where it belongs.
value_set::entry& find(std::vector<value_set::entry>& slots, const value_print& print) noexcept {
  for (std::size_t at = home(print.tail, slots.size());; at = at + 1 == slots.size() ? 0 : at + 1) {
    value_set::entry& e = slots[at];
    if (e.number == 0 || (e.head == print.head && e.tail == print.tail))
      return e;
  }
}

} // namespace

fingerprint value_printer::whole(std::string_view type, std::string_view value) {
  buffer_.assign(type);
  buffer_ += '|';
  buffer_ += value;
  if (type == observables::to_string(observables::type::software) ||
      type == observables::to_string(observables::type::registry_key))
    for (char& c : buffer_)
      if (c >= 'A' && c <= 'Z')
        c = static_cast<char>(c - 'A' + 'a');
  return keyed_hash(key_, buffer_);
}

void value_set::prefetch(const value_print& print) const noexcept {
  const std::vector<entry>& slots = parts_[print.head >> 56U].slots;
  if (!slots.empty())
    __builtin_prefetch(&slots[home(print.tail, slots.size())], 1);
}

std::pair<std::uint32_t, bool> value_set::insert(const value_print& print) {
  partition& p = parts_[print.head >> 56U];
  if ((p.used + 1) * 4 > p.slots.size() * 3)
    grow(p);
  entry& e = find(p.slots, print);
  if (e.number != 0)
    return {e.number - 1, false};
  ++p.used;
  e = {print.head, print.tail, static_cast<std::uint32_t>(++size_)};
  return {e.number - 1, true};
}

void value_set::grow(partition& p) {
  std::vector<entry> wider(std::max(first_slots, p.slots.size() + p.slots.size() / 4));
  for (const entry& e : p.slots)
    if (e.number != 0)
      find(wider, e.print()) = e;
  p.slots.swap(wider);
}

void value_set::sort() {
  if (std::exchange(sorted_, true))
    return;
  for (partition& p : parts_) {
    std::erase_if(p.slots, [](const entry& e) { return e.number == 0; });
    std::sort(p.slots.begin(), p.slots.end(),
              [](const entry& a, const entry& b) { return a.print() < b.print(); });
  }
}

const value_set::entry* value_set::find_sorted(const value_print& print) const {
  const std::vector<entry>& slots = parts_[print.head >> 56U].slots;
  const auto at = std::lower_bound(slots.begin(), slots.end(), print,
                                   [](const entry& e, const value_print& p) { return e.print() < p; });
  return at != slots.end() && at->print() == print ? &*at : nullptr;
}

} // namespace isacbot::domain
