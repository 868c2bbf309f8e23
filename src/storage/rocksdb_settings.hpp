/// How RocksDB is set up: small, for a process that has to stay under 100 MB and writes little.
#pragma once

#include <rocksdb/options.h>

namespace isacbot::storage {

rocksdb::Options make_rocksdb_settings(bool compression);

} // namespace isacbot::storage
