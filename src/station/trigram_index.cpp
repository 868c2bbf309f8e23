#include "station/trigram_index.hpp"

#include "station/keys.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint32_t block_size = 1'024;
/// More trigrams than this narrow nothing down any further.
constexpr std::size_t max_used_trigrams = 12;
constexpr std::size_t max_weighed_trigrams = 48;
/// So few are looked at sooner than another list is read.
constexpr std::size_t few_candidates = 16;

using numbers = std::vector<std::uint32_t>;

constexpr std::uint64_t pack(trigram t, std::uint32_t number) noexcept {
  return std::uint64_t{t} << 32U | number;
}

/// Appends the numbers of one stored block. @returns false when it is damaged
bool read_block(std::string_view list, std::uint32_t block, numbers& out) {
  if (list.size() % 2 != 0)
    return false;
  for (std::size_t i = 0; i < list.size(); i += 2)
    out.push_back(block * block_size +
                  (static_cast<unsigned char>(list[i]) * 256U + static_cast<unsigned char>(list[i + 1])));
  return true;
}

std::string write_block(const numbers& sorted) {
  std::string list;
  list.reserve(sorted.size() * 2);
  for (std::uint32_t number : sorted) {
    std::uint32_t offset = number % block_size;
    list.push_back(static_cast<char>(static_cast<unsigned char>(offset >> 8U)));
    list.push_back(static_cast<char>(static_cast<unsigned char>(offset & 0xFFU)));
  }
  return list;
}

error damaged() {
  return fail(ec::corrupted, "a stored posting list is damaged");
}

result<numbers> read_list(const storage::kv_store& store, const text_space& where, trigram t) {
  numbers found;
  bool whole = true;
  std::string prefix = keys::posting_prefix(where.enclave, t);
  auto scanned = store.scan(where.postings, prefix, storage::end_of_prefix(prefix),
                            [&](std::string_view key, std::string_view list) {
                              auto block = storage::key_reader(key.substr(prefix.size())).number32();
                              whole = block && read_block(list, *block, found);
                              return whole;
                            });
  if (!scanned)
    return scanned.error();
  if (!whole)
    return damaged();
  return found;
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
    auto list = store.get(where.postings, keys::posting(where.enclave, t, block));
    if (!list)
      return list.error();
    numbers there;
    if (*list && !read_block(**list, block, there))
      return damaged();
    for (; begin < end; ++begin)
      if (std::binary_search(there.begin(), there.end(), candidates[begin]))
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
    auto list = store.get(where.postings, keys::posting(where.enclave, t, middle));
    if (!list)
      return list.error();
    weighed.emplace_back(*list ? (*list)->size() : 0, t);
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
  std::uint32_t first_new_block = (before_.next_number + block_size - 1) / block_size;
  for (std::size_t begin = 0; begin < entries_.size();) {
    auto t = static_cast<trigram>(entries_[begin] >> 32U);
    auto block = static_cast<std::uint32_t>(entries_[begin]) / block_size;
    numbers added;
    std::uint64_t behind = pack(t, block * block_size) + block_size;
    for (; begin < entries_.size() && entries_[begin] < behind; ++begin)
      added.push_back(static_cast<std::uint32_t>(entries_[begin]));
    std::string key = keys::posting(before_.enclave, t, block);
    numbers stored;
    if (block < first_new_block) {
      auto list = store.get(before_.postings, key);
      if (!list)
        return list.error();
      if (*list && !read_block(**list, block, stored))
        return damaged();
    }
    numbers joined;
    std::set_union(stored.begin(), stored.end(), added.begin(), added.end(), std::back_inserter(joined));
    if (joined.size() != stored.size())
      batch.put(before_.postings, std::move(key), write_block(joined));
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
  for (trigram t : *used) {
    if (candidates && candidates->size() <= few_candidates)
      break;
    if (candidates && count_blocks(*candidates) * 8 < where.next_number / block_size) {
      auto kept = filter_by_block(store, where, t, *candidates);
      if (!kept)
        return kept.error();
      candidates = std::move(*kept);
      continue;
    }
    auto list = read_list(store, where, t);
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
