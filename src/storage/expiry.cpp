#include "storage/expiry.hpp"

#include "storage/keys.hpp"

#include <vector>

namespace isacbot::storage {

void put_expiring(write_batch& batch, table t, std::string key, sys_time expires, std::string_view content) {
  batch.put(tables::expiries, keys::expiry(expires, t, key), {});
  batch.put(t, std::move(key), key_builder{}.time(expires).raw(content).take());
}

result<expiring_value> read_expiring(std::string_view value) {
  key_reader reader(value);
  std::optional<sys_time> expires = reader.time();
  if (!expires)
    return fail(ec::corrupted, "a row that should expire has no time", "restore the last backup");
  return expiring_value{*expires, reader.rest()};
}

result<expiring_row> get_expiring(const kv_store& store, table t, std::string_view key, sys_time now) {
  result<std::optional<std::string>> stored = store.get(t, key);
  if (!stored)
    return stored.error();
  expiring_row row;
  row.stored = std::move(*stored);
  if (!row.stored)
    return row;
  result<expiring_value> value = read_expiring(*row.stored);
  if (!value)
    return value.error();
  if (now < value->expires)
    row.content = std::string(value->content);
  return row;
}

result<std::size_t> sweep_expired(const kv_store& store, write_batch& batch, sys_time now,
                                  std::size_t limit) {
  std::vector<std::string> due;
  // The end is the first index key after `now`: rows that expire exactly now have expired.
  std::string end = key_builder{}.time(now + milliseconds{1}).take();
  result<void> scanned = store.scan(tables::expiries, {}, end, [&](std::string_view key, std::string_view) {
    if (due.size() == limit)
      return false;
    due.emplace_back(key);
    return true;
  });
  if (!scanned)
    return scanned.error();
  for (std::string& index_key : due) {
    key_reader reader(index_key);
    reader.time();
    std::optional<std::uint8_t> number = reader.byte();
    if (!number)
      return fail(ec::corrupted, "an entry of the expiry index is too short", "restore the last backup");
    auto t = static_cast<table>(*number);
    std::string key(reader.rest());
    result<expiring_row> row = get_expiring(store, t, key, now);
    if (!row)
      return row.error();
    if (row->stored && !row->content) { // otherwise erased, or renewed under a later index entry
      batch.expect(t, key, std::move(row->stored));
      batch.erase(t, std::move(key));
    }
    batch.erase(tables::expiries, std::move(index_key));
  }
  return due.size();
}

} // namespace isacbot::storage
