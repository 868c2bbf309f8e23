/// Opens the bot's database as a whole: store, schema and vault, in this order, or not at all.
#pragma once

#include "core/random.hpp"
#include "core/secret.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/vault.hpp"

#include <memory>
#include <vector>

namespace isacbot::storage {

struct bot_database {
  std::unique_ptr<rocksdb_store> store;
  vault sealer;
};

/// @param keys    32 bytes each (load_master_key); the first one seals, the others only open
/// @param random  outlives the database
/// @error those of rocksdb_store::open, open_schema, vault::open and finish_rotation
result<bot_database> open_bot_database(const rocksdb_options& options, const std::vector<secret>& keys,
                                       random_source& random);

} // namespace isacbot::storage
