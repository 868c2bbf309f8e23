#include "storage/rocksdb_store.hpp"

#include "storage/backup.hpp"
#include "storage/commit_queue.hpp"
#include "storage/process_lock.hpp"
#include "storage/rocksdb_settings.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/listener.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <optional>
#include <string>
#include <utility>

namespace isacbot::storage {

namespace {

std::string prefixed(table t, std::string_view key) {
  std::string full;
  full.reserve(key.size() + 1);
  full.push_back(static_cast<char>(t));
  full.append(key);
  return full;
}

/// The key after the last one a scan may visit; empty for the end of the database.
std::string upper_bound(table t, std::string_view last) {
  if (!last.empty())
    return prefixed(t, last);
  auto number = static_cast<unsigned char>(t);
  return number == 0xFF ? std::string{} : std::string(1, static_cast<char>(number + 1U));
}

error to_error(const rocksdb::Status& status) {
  if (status.IsNoSpace())
    return fail(ec::io_failure, "the disk is full: " + status.ToString(),
                "make room; writing goes on by itself then, and what was accepted is safe");
  if (status.IsCorruption())
    return fail(ec::corrupted, status.ToString(), "restore the last backup");
  return fail(ec::io_failure, status.ToString(), "check the disk's space and health, then restart");
}

/// RocksDB would look for room every five seconds by itself, and refuse to be asked meanwhile. We ask with
/// the next write.
class no_recovery_of_its_own final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* automatic) override {
    *automatic = false;
  }
};

/// A directory that was just made is only safe from power loss once its parent is synced.
result<void> make_directory(const std::filesystem::path& path, rocksdb::FileSystem& files) {
  std::error_code problem;
  if (!std::filesystem::create_directory(path, problem)) {
    if (problem)
      return fail(ec::io_failure, path.string() + ": " + problem.message(),
                  "create the parent directory, writable for this user");
    return {};
  }
  std::filesystem::permissions(path, std::filesystem::perms::owner_all, problem);
  std::unique_ptr<rocksdb::FSDirectory> parent;
  std::string parent_path = std::filesystem::absolute(path).parent_path().string();
  rocksdb::Status status = files.NewDirectory(parent_path, rocksdb::IOOptions(), &parent, nullptr);
  if (status.ok())
    status = parent->Fsync(rocksdb::IOOptions(), nullptr);
  if (!status.ok())
    return to_error(status);
  return {};
}

} // namespace

struct rocksdb_store::state {
  explicit state(process_lock l)
      : lock(std::move(l)),
        queue([this](std::span<commit_queue::request* const> group) { commit(group); }) {}

  void commit(std::span<commit_queue::request* const> group);
  void try_to_mend();

  process_lock lock;
  std::unique_ptr<rocksdb::Env> env; // outlives the database; null: RocksDB's own
  std::unique_ptr<rocksdb::DB> db;
  storage::sabotage sabotage;
  std::atomic<std::uint64_t> commits{0};
  // The first failed write. RocksDB must not be asked again: it would give up, and with assertions end the
  // process. Only the leader of a commit touches it, or the destructor.
  std::optional<error> broken;
  bool full = false; // broken for want of space: may be mended while running
  commit_queue queue;
};

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open(const rocksdb_options& options) {
  if (!options.create_if_missing && !std::filesystem::exists(options.path / "CURRENT"))
    return fail(ec::not_found, "no database in " + options.path.string(), "check storage.path");
  if (std::error_code code; std::filesystem::exists(options.path / replacement_mark, code))
    return fail(ec::corrupted, "a restore into " + options.path.string() + " was interrupted",
                "run `isacbot restore DIR` again: it goes on from there");
  std::shared_ptr<rocksdb::FileSystem> files =
      options.file_system ? options.file_system : rocksdb::FileSystem::Default();
  if (result<void> made = make_directory(options.path, *files); !made)
    return made.error();
  result<process_lock> lock = process_lock::acquire(options.path / "isacbot.lock");
  if (!lock)
    return lock.error();

  auto s = std::make_unique<state>(std::move(*lock));
  s->sabotage = options.sabotage;
  rocksdb::Options settings = make_rocksdb_settings(options.compression, options.cache_bytes);
  settings.create_if_missing = options.create_if_missing;
  settings.listeners.push_back(std::make_shared<no_recovery_of_its_own>());
  if (options.file_system) {
    s->env = rocksdb::NewCompositeEnv(options.file_system);
    settings.env = s->env.get();
  }
  rocksdb::DB* db = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(settings, options.path.string(), &db);
  if (!status.ok())
    return to_error(status);
  s->db.reset(db);
  return std::unique_ptr<rocksdb_store>(new rocksdb_store(std::move(s)));
}

