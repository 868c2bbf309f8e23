// rooms: storage domain core
/// Durable acceptances a second, from 1, 8 and 64 submitters at once, beside raw RocksDB synced writes from
/// as many threads, in the same run on the same disk: of rows with the same keys and bytes, made beforehand.
/// Promise: at least 0.8 of them; how many acceptances share a sync, and the processor time of each, is
/// shown. Both take turns, and the quicker of the turns of each counts.
///
/// Usage: accepts [directory]   (default: the system's temporary directory)
#include "domain/batch_planner.hpp"
#include "storage/bot_database.hpp"
#include "storage/outbox_table.hpp"
#include "storage/rocksdb_settings.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace isacbot;
using steady = std::chrono::steady_clock;

constexpr int rounds = 3;
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

struct rate {
  double a_second = 0;
  double processor = 0; ///< microseconds each, of all threads
};

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// Each thread writes so many, one after another.
rate measure(int threads, int each, const std::function<void(int thread, int n)>& write) {
  const auto begin = steady::now();
  const double before = processor_seconds();
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread)
    running.emplace_back([&, thread] {
      for (int n = 0; n < each; ++n)
        write(thread, n);
    });
  for (std::thread& thread : running)
    thread.join();
  const double total = static_cast<double>(threads) * each;
  return {total / std::chrono::duration<double>(steady::now() - begin).count(),
          (processor_seconds() - before) / total * 1e6};
}

std::string name_of(std::string_view prefix, int round, int threads, int thread, int n) {
  return std::string(prefix) + std::to_string(round) + "." + std::to_string(threads) + "." +
         std::to_string(thread) + "." + std::to_string(n);
}

void keep_quicker(rate& best, const rate& other) {
  if (other.a_second > best.a_second)
    best = other;
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

    std::printf("%10s %14s %14s %8s %18s %26s\n", "submitters", "rocksdb/s", "accepted/s", "ratio",
                "accepted per sync", "processor us, rocksdb/ours");
    for (const auto& [threads, each] : {std::pair{1, 400}, std::pair{8, 1'000}, std::pair{64, 200}}) {
      rate baseline;
      rate ours;
      std::uint64_t syncs = 0;
      for (int round = 0; round < rounds; ++round) {
        std::vector<storage::write_batch> made;
        for (int thread = 0; thread < threads; ++thread)
          for (int n = 0; n < each; ++n)
            made.push_back(make_acceptance(outbox, name_of("raw", round, threads, thread, n)));
        keep_quicker(baseline, measure(threads, each, [&, each = each](int thread, int n) {
                       rocksdb::WriteBatch batch;
                       for (const auto& row : made[static_cast<std::size_t>(thread * each + n)].operations())
                         must(batch.Put(static_cast<char>(row.where) + row.key, *row.value).ok(),
                              "the baseline's batch");
                       rocksdb::WriteOptions writing;
                       writing.sync = true;
                       must(raw->Write(writing, &batch).ok(), "the baseline's write");
                     }));
        const std::uint64_t before = database->store->commits();
        keep_quicker(ours, measure(threads, each, [&, threads = threads](int thread, int n) {
                       const storage::write_batch batch =
                           make_acceptance(outbox, name_of("ours", round, threads, thread, n));
                       must(database->store->write(batch, storage::sync::yes).has_value(), "accepting");
                     }));
        syncs += database->store->commits() - before;
      }
      std::printf("%10d %14.0f %14.0f %8.2f %18.1f %15.0f /%9.0f\n", threads, baseline.a_second,
                  ours.a_second, ours.a_second / baseline.a_second,
                  static_cast<double>(rounds) * threads * each / static_cast<double>(syncs),
                  baseline.processor, ours.processor);
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return 0;
}
