#include "storage/bot_database.hpp"

#include "storage/key_rotation.hpp"
#include "storage/schema.hpp"

#include <utility>

namespace isacbot::storage {

result<bot_database> open_bot_database(const rocksdb_options& options, const std::vector<secret>& keys,
                                       random_source& random) {
  result<std::unique_ptr<rocksdb_store>> store = rocksdb_store::open(options);
  if (!store)
    return store.error();
  if (result<void> checked = open_schema(**store, {"isacbot", 1, {}}); !checked)
    return checked.error();
  result<vault> sealer = vault::open(**store, keys, random);
  if (!sealer)
    return sealer.error();
  if (result<void> finished = finish_rotation(**store, *sealer); !finished)
    return finished.error();
  return bot_database{std::move(*store), std::move(*sealer)};
}

} // namespace isacbot::storage
