#include "storage/bot_database.hpp"

#include "storage/key_rotation.hpp"
#include "storage/schema.hpp"

#include <utility>

namespace isacbot::storage {

namespace {

/// 2: packed rows and packed accepted values. What 1 wrote is read as it is, but a release that knows 1 only
/// has to be kept away.
constexpr std::uint32_t layout_version = 2;
const migration migrations[] = {{1, [](const kv_store&, write_batch&) -> result<void> { return {}; }}};

} // namespace

result<bot_database> open_bot_database(const rocksdb_options& options, const std::vector<secret>& keys,
                                       random_source& random) {
  result<std::unique_ptr<rocksdb_store>> store = rocksdb_store::open(options);
  if (!store)
    return store.error();
  if (result<void> checked = open_schema(**store, {"isacbot", layout_version, migrations}); !checked)
    return checked.error();
  result<vault> sealer = vault::open(**store, keys, random);
  if (!sealer)
    return sealer.error();
  if (result<void> finished = finish_rotation(**store, *sealer); !finished)
    return finished.error();
  return bot_database{std::move(*store), std::move(*sealer)};
}

} // namespace isacbot::storage