rocksdb_store::rocksdb_store(std::unique_ptr<state> s) : state_(std::move(s)) {}

rocksdb_store::~rocksdb_store() {
  // An orderly stop also keeps what was written without sync. Nobody is left to hear of a failure.
  if (!state_->sabotage.skip_sync && !state_->broken)
    state_->db->SyncWAL().PermitUncheckedError();
  state_->db->Close().PermitUncheckedError();
}

result<std::optional<std::string>> rocksdb_store::get(table t, std::string_view key) const {
  std::string value;
  rocksdb::Status status = state_->db->Get(rocksdb::ReadOptions(), prefixed(t, key), &value);
  if (status.IsNotFound())
    return std::nullopt;
  if (!status.ok())
    return to_error(status);
  return value;
}

result<void> rocksdb_store::scan(table t, std::string_view first, std::string_view last,
                                 const visitor& visit) const {
  std::string lower = prefixed(t, first);
  std::string upper = upper_bound(t, last);
  if (!upper.empty() && upper <= lower)
    return {};
  rocksdb::Slice upper_slice(upper);
  rocksdb::ReadOptions reading;
  if (!upper.empty())
    reading.iterate_upper_bound = &upper_slice;
  std::unique_ptr<rocksdb::Iterator> at(state_->db->NewIterator(reading));
  for (at->Seek(lower); at->Valid(); at->Next())
    if (!visit(at->key().ToStringView().substr(1), at->value().ToStringView()))
      break;
  if (!at->status().ok())
    return to_error(at->status());
  return {};
}

result<void> rocksdb_store::scan_reverse(table t, std::string_view first, std::string_view last,
                                         const visitor& visit) const {
  std::string lower = prefixed(t, first);
  std::string upper = upper_bound(t, last);
  if (!upper.empty() && upper <= lower)
    return {};
  rocksdb::Slice lower_slice(lower);
  rocksdb::Slice upper_slice(upper);
  rocksdb::ReadOptions reading;
  reading.iterate_lower_bound = &lower_slice;
  if (!upper.empty())
    reading.iterate_upper_bound = &upper_slice;
  std::unique_ptr<rocksdb::Iterator> at(state_->db->NewIterator(reading));
  for (at->SeekToLast(); at->Valid(); at->Prev())
    if (!visit(at->key().ToStringView().substr(1), at->value().ToStringView()))
      break;
  if (!at->status().ok())
    return to_error(at->status());
  return {};
}

std::vector<result<void>> rocksdb_store::write_group(std::span<const write_batch> batches, sync s) {
  return state_->queue.submit(batches, s);
}

result<void> rocksdb_store::compact() {
  rocksdb::CompactRangeOptions all;
  all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  rocksdb::Status status = state_->db->CompactRange(all, nullptr, nullptr);
  if (!status.ok())
    return to_error(status);
  return {};
}

rocksdb::DB& rocksdb_store::database() const noexcept {
  return *state_->db;
}

std::uint64_t rocksdb_store::commits() const noexcept {
  return state_->commits.load();
}

namespace {

/// The database as it would be after the batches accepted so far of a group that is not written yet. The
/// batches outlive it.
class pending_state {
 public:
  explicit pending_state(rocksdb::DB& db) : db_(db) {}

