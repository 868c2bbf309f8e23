/// What `isacbot backup` writes and `isacbot restore` reads:
///
///     DIR/bot/          the bot's database, in RocksDB's backup format
///     DIR/station/      Station's, where one is embedded
///     DIR/backup.json   written last: without it the backup is not complete
///
/// Neither the configuration nor the master key is in it: what is sealed in the database stays sealed.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"

#include <filesystem>
#include <string>

namespace isacbot::app {

struct backup_facts {
  std::string made;    ///< RFC 3339
  std::string version; ///< of the program
  bool station = false;
};

/// Makes the directory, mode 0700. @error ec::conflict: it exists and is not empty; ec::io_failure
result<void> make_backup_directory(const std::filesystem::path& directory);

/// @error ec::io_failure
result<void> write_backup_facts(const std::filesystem::path& directory, const backup_facts& facts);
/// @error ec::not_found: no complete backup there; ec::corrupted
result<backup_facts> read_backup_facts(const std::filesystem::path& directory);

} // namespace isacbot::app
