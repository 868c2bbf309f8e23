#include "station/trigram_index.hpp"

#include "station/keys.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

namespace isacbot::station {

namespace {

/// Earlier rows kept within 1,024, which is within this, too.
constexpr std::uint32_t block_size = 16'384;
/// More trigrams than this narrow nothing down any further.
constexpr std::size_t max_used_trigrams = 12;
constexpr std::size_t max_weighed_trigrams = 48;
/// So few are looked at sooner than another list is read.
constexpr std::size_t few_candidates = 16;
/// So many are, too, when the last list took less than an eighth of them away: most of them are hits.
constexpr std::size_t some_candidates = 2'000;

using numbers = std::vector<std::uint32_t>;

constexpr std::uint64_t pack(trigram t, std::uint32_t number) noexcept {
  return std::uint64_t{t} << 32U | number;
}

/// Appends the numbers of one stored row. @returns false when it is damaged
bool read_row(std::string_view key_rest, std::string_view list, numbers& out) {
  auto first = storage::key_reader(key_rest).number32();
  if (!first || list.size() % 2 != 0)
    return false;
  out.push_back(*first);
  for (std::size_t i = 0; i < list.size(); i += 2)
    out.push_back(*first +
                  (static_cast<unsigned char>(list[i]) * 256U + static_cast<unsigned char>(list[i + 1])));
  return true;
}

void append_distance(std::string& list, std::uint32_t distance) {
  list.push_back(static_cast<char>(static_cast<unsigned char>(distance >> 8U)));
  list.push_back(static_cast<char>(static_cast<unsigned char>(distance & 0xFFU)));
}

error damaged() {
  return fail(ec::corrupted, "a stored posting list is damaged");
}

/// The numbers in the rows from `first` on, before `last`.
result<numbers> read_list(const storage::kv_store& store, const text_space& where, std::string_view first,
                          std::string_view last) {
  numbers found;
  bool whole = true;
  const std::size_t prefix = keys::posting_prefix(where.enclave, 0).size();
  auto scanned = store.scan(where.postings, first, last, [&](std::string_view key, std::string_view list) {
    whole = read_row(key.substr(prefix), list, found);
    return whole;
  });
  if (!scanned)
    return scanned.error();
  if (!whole)
    return damaged();
  if (!std::is_sorted(found.begin(), found.end())) // a text that changed got rows of its own
    std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

result<numbers> read_all(const storage::kv_store& store, const text_space& where, trigram t) {
  std::string prefix = keys::posting_prefix(where.enclave, t);
  return read_list(store, where, prefix, storage::end_of_prefix(prefix));
}

result<numbers> read_block(const storage::kv_store& store, const text_space& where, trigram t,
                           std::uint32_t block) {
  std::uint32_t next = (block + 1) * block_size; // 0 behind the last block there can be
  std::string last = next == 0 ? storage::end_of_prefix(keys::posting_prefix(where.enclave, t))
                               : keys::posting(where.enclave, t, next);
  return read_list(store, where, keys::posting(where.enclave, t, block * block_size), last);
}

/// Those of `candidates` that the list holds, when they lie in few blocks.
result<numbers> filter_by_block(const storage::kv_store& store, const text_space& where, trigram t,
                                const numbers& candidates) {
  numbers kept;
  for (std::size_t begin = 0; begin < candidates.size();) {
    std::uint32_t block = candidates[begin] / block_size;
    std::size_t end = begin;
    while (end < candidates.size() && candidates[end] / block_size == block)
      ++end;
    auto there = read_block(store, where, t, block);
    if (!there)
      return there.error();
    for (; begin < end; ++begin)
      if (std::binary_search(there->begin(), there->end(), candidates[begin]))
        kept.push_back(candidates[begin]);
  }
  return kept;
}

std::size_t count_blocks(const numbers& sorted) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i)
    count += i == 0 || sorted[i] / block_size != sorted[i - 1] / block_size ? 1 : 0;
  return count;
}

/// The trigrams of a term, rare ones first, judged by one block in the middle.
result<std::vector<trigram>> weigh(const storage::kv_store& store, const text_space& where,
                                   std::string_view folded) {
  std::vector<trigram> all = trigrams_of(folded);
  if (all.size() > max_weighed_trigrams)
    all.resize(max_weighed_trigrams);
  std::vector<std::pair<std::size_t, trigram>> weighed;
  std::uint32_t middle = where.next_number / block_size / 2;
  for (trigram t : all) {
    auto there = read_block(store, where, t, middle);
    if (!there)
      return there.error();
    weighed.emplace_back(there->size(), t);
  }
  std::sort(weighed.begin(), weighed.end());
  all.clear();
  for (const auto& [weight, t] : weighed)
    all.push_back(t);
  all.resize(std::min(all.size(), max_used_trigrams));
  return all;
}

} // namespace

std::vector<trigram> trigrams_of(std::string_view folded) {
  std::vector<trigram> out;
  trigram last = 0;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    last = (last << 8U | static_cast<unsigned char>(folded[i])) & 0xFF'FFFFU;
    if (i >= 2)
      out.push_back(last);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void posting_batch::add(std::string_view folded_text, std::uint32_t number) {
  for (trigram t : trigrams_of(folded_text))
    entries_.push_back(pack(t, number));
}

result<void> posting_batch::write_to(storage::write_batch& batch, const storage::kv_store& store) {
  std::sort(entries_.begin(), entries_.end());
  for (std::size_t begin = 0; begin < entries_.size();) {
    auto t = static_cast<trigram>(entries_[begin] >> 32U);
    auto first = static_cast<std::uint32_t>(entries_[begin++]);
    std::string key = keys::posting(before_.enclave, t, first);
    if (first < before_.next_number) { // a text that changed: a row of its own, unless it begins one
      auto there = store.get(before_.postings, key);
      if (!there)
        return there.error();
      if (!*there)
        batch.put(before_.postings, std::move(key), "");
      continue;
    }
    std::string list;
    std::uint64_t behind = pack(t, first / block_size * block_size) + block_size;
    for (; begin < entries_.size() && entries_[begin] < behind; ++begin)
      append_distance(list, static_cast<std::uint32_t>(entries_[begin]) - first);
    batch.put(before_.postings, std::move(key), std::move(list));
  }
  return {};
}

result<std::optional<std::vector<std::uint32_t>>> find_candidates(const storage::kv_store& store,
                                                                  const text_space& where,
                                                                  std::string_view folded,
                                                                  std::size_t limit) {
  auto used = weigh(store, where, folded);
  if (!used)
    return used.error();
  std::optional<numbers> candidates;
  std::size_t before = 0; // how many there were before the last list
  for (trigram t : *used) {
    bool worth_it =
        !candidates || (candidates->size() > few_candidates &&
                        (candidates->size() > some_candidates || candidates->size() < before - before / 8));
    if (!worth_it)
      break;
    before = candidates ? candidates->size() : std::numeric_limits<std::size_t>::max();
    if (candidates && count_blocks(*candidates) * 8 < where.next_number / block_size) {
      auto kept = filter_by_block(store, where, t, *candidates);
      if (!kept)
        return kept.error();
      candidates = std::move(*kept);
      continue;
    }
    auto list = read_all(store, where, t);
    if (!list)
      return list.error();
    if (!candidates) {
      candidates = std::move(*list);
      continue;
    }
    numbers both;
    std::set_intersection(candidates->begin(), candidates->end(), list->begin(), list->end(),
                          std::back_inserter(both));
    candidates = std::move(both);
  }
  if (!candidates || candidates->size() > limit)
    return std::optional<numbers>();
  return candidates;
}

} // namespace isacbot::station
