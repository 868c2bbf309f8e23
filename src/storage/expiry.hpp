/// Rows that end by themselves. Their value starts with the time they expire (8 bytes), and an index ordered
/// by time lets a sweep find the expired ones without looking at the others.
#pragma once

#include "core/clock.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace isacbot::storage {

/// A row's value, taken apart. The view lives as long as the bytes it was read from.
struct expiring_value {
  sys_time expires{};
  std::string_view content;
};

/// Adds the row and its index entry.
void put_expiring(write_batch& batch, table t, std::string key, sys_time expires, std::string_view content);

/// @error ec::corrupted
result<expiring_value> read_expiring(std::string_view value);

/// What a look-up of an expiring row found.
struct expiring_row {
  std::optional<std::string> stored;  ///< the bytes as stored, for write_batch::expect; nullopt: no row
  std::optional<std::string> content; ///< nullopt: no row, or expired at `now`
};

/// @error ec::io_failure, ec::corrupted
result<expiring_row> get_expiring(const kv_store& store, table t, std::string_view key, sys_time now);

/// Adds the removal of up to `limit` rows that have expired, over all tables; call again at once when it
/// returns `limit`. If a row is renewed meanwhile the batch is refused whole (ec::precondition_failed) and
/// nothing is lost: the next sweep tries again.
/// @returns how many index entries it dealt with
/// @error ec::io_failure, ec::corrupted
result<std::size_t> sweep_expired(const kv_store& store, write_batch& batch, sys_time now, std::size_t limit);

} // namespace isacbot::storage
