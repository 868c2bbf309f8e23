#include "station/trigram_index.hpp"

#include "station/keys.hpp"

#include <algorithm>
#include <iterator>

namespace isacbot::station {

namespace {

constexpr std::size_t trigram_bytes = 3;
constexpr std::uint32_t block_size = 1'024;
/// More trigrams than this narrow nothing down any further.
constexpr std::size_t max_used_trigrams = 12;

void append_offset(std::string& list, std::uint32_t number) {
  std::uint32_t offset = number % block_size;
  list.push_back(static_cast<char>(static_cast<unsigned char>(offset >> 8U)));
  list.push_back(static_cast<char>(static_cast<unsigned char>(offset & 0xFFU)));
}

result<std::vector<std::uint32_t>> read_numbers(const storage::kv_store& store, std::uint32_t enclave,
                                                std::string_view trigram) {
  std::vector<std::uint32_t> numbers;
  bool damaged = false;
  std::string prefix = keys::posting_prefix(enclave, trigram);
  auto scanned =
      store.scan(tables::postings, prefix, storage::end_of_prefix(prefix),
                 [&](std::string_view key, std::string_view list) {
                   auto block = storage::key_reader(key.substr(prefix.size())).number32();
                   damaged = !block || list.size() % 2 != 0;
                   for (std::size_t i = 0; !damaged && i < list.size(); i += 2)
                     numbers.push_back(*block * block_size + (static_cast<unsigned char>(list[i]) * 256U +
                                                              static_cast<unsigned char>(list[i + 1])));
                   return !damaged;
                 });
  if (!scanned)
    return scanned.error();
  if (damaged)
    return fail(ec::corrupted, "a stored posting list is damaged");
  return numbers;
}

} // namespace

std::vector<std::string> trigrams_of(std::string_view folded) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i + trigram_bytes <= folded.size(); ++i)
    out.emplace_back(folded.substr(i, trigram_bytes));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void posting_batch::add(std::string_view folded_value, std::uint32_t number) {
  for (std::string& trigram : trigrams_of(folded_value))
    append_offset(lists_[{std::move(trigram), number / block_size}], number);
}

result<void> posting_batch::write_to(storage::write_batch& batch, const storage::kv_store& store) const {
  for (const auto& [where, added] : lists_) {
    const auto& [trigram, block] = where;
    std::string key = keys::posting(enclave_, trigram, block);
    std::string list;
    if (block == first_number_ / block_size && first_number_ % block_size != 0) { // only this one may exist
      auto stored = store.get(tables::postings, key);
      if (!stored)
        return stored.error();
      list = std::move(*stored).value_or(std::string());
    }
    list.append(added);
    batch.put(tables::postings, std::move(key), std::move(list));
  }
  return {};
}

result<std::optional<std::vector<std::uint32_t>>> find_candidates(const storage::kv_store& store,
                                                                  std::uint32_t enclave,
                                                                  std::string_view folded,
                                                                  std::size_t limit) {
  std::optional<std::vector<std::uint32_t>> candidates;
  std::size_t used = 0;
  for (const std::string& trigram : trigrams_of(folded)) {
    if (++used > max_used_trigrams)
      break;
    auto numbers = read_numbers(store, enclave, trigram);
    if (!numbers)
      return numbers.error();
    if (!candidates) {
      candidates = std::move(*numbers);
    } else {
      std::vector<std::uint32_t> both;
      std::set_intersection(candidates->begin(), candidates->end(), numbers->begin(), numbers->end(),
                            std::back_inserter(both));
      candidates = std::move(both);
    }
    if (candidates->empty())
      break;
  }
  if (!candidates || candidates->size() > limit)
    return std::optional<std::vector<std::uint32_t>>();
  return candidates;
}

} // namespace isacbot::station
