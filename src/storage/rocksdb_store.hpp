/// The home of kv_store on disk: one RocksDB database, one column family, the table number as first byte of
/// every key. docs/adr/0004 and 0006 say why.
#pragma once

#include "storage/kv_store.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace rocksdb {
class DB;
class FileSystem;
} // namespace rocksdb

namespace isacbot::storage {

/// Switches that break a promise on purpose, so that a test of that promise can show that it is able to fail.
struct sabotage {
  bool skip_sync = false; ///< sync::yes is treated as sync::no
};

struct rocksdb_options {
  std::filesystem::path path; ///< directory of the database; its parent has to exist
  bool create_if_missing = true;
  bool compression = true;                         ///< off for tests that look for texts in the files
  std::size_t cache_bytes = std::size_t{8} << 20U; ///< of blocks that were read
  /// Where the files live: null means the machine's own. Tests plug in one that loses power.
  std::shared_ptr<rocksdb::FileSystem> file_system;
  storage::sabotage sabotage;
};

/// Thread-safe. Concurrent writers share one commit: whoever comes while a commit runs joins the next.
class rocksdb_store final : public kv_store {
 public:
  /// @error ec::locked: another process (named in the cause) has it open, or this one has; ec::corrupted also
  ///        for a directory with an unfinished replacement (backup.hpp);
  ///        ec::not_found: absent and not to be created; ec::corrupted; ec::io_failure
  static result<std::unique_ptr<rocksdb_store>> open(const rocksdb_options& options);

  ~rocksdb_store() override;

  result<std::optional<std::string>> get(table t, std::string_view key) const override;
  result<void> scan(table t, std::string_view first, std::string_view last,
                    const visitor& visit) const override;
  result<void> scan_reverse(table t, std::string_view first, std::string_view last,
                            const visitor& visit) const override;
  /// After a failed write the database takes no further ones until it is opened again: whether the failed one
  /// reached the disk is unknown until then, and writing on could put a hole before what is promised later.
  /// Only after one that found the disk full each further write first tries whether there is room again.
  std::vector<result<void>> write_group(std::span<const write_batch> batches, sync s) override;

  /// Rewrites all files, so that nothing is left in them of rows that were changed or erased. Takes as long
  /// as reading and writing the whole database; others go on meanwhile.
  /// @error ec::io_failure
  [[nodiscard]] result<void> compact();

  /// For backup.hpp.
  [[nodiscard]] rocksdb::DB& database() const noexcept;

  /// Synced writes to the log since the database was opened: how well groups are formed.
  [[nodiscard]] std::uint64_t commits() const noexcept;

 private:
  struct state;
  explicit rocksdb_store(std::unique_ptr<state> s);

  std::unique_ptr<state> state_;
};

} // namespace isacbot::storage
