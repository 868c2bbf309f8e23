/// How RocksDB is set up: small, for a process that has to stay under 100 MB and writes little.
#pragma once

#include <rocksdb/options.h>

#include <cstddef>

namespace isacbot::storage {

/// @param cache_bytes  of blocks that were read, filters and indexes among them
rocksdb::Options make_rocksdb_settings(bool compression, std::size_t cache_bytes = std::size_t{8} << 20U);

} // namespace isacbot::storage
