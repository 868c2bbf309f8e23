#include "station/whitelist.hpp"

#include "station/keys.hpp"
#include "station/record.hpp"

#include <utility>

namespace isacbot::station {

namespace {

constexpr std::uint8_t version = 1;

} // namespace

result<void> add_to_whitelist(storage::kv_store& store, std::uint32_t company,
                              const std::vector<whitelist_entry>& entries, sys_time now) {
  storage::write_batch batch;
  for (const whitelist_entry& entry : entries) {
    std::string key = keys::whitelisted(company, entry.type, entry.value);
    auto there = store.get(tables::whitelist, key);
    if (!there)
      return there.error();
    if (!*there)
      batch.put(tables::whitelist, std::move(key), record_writer(version).time(now).take());
  }
  return batch.empty() ? result<void>() : store.write(batch, storage::sync::yes);
}

result<void> remove_from_whitelist(storage::kv_store& store, std::uint32_t company,
                                   const whitelist_entry& entry) {
  storage::write_batch batch;
  batch.erase(tables::whitelist, keys::whitelisted(company, entry.type, entry.value));
  return store.write(batch, storage::sync::yes);
}

result<std::vector<whitelist_entry>> list_whitelist(const storage::kv_store& store, std::uint32_t company) {
  std::vector<whitelist_entry> all;
  bool damaged = false;
  std::string prefix = keys::number(company);
  auto scanned = store.scan(tables::whitelist, prefix, storage::end_of_prefix(prefix),
                            [&](std::string_view key, std::string_view) {
                              storage::key_reader reader(key.substr(prefix.size()));
                              auto type = reader.text();
                              auto value = reader.text();
                              damaged = !type || !value;
                              if (!damaged)
                                all.push_back({std::move(*type), std::move(*value)});
                              return !damaged;
                            });
  if (!scanned)
    return scanned.error();
  if (damaged)
    return fail(ec::corrupted, "a stored whitelist is damaged");
  return all;
}

result<bool> is_whitelisted(const storage::kv_store& store, std::uint32_t company, std::string_view type,
                            std::string_view value) {
  auto there = store.get(tables::whitelist, keys::whitelisted(company, type, value));
  if (!there)
    return there.error();
  return there->has_value();
}

} // namespace isacbot::station
