#include "storage/backup.hpp"

#include "storage/rocksdb_settings.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

namespace isacbot::storage {

namespace {

namespace fs = std::filesystem;

error to_error(const rocksdb::Status& status, const fs::path& where) {
  std::string cause = where.string() + ": " + status.ToString();
  if (status.IsCorruption())
    return fail(ec::corrupted, std::move(cause), "this backup is damaged: use another one");
  if (status.IsNotFound())
    return fail(ec::not_found, std::move(cause), "name the directory that `isacbot backup` wrote");
  return fail(ec::io_failure, std::move(cause), "check the disk's space and health, and who may write there");
}

error from_code(const std::error_code& code, const fs::path& where) {
  return fail(ec::io_failure, where.string() + ": " + code.message(),
              "check the disk, and who may write there");
}

rocksdb::BackupEngineOptions options_for(const fs::path& directory) {
  rocksdb::BackupEngineOptions options(directory.string());
  options.sync = true;
  options.share_files_with_checksum = true;
  return options;
}

result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> open_backup(const fs::path& directory) {
  std::error_code code;
  if (!fs::is_directory(directory / "meta", code))
    return fail(ec::not_found, "no backup in " + directory.string(),
                "name the directory that `isacbot backup` wrote");
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  rocksdb::Status status =
      rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), options_for(directory), &opened);
  std::unique_ptr<rocksdb::BackupEngineReadOnly> engine(opened);
  if (!status.ok())
    return to_error(status, directory);
  std::vector<rocksdb::BackupInfo> whole;
  engine->GetBackupInfo(&whole);
  if (whole.empty())
    return fail(ec::corrupted, "the backup in " + directory.string() + " is damaged",
                "use another one; nothing was changed");
  return engine;
}

/// Names that RocksDB gives to its files.
bool is_database_file(const std::string& name) {
  for (std::string_view whole : {"CURRENT", "IDENTITY", "LOCK", "LOG"})
    if (name == whole)
      return true;
  for (std::string_view start : {"MANIFEST-", "OPTIONS-", "LOG.old."})
    if (name.starts_with(start))
      return true;
  for (std::string_view end : {".sst", ".log", ".blob", ".dbtmp"})
    if (name.ends_with(end))
      return true;
  return false;
}

/// Files of the database in a directory; what else lies there stays where it is.
std::vector<fs::path> database_files(const fs::path& directory, std::error_code& code) {
  std::vector<fs::path> files;
  for (fs::directory_iterator at(directory, code), end; !code && at != end; at.increment(code)) {
    if (at->is_regular_file(code) && is_database_file(at->path().filename().string()))
      files.push_back(at->path());
  }
  // Its last file to go and its last to come is the one without which there is no database.
  std::sort(files.begin(), files.end());
  std::stable_partition(files.begin(), files.end(),
                        [](const fs::path& p) { return p.filename() != "CURRENT"; });
  return files;
}

} // namespace

result<std::uint64_t> back_up(const rocksdb_store& store, const fs::path& directory,
                              const copy_progress& progress) {
  rocksdb::BackupEngine* opened = nullptr;
  rocksdb::Status status =
      rocksdb::BackupEngine::Open(rocksdb::Env::Default(), options_for(directory), &opened);
  std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  if (!status.ok())
    return to_error(status, directory);
  rocksdb::CreateBackupOptions making;
  making.flush_before_backup = true;
  std::uint64_t steps = 0;
  if (progress)
    making.progress_callback = [&] {
      progress(++steps * options_for(directory).callback_trigger_interval_size);
    };
  status = engine->CreateNewBackup(making, &store.database());
  if (!status.ok())
    return to_error(status, directory);
  std::vector<rocksdb::BackupInfo> made;
  engine->GetBackupInfo(&made);
  return made.empty() ? 0 : made.back().size;
}

result<void> verify_backup(const fs::path& directory) {
  auto engine = open_backup(directory);
  if (!engine)
    return engine.error();
  rocksdb::BackupInfo newest;
  rocksdb::Status status = (*engine)->GetLatestBackupInfo(&newest);
  if (status.ok())
    status = (*engine)->VerifyBackup(newest.backup_id, /*verify_with_checksum=*/true);
  if (status.IsNotFound()) // a file of it
    status = rocksdb::Status::Corruption("a file is missing");
  if (!status.ok())
    return to_error(status, directory);
  return {};
}

result<void> unpack_backup(const fs::path& directory, const fs::path& target) {
  auto engine = open_backup(directory);
  if (!engine)
    return engine.error();
  rocksdb::Status status =
      (*engine)->RestoreDBFromLatestBackup(rocksdb::RestoreOptions(), target.string(), target.string());
  if (!status.ok())
    return to_error(status, directory);
  std::error_code code;
  fs::permissions(target, fs::perms::owner_all, code);
  return sync_directory(target);
}

database_replacement::database_replacement(fs::path place, fs::path fresh, fs::path aside, move_file move)
    : place_(std::move(place)),
      fresh_(std::move(fresh)),
      aside_(std::move(aside)),
      move_(std::move(move)) {
  if (!move_)
    move_ = [](const fs::path& from, const fs::path& to) {
      std::error_code code;
      fs::rename(from, to, code);
      return code;
    };
}

result<void> database_replacement::begin() const {
  return write_synced_file(place_ / replacement_mark,
                           "A restore was interrupted. Run `isacbot restore` again.\n");
}

result<void> database_replacement::move_all(const fs::path& from, const fs::path& to) const {
  std::error_code code;
  auto files = database_files(from, code);
  if (code)
    return from_code(code, from);
  for (const fs::path& file : files)
    if (std::error_code problem = move_(file, to / file.filename()))
      return from_code(problem, file);
  if (auto synced = sync_directory(to); !synced)
    return synced;
  return sync_directory(from);
}

result<void> database_replacement::move() const {
  std::error_code code;
  fs::create_directories(aside_, code);
  if (!code)
    fs::permissions(aside_, fs::perms::owner_all, code);
  if (code)
    return from_code(code, aside_);
  if (auto moved = move_all(place_, aside_); !moved)
    return moved;
  return move_all(fresh_, place_);
}

result<void> database_replacement::end() const {
  std::error_code code;
  fs::remove_all(fresh_, code);
  fs::remove(place_ / replacement_mark, code);
  if (code)
    return from_code(code, place_);
  return sync_directory(place_);
}

result<void> sync_directory(const fs::path& directory) {
  int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  int code = errno;
  if (descriptor >= 0)
    ::close(descriptor);
  if (!synced)
    return from_code({code, std::generic_category()}, directory);
  return {};
}

result<void> write_synced_file(const fs::path& path, std::string_view content) {
  fs::path unfinished = path;
  unfinished += ".new";
  int descriptor = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  bool written =
      descriptor >= 0 &&
      ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(descriptor) == 0;
  int code = errno;
  if (descriptor >= 0)
    ::close(descriptor);
  if (!written)
    return from_code({code, std::generic_category()}, unfinished);
  std::error_code problem;
  fs::rename(unfinished, path, problem);
  if (problem)
    return from_code(problem, path);
  return sync_directory(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

} // namespace isacbot::storage
