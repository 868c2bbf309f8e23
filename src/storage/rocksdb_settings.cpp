#include "storage/rocksdb_settings.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include <algorithm>

namespace isacbot::storage {

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;

rocksdb::CompressionType pick_compression() {
  auto supported = rocksdb::GetSupportedCompressions();
  for (auto wanted : {rocksdb::kLZ4Compression, rocksdb::kSnappyCompression})
    if (std::find(supported.begin(), supported.end(), wanted) != supported.end())
      return wanted;
  return rocksdb::kNoCompression;
}

} // namespace

rocksdb::Options make_rocksdb_settings(bool compression, std::size_t cache_bytes) {
  rocksdb::Options options;
  options.compression = compression ? pick_compression() : rocksdb::kNoCompression;

  // Memory: two write buffers and the cache are all that grows.
  options.write_buffer_size = 8 * mebibyte;
  options.max_write_buffer_number = 2;
  options.arena_block_size = mebibyte / 4;
  // Most look-ups (seen before? accepted before?) miss: filters answer them without a search.
  options.memtable_whole_key_filtering = true;
  options.memtable_prefix_bloom_size_ratio = 0.05;
  options.max_open_files = 256;
  rocksdb::BlockBasedTableOptions tables;
  tables.block_cache = rocksdb::NewLRUCache(cache_bytes);
  tables.cache_index_and_filter_blocks = true;
  tables.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // In parts: a look-up must not have to read the filter of a whole file when the cache is smaller than that.
  tables.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  tables.partition_filters = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(tables));

  // Queues are written at one end and erased at the other; files full of erased rows slow every scan down.
  options.table_properties_collector_factories.push_back(
      rocksdb::NewCompactOnDeletionCollectorFactory(1'000, 500, 0.5));

  // Disk and background noise.
  options.max_total_wal_size = 32 * mebibyte;
  options.manifest_preallocation_size = 64 * 1024;
  options.max_manifest_file_size = 4 * mebibyte;
  options.max_background_jobs = 2;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.max_log_file_size = mebibyte;
  options.keep_log_file_num = 3;

  // After power loss: keep everything up to the first byte that was not written whole. Everything synced
  // lies before it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  return options;
}

} // namespace isacbot::storage
