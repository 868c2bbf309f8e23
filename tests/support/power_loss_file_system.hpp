/// A file system that loses power: what was not synced is gone afterwards, or half of it is.
///
/// Use: give one to rocksdb_options::file_system, work, `pull_plug` (or `pull_plug_after`), destroy the
/// database, `restore_power`, open it again. Files are real ones; a sync only notes how much is safe, so
/// tests don't wait for the disk.
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>

namespace isacbot::test {

/// What a file ends with after the power came back: what was synced, or also a part of what was not, with a
/// damaged byte in it.
enum class unsynced_tail : bool { vanishes, torn };

class power_loss_file_system final : public rocksdb::FileSystemWrapper {
 public:
  explicit power_loss_file_system(std::uint64_t seed)
      : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()),
        random_(seed) {}

  const char* Name() const override { return "power_loss_file_system"; }

  /// From now on every change fails.
  void pull_plug() {
    std::lock_guard lock(mutex_);
    changes_left_ = 0;
  }
  /// Pulls the plug after this many further changes (writes, syncs, renames, new or deleted files).
  void pull_plug_after(std::uint64_t changes) {
    std::lock_guard lock(mutex_);
    changes_left_ = changes;
  }
  /// From now on nothing can be appended, as on a full disk; or again it can.
  void fill_disk(bool full = true) {
    std::lock_guard lock(mutex_);
    full_ = full;
  }
  [[nodiscard]] bool has_power() const {
    std::lock_guard lock(mutex_);
    return changes_left_ > 0;
  }
  /// Changes since the start: how many points there are at which a plug can be pulled.
  [[nodiscard]] std::uint64_t changes() const {
    std::lock_guard lock(mutex_);
    return changes_;
  }

