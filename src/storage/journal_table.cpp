#include "storage/journal_table.hpp"

#include "storage/keys.hpp"

#include <utility>

namespace isacbot::storage {

void journal_table::put(write_batch& batch, const journal_entry& entry) const {
  std::string key = keys::journal(entry.id);
  std::string sealed = vault_->seal(tables::journal, key, encode(entry).reveal());
  batch.put(tables::journal, std::move(key), std::move(sealed));
}

void journal_table::erase(write_batch& batch, std::string_view id) const {
  batch.erase(tables::journal, keys::journal(id));
}

result<std::vector<journal_entry>> journal_table::list(std::size_t limit) const {
  std::vector<std::pair<std::string, std::string>> rows;
  result<void> scanned = store_->scan(tables::journal, {}, {}, [&](auto key, auto value) {
    if (rows.size() == limit)
      return false;
    rows.emplace_back(key, value);
    return true;
  });
  if (!scanned)
    return scanned.error();
  std::vector<journal_entry> entries;
  for (const auto& [key, sealed] : rows) {
    result<secret> plain = vault_->unseal(tables::journal, key, sealed);
    if (!plain)
      return plain.error();
    result<journal_entry> entry = decode_journal_entry(plain->reveal());
    if (!entry)
      return entry.error();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

} // namespace isacbot::storage
