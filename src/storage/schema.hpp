/// Which program wrote a database, and in which version of its layouts: checked before anything else is read.
#pragma once

#include "storage/kv_store.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace isacbot::storage {

/// One step from version `from` to `from + 1`.
struct migration {
  std::uint32_t from = 0;
  /// Adds what has to change. The batch and the new version number are committed together, synced, so a crash
  /// leaves either version whole.
  std::function<result<void>(const kv_store& store, write_batch& batch)> apply;
};

struct schema {
  std::string_view product; ///< "isacbot" for the bot's database, "station" for Station's
  std::uint32_t version = 1;
  std::span<const migration> migrations; ///< one for every version below `version` that can still be read
};

/// Marks an empty database with product and version, migrates an older one, refuses every other.
/// @error ec::schema_mismatch: another product, a newer version, or no migration from this old one;
///        ec::corrupted: rows but no mark, or an unreadable one; whatever store and migrations fail with
result<void> open_schema(kv_store& store, const schema& wanted);

} // namespace isacbot::storage
