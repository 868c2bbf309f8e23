// rooms: storage domain core
/// Durable acceptances a second, from 1, 8 and 64 submitters at once, beside raw RocksDB synced writes of the
/// same bytes from as many threads, in the same run on the same disk. Promise: at least 0.8 of them; how many
/// acceptances share a sync is shown.
///
/// Usage: accepts [directory]   (default: the system's temporary directory)
#include "domain/batch_planner.hpp"
#include "storage/bot_database.hpp"
#include "storage/outbox_table.hpp"
#include "storage/rocksdb_settings.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace isacbot;
using steady = std::chrono::steady_clock;

constexpr auto run_time = std::chrono::seconds{2};
constexpr std::uint32_t rows_per_list = 20;

void must(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

/// A list of twenty values that nobody handed in before.
storage::write_batch make_acceptance(const storage::outbox_table& outbox, const std::string& name) {
  domain::receipt receipt;
  receipt.submission.id = submission_id{name};
  receipt.submission.who = {team_id{"T1"}, user_id{"U1"}};
  receipt.submission.enclave = enclave_id{"00000000-0000-0000-0000-000000000001"};
  receipt.submission.created = system_clock{}.now();
  receipt.submission.request_key = "request " + name;
  receipt.submission.content_key = "content " + name;
  receipt.counts = {rows_per_list, rows_per_list, 0, 0, 0};
  std::vector<domain::indicator_row> rows(rows_per_list);
  for (std::uint32_t i = 0; i < rows_per_list; ++i) {
    rows[i].line = i + 1;
    rows[i].type = "URL";
    rows[i].value = "http://" + name + "-" + std::to_string(i) + ".example.com/path";
  }
  const auto parts = domain::plan_batches(receipt.submission.id, std::move(rows), {});
  storage::write_batch batch;
  must(outbox.append(batch, receipt, parts).has_value(), "making an acceptance");
  return batch;
}

/// How many a second; each thread writes one after another.
double measure(int threads, const std::function<void(const std::string&)>& write) {
  std::atomic<std::uint64_t> done{0};
  const auto end = steady::now() + run_time;
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread)
    running.emplace_back([&, thread] {
      for (int n = 0; steady::now() < end; ++n, ++done)
        write(std::to_string(threads) + "." + std::to_string(thread) + "." + std::to_string(n));
    });
  for (std::thread& thread : running)
    thread.join();
  return static_cast<double>(done) / std::chrono::duration<double>(run_time).count();
}

} // namespace

int main(int argc, char** argv) {
  const std::filesystem::path parent = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  std::string pattern = (parent / "accepts-XXXXXX").string();
  must(mkdtemp(pattern.data()) != nullptr, "making a directory");
  const std::filesystem::path directory = pattern;
  {
    system_random random;
    storage::rocksdb_options options;
    options.path = directory / "bot";
    auto database = storage::open_bot_database(options, {secret(std::string(32, 'k'))}, random);
    must(database.has_value(), "opening the database");
    storage::outbox_table outbox(*database->store, database->sealer, random);
    rocksdb::Options settings = storage::make_rocksdb_settings(true);
    settings.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    must(rocksdb::DB::Open(settings, (directory / "raw").string(), &opened).ok(),
         "opening the baseline's database");
    const std::unique_ptr<rocksdb::DB> raw(opened);
    const storage::write_batch model = make_acceptance(outbox, "model");

    std::printf("%10s %14s %14s %8s %18s\n", "submitters", "rocksdb/s", "accepted/s", "ratio",
                "accepted per sync");
    for (int threads : {1, 8, 64}) {
      const double baseline = measure(threads, [&](const std::string& name) {
        rocksdb::WriteBatch batch;
        for (const auto& operation : model.operations())
          must(batch.Put(name + operation.key, *operation.value).ok(), "the baseline's batch");
        rocksdb::WriteOptions writing;
        writing.sync = true;
        must(raw->Write(writing, &batch).ok(), "the baseline's write");
      });
      const std::uint64_t before = database->store->commits();
      const double ours = measure(threads, [&](const std::string& name) {
        must(database->store->write(make_acceptance(outbox, name), storage::sync::yes).has_value(),
             "accepting");
      });
      const auto syncs = static_cast<double>(std::max<std::uint64_t>(database->store->commits() - before, 1));
      std::printf("%10d %14.0f %14.0f %8.2f %18.1f\n", threads, baseline, ours, ours / baseline,
                  ours * std::chrono::duration<double>(run_time).count() / syncs);
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return 0;
}
