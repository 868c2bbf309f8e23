/// Backups of one database, made while it is in use, checked before they are trusted (RocksDB's backup
/// engine: every file with its checksum), and put in its place file by file.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "storage/rocksdb_store.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <system_error>

namespace isacbot::storage {

/// Called now and then with the bytes copied so far.
using copy_progress = std::function<void(std::uint64_t bytes)>;

/// Copies one state of the database, synced. Writers go on meanwhile; what they write after the beginning may
/// be missing from the copy, in order: nothing later is in it without what came before.
/// @param directory  new or empty
/// @returns its size in bytes
/// @error ec::io_failure, ec::corrupted
result<std::uint64_t> back_up(const rocksdb_store& store, const std::filesystem::path& directory,
                              const copy_progress& progress = {});

/// Reads all of a backup and compares it with its checksums.
/// @error ec::corrupted: damaged; ec::not_found: no backup there
result<void> verify_backup(const std::filesystem::path& directory);

/// Makes a database from a backup that verify_backup has found whole.
/// @param target  does not exist, or is empty
/// @error ec::corrupted, ec::not_found, ec::io_failure
result<void> unpack_backup(const std::filesystem::path& directory, const std::filesystem::path& target);

/// While this file lies in a database's directory, rocksdb_store::open refuses it (ec::corrupted): what lies
/// there is neither the old database nor the new one.
inline constexpr const char* replacement_mark = "restore-unfinished";

/// Moves files of databases; stopped anywhere, calling it anew brings it to its end.
class database_replacement {
 public:
  using move_file =
      std::function<std::error_code(const std::filesystem::path& from, const std::filesystem::path& to)>;

  /// @param place  directory of the database; the caller holds its process_lock
  /// @param fresh  directory below it with the database that shall take its place
  /// @param aside  directory below it that receives the files that lay there
  database_replacement(std::filesystem::path place, std::filesystem::path fresh, std::filesystem::path aside,
                       move_file move = {});

  /// Sets the mark: from here on the database does not open. @error ec::io_failure
  [[nodiscard]] result<void> begin() const;
  /// Moves the old files aside and the fresh ones in. @error ec::io_failure
  [[nodiscard]] result<void> move() const;
  /// Takes the mark away: the fresh database is in place. @error ec::io_failure
  [[nodiscard]] result<void> end() const;

 private:
  [[nodiscard]] result<void> move_all(const std::filesystem::path& from,
                                      const std::filesystem::path& to) const;

  std::filesystem::path place_;
  std::filesystem::path fresh_;
  std::filesystem::path aside_;
  move_file move_;
};

/// Makes what was done to a directory's entries durable. @error ec::io_failure
result<void> sync_directory(const std::filesystem::path& directory);

/// Writes a small file, synced, under its name only when it is whole. @error ec::io_failure
result<void> write_synced_file(const std::filesystem::path& path, std::string_view content);

} // namespace isacbot::storage
