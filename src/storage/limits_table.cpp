#include "storage/limits_table.hpp"

#include "storage/binary.hpp"
#include "storage/keys.hpp"

#include <algorithm>

namespace isacbot::storage {

namespace {

/// Yesterday is kept: a clock may be set back over midnight.
constexpr domain::day_number days_kept = 1;

bool read_bucket(std::string_view key, std::string_view value, sys_time now, saved_limits& out) {
  key_reader reader(key.substr(1));
  const auto number = reader.number64();
  byte_reader from(value);
  domain::bucket_lease lease;
  lease.key = number.value_or(0);
  lease.level = from.enumerator(domain::limit_level::address);
  lease.index = from.u8();
  const sys_time full_at = from.time();
  if (!number || !reader.finished() || !from.finished() || full_at < now)
    return false;
  out.buckets.emplace_back(lease, full_at);
  return true;
}

bool read_day(std::string_view key, std::string_view value, sys_time now, saved_limits& out) {
  key_reader reader(key.substr(1));
  const auto day = reader.number64();
  const auto company = reader.text();
  byte_reader from(value);
  const std::uint64_t calls = from.u64();
  if (!day || !company || !reader.finished() || !from.finished())
    return false;
  const auto number = static_cast<domain::day_number>(*day);
  if (number + days_kept < domain::day_of(now))
    return false;
  out.days.push_back({*company, number, calls});
  return true;
}

std::uint64_t read_word(std::string_view bytes) noexcept {
  std::uint64_t word = 0;
  for (const char c : bytes.substr(0, 8))
    word = word << 8U | static_cast<unsigned char>(c);
  return word;
}

} // namespace

domain::hash_key limits_table::hash_key() const {
  const std::string mac = vault_->mac("limits", {});
  return {read_word(mac), read_word(std::string_view(mac).substr(8))};
}

void limits_table::put(write_batch& batch, const domain::bucket_lease& lease, sys_time full_at) {
  byte_writer value;
  value.u8(static_cast<std::uint8_t>(lease.level));
  value.u8(lease.index);
  value.time(full_at);
  batch.put(tables::limits, keys::limit_bucket(lease.key), std::string(value.take().reveal()));
}

void limits_table::put(write_batch& batch, const domain::day_lease& lease) {
  byte_writer value;
  value.u64(lease.calls);
  batch.put(tables::limits, keys::limit_day(lease.day, lease.company), std::string(value.take().reveal()));
}

void limits_table::erase(write_batch& batch, std::uint64_t bucket) {
  batch.erase(tables::limits, keys::limit_bucket(bucket));
}

result<saved_limits> limits_table::load(write_batch& batch, sys_time now) const {
  saved_limits out;
  auto scanned = store_->scan(tables::limits, {}, {}, [&](std::string_view key, std::string_view value) {
    const auto kind = key.empty() ? keys::limits_kind{} : static_cast<keys::limits_kind>(key.front());
    const bool kept = kind == keys::limits_kind::bucket ? read_bucket(key, value, now, out)
                      : kind == keys::limits_kind::day  ? read_day(key, value, now, out)
                                                        : false;
    if (!kept)
      batch.erase(tables::limits, std::string(key));
    return true;
  });
  if (!scanned)
    return scanned.error();
  return out;
}

} // namespace isacbot::storage