  /// Makes the files what a machine finds after the power loss. The database has to be closed.
  void restore_power(unsynced_tail tail) {
    std::lock_guard lock(mutex_);
    for (const auto& [path, before] : unsynced_renames_) {
      files_.erase(path);
      std::filesystem::remove(path);
      if (before)
        std::ofstream(path, std::ios::binary) << *before;
    }
    for (const auto& [path, file] : files_) {
      if (!file.linked)
        std::filesystem::remove(path); // its directory never heard of it
      else if (std::filesystem::exists(path))
        cut(path, file, tail);
    }
    files_.clear();
    unsynced_renames_.clear();
    changes_left_ = unlimited;
  }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* out,
                                    rocksdb::IODebugContext* debug) override {
    if (!may_change())
      return no_power();
    std::unique_ptr<rocksdb::FSWritableFile> file;
    rocksdb::IOStatus status = target()->NewWritableFile(path, options, &file, debug);
    if (status.ok()) {
      std::lock_guard lock(mutex_);
      files_.insert_or_assign(path, tracked{});
      *out = std::make_unique<writable_file>(*this, path, std::move(file));
    }
    return status;
  }

  rocksdb::IOStatus ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                       std::unique_ptr<rocksdb::FSWritableFile>*,
                                       rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::NotSupported("not modelled");
  }

  rocksdb::IOStatus ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                                      std::unique_ptr<rocksdb::FSWritableFile>*,
                                      rocksdb::IODebugContext*) override {
    return rocksdb::IOStatus::NotSupported("not modelled");
  }

  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* out,
                                 rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSDirectory> directory;
    rocksdb::IOStatus status = target()->NewDirectory(path, options, &directory, debug);
    if (status.ok())
      *out = std::make_unique<synced_directory>(*this, path);
    return status;
  }

  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (!may_change())
      return no_power();
    {
      std::lock_guard lock(mutex_);
      files_.erase(path);
    }
    return target()->DeleteFile(path, options, debug);
  }

  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    if (!may_change())
      return no_power();
    std::lock_guard lock(mutex_);
    if (!unsynced_renames_.contains(to))
      unsynced_renames_.emplace(to, content_of(to));
    rocksdb::IOStatus status = target()->RenameFile(from, to, options, debug);
    if (auto found = files_.extract(from); found && status.ok()) {
      files_.erase(to);
      found.key() = to;
      files_.insert(std::move(found));
    }
    return status;
  }

 private:
  static constexpr std::uint64_t unlimited = ~std::uint64_t{0};

  struct tracked {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
    bool linked = false; ///< the directory was synced after the file was made
  };

  class writable_file final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    writable_file(power_loss_file_system& files, std::string path,
                  std::unique_ptr<rocksdb::FSWritableFile>&& file)
        : rocksdb::FSWritableFileOwnerWrapper(std::move(file)),
          files_(files),
          path_(std::move(path)) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (!files_.may_change())
        return no_power();
      if (files_.is_full())
        return rocksdb::IOStatus::NoSpace("no space left on device");
      rocksdb::IOStatus status = target()->Append(data, options, debug);
      if (status.ok())
        files_.change(path_, [&](tracked& file) { file.written += data.size(); });
      return status;
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }
    rocksdb::IOStatus PositionedAppend(const rocksdb::Slice&, std::uint64_t, const rocksdb::IOOptions&,
                                       rocksdb::IODebugContext*) override {
      return rocksdb::IOStatus::NotSupported("not modelled");
    }
    rocksdb::IOStatus PositionedAppend(const rocksdb::Slice&, std::uint64_t, const rocksdb::IOOptions&,
                                       const rocksdb::DataVerificationInfo&,
                                       rocksdb::IODebugContext*) override {
      return rocksdb::IOStatus::NotSupported("not modelled");
    }
    rocksdb::IOStatus Truncate(std::uint64_t size, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
      if (!files_.may_change())
        return no_power();
      files_.change(path_, [&](tracked& file) {
        file.written = size;
        file.synced = std::min(file.synced, size);
      });
      return target()->Truncate(size, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (!files_.may_change())
        return no_power();
      files_.change(path_, [](tracked& file) { file.synced = file.written; });
      return target()->Flush(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return Sync(options, debug);
    }
    /// Starts writing out, but promises nothing.
    rocksdb::IOStatus RangeSync(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&,
                                rocksdb::IODebugContext*) override {
      return rocksdb::IOStatus::OK();
    }

   private:
    power_loss_file_system& files_;
    std::string path_;
  };

  class synced_directory final : public rocksdb::FSDirectory {
   public:
    synced_directory(power_loss_file_system& files, std::filesystem::path path)
        : files_(files),
          path_(std::move(path)) {}

    rocksdb::IOStatus Fsync(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
      if (!files_.may_change())
        return no_power();
      files_.sync_directory(path_);
      return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Close(const rocksdb::IOOptions&, rocksdb::IODebugContext*) override {
      return rocksdb::IOStatus::OK();
    }

   private:
    power_loss_file_system& files_;
    std::filesystem::path path_;
  };

  static rocksdb::IOStatus no_power() { return rocksdb::IOStatus::IOError("no power"); }

  [[nodiscard]] bool is_full() const {
    std::lock_guard lock(mutex_);
    return full_;
  }

  bool may_change() {
    std::lock_guard lock(mutex_);
    ++changes_;
    if (changes_left_ == 0)
      return false;
    if (changes_left_ != unlimited)
      --changes_left_;
    return true;
  }

  template <class Change>
  void change(const std::string& path, Change apply) {
    std::lock_guard lock(mutex_);
    if (auto found = files_.find(path); found != files_.end())
      apply(found->second);
  }

  void sync_directory(const std::filesystem::path& directory) {
    auto inside = [&](const std::string& path) {
      return (std::filesystem::path(path).parent_path() / "") == (directory / "");
    };
    std::lock_guard lock(mutex_);
    for (auto& [path, file] : files_)
      file.linked = file.linked || inside(path);
    std::erase_if(unsynced_renames_, [&](const auto& rename) { return inside(rename.first); });
  }

  static std::optional<std::string> content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
      return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  void cut(const std::string& path, const tracked& file, unsynced_tail tail) {
    std::uint64_t keep = file.synced;
    std::uint64_t unsynced = file.written - file.synced;
    if (tail == unsynced_tail::torn && unsynced > 0)
      keep += random_() % unsynced + 1;
    std::filesystem::resize_file(path, keep);
    if (keep > file.synced) {
      std::fstream bytes(path, std::ios::binary | std::ios::in | std::ios::out);
      auto at = static_cast<std::streamoff>(file.synced + random_() % (keep - file.synced));
      bytes.seekg(at);
      char c = static_cast<char>(bytes.get());
      bytes.seekp(at);
      bytes.put(static_cast<char>(c ^ 0x55));
    }
  }

  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  std::uint64_t changes_ = 0;
  bool full_ = false;
  std::uint64_t changes_left_ = unlimited;
  std::map<std::string, tracked> files_;
  /// Target of each rename whose directory was not synced since, and what was there before.
  std::map<std::string, std::optional<std::string>> unsynced_renames_;
};

} // namespace isacbot::test