  result<void> check(const write_batch& batch) const {
    for (const auto& [where, key, expected] : batch.preconditions()) {
      bool holds = false;
      if (auto changed = changes_.find({where, key}); changed != changes_.end()) {
        holds = *changed->second == expected;
      } else {
        std::string value;
        rocksdb::Status status = db_.Get(rocksdb::ReadOptions(), prefixed(where, key), &value);
        if (!status.ok() && !status.IsNotFound())
          return to_error(status);
        holds = expected ? status.ok() && value == *expected : status.IsNotFound();
      }
      if (!holds)
        return fail_precondition(where);
    }
    return {};
  }

  /// @param later  whether another batch will be checked
  void accept(const write_batch& batch, rocksdb::WriteBatch& out, bool later) {
    for (const write_batch::operation& change : batch.operations()) {
      const char number = static_cast<char>(change.where);
      const rocksdb::Slice pieces[] = {rocksdb::Slice(&number, 1), rocksdb::Slice(change.key)};
      const rocksdb::SliceParts key(pieces, 2);
      // The only failure of these calls is a limit on the batch's size, which is not set.
      if (change.value) {
        const rocksdb::Slice value(*change.value);
        out.Put(key, rocksdb::SliceParts(&value, 1)).PermitUncheckedError();
      } else {
        out.Delete(key).PermitUncheckedError();
      }
      if (later)
        changes_.insert_or_assign({change.where, change.key}, &change.value);
    }
  }

 private:
  struct row {
    table where;
    std::string_view key;
    friend bool operator==(const row&, const row&) = default;
  };
  struct row_hash {
    std::size_t operator()(const row& r) const noexcept {
      return std::hash<std::string_view>{}(r.key) + static_cast<std::size_t>(r.where);
    }
  };

  rocksdb::DB& db_;
  boost::unordered_flat_map<row, const std::optional<std::string>*, row_hash> changes_;
};

/// What the group takes in one batch, about.
std::size_t bytes_of(std::span<commit_queue::request* const> group) noexcept {
  constexpr std::size_t frame = 16;
  std::size_t bytes = frame;
  for (const commit_queue::request* request : group)
    for (const write_batch& batch : request->batches)
      for (const write_batch::operation& change : batch.operations())
        bytes += frame + change.key.size() + (change.value ? change.value->size() : 0);
  return bytes;
}

} // namespace

void rocksdb_store::state::commit(std::span<commit_queue::request* const> group) {
  std::size_t with_preconditions = 0;
  for (const commit_queue::request* request : group)
    for (const write_batch& batch : request->batches)
      with_preconditions += batch.preconditions().empty() ? 0 : 1;

  pending_state pending(*db);
  rocksdb::WriteBatch joined(bytes_of(group));
  bool durable = false;
  for (commit_queue::request* request : group) {
    for (const write_batch& batch : request->batches) {
      with_preconditions -= batch.preconditions().empty() ? 0 : 1;
      result<void> verdict = pending.check(batch);
      if (verdict) {
        pending.accept(batch, joined, with_preconditions > 0);
        durable = durable || (request->durable == sync::yes && !batch.operations().empty());
      }
      request->results.push_back(std::move(verdict));
    }
  }
  if (joined.Count() == 0)
    return;

  try_to_mend();
  if (!broken) {
    rocksdb::WriteOptions writing;
    writing.sync = durable && !sabotage.skip_sync;
    rocksdb::Status status = db->Write(writing, &joined);
    commits += durable ? 1 : 0;
    if (status.ok())
      return;
    broken = to_error(status);
    full = status.IsNoSpace();
  }
  for (commit_queue::request* request : group)
    for (result<void>& verdict : request->results)
      verdict = *broken;
}

/// After a write that found no room, RocksDB refuses further ones until it is resumed. Resuming writes what
/// is in memory to new files and begins a new log behind them: the write that failed is certainly not in it,
/// and there is no hole before what comes next.
void rocksdb_store::state::try_to_mend() {
  if (!broken || !full)
    return;
  const rocksdb::Status status = db->Resume();
  if (status.ok()) {
    broken.reset();
    full = false;
    return;
  }
  if (!status.IsNoSpace() && !status.IsBusy())
    full = false; // something else is wrong by now
}

} // namespace isacbot::storage
