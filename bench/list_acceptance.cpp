// rooms: storage domain core
/// A large list, from bytes in a file to durably accepted, beside its baselines in the same run:
///   extraction  the same bytes through observables::extract, 64 KiB at a time, nothing else
///   reading     the same file through the reader of lists, items thrown away
///   write       a raw RocksDB WriteBatch for each of the same packed chunks, one synced at the end
/// and the memory it grows by. Promise: at least half as fast as the slower of extraction and write; under
/// 64 MiB. As in the service a list is read, staged and written on three threads, a step ahead of each other
/// at most; the baselines have one. Everything is done several times in turn, each time into a fresh
/// database, and the quickest of each counts: what else the machine does makes single runs slower.
///
///   list_acceptance [--lines N] [--rounds N] [--directory DIR]
#include "domain/lists/list_file_reader.hpp"
#include "observables/observables.hpp"
#include "storage/bot_database.hpp"
#include "storage/outbox_table.hpp"
#include "storage/rocksdb_settings.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace isacbot;
using steady = std::chrono::steady_clock;

/// What something took. Processor time counts all threads of this process and nobody else's.
struct cost {
  double wall = 0;
  double processor = 0;
  cost& operator+=(const cost& other) {
    wall += other.wall;
    processor += other.processor;
    return *this;
  }
};

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

cost cost_of(const std::function<void()>& work) {
  const auto begin = steady::now();
  const double before = processor_seconds();
  work();
  return {std::chrono::duration<double>(steady::now() - begin).count(), processor_seconds() - before};
}

void must(bool holds, const char* what) {
  if (holds)
    return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

/// A field of /proc/self/status, in KiB.
long memory(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field))
      return std::atol(line.c_str() + std::strlen(field));
  return 0;
}

/// Addresses, links, hashes and mail addresses, one a line; one in twenty came before.
void write_list(const std::filesystem::path& path, std::size_t lines) {
  std::ofstream out(path, std::ios::binary);
  std::mt19937_64 random(1);
  char line[160];
  std::vector<std::string> before(1'000, "198.51.99.7");
  for (std::size_t i = 0; i < lines; ++i) {
    const std::uint64_t r = random();
    const auto a = static_cast<unsigned>(r >> 8U & 0xFFU);
    const auto b = static_cast<unsigned>(r >> 16U & 0xFFU);
    const auto c = static_cast<unsigned>(r >> 24U & 0xFFU);
    if (i % 20 == 19) {
      out << before[r % before.size()] << '\n';
      continue;
    }
    switch (i % 5) {
    case 0:
    case 1:
      std::snprintf(line, sizeof line, "%u.%u.%u.%u", 11 + a % 100, b, c,
                    1 + static_cast<unsigned>(r & 0x7FU));
      break;
    case 2:
      std::snprintf(line, sizeof line, "http://host%llx.example-%u.com/path/%u",
                    static_cast<unsigned long long>(r), a, b);
      break;
    case 3:
      std::snprintf(line, sizeof line, "%016llx%016llx%016llx%016llx", static_cast<unsigned long long>(r),
                    static_cast<unsigned long long>(random()), static_cast<unsigned long long>(random()),
                    static_cast<unsigned long long>(random()));
      break;
    default:
      std::snprintf(line, sizeof line, "mail%llx[at]sender%u[.]net", static_cast<unsigned long long>(r), a);
    }
    before[r % before.size()] = line;
    out << line << '\n';
  }
}

/// The file in pieces, as a socket or a download gives them.
template <class Take>
void feed(const std::filesystem::path& path, Take take) {
  std::ifstream in(path, std::ios::binary);
  std::string piece(64 << 10, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0)
    take(std::string_view(piece.data(), static_cast<std::size_t>(in.gcount())));
}

/// A thread that does one thing after another, and takes so many ahead.
class worker {
 public:
  explicit worker(std::size_t ahead) : ahead_(ahead), thread_([this] { run(); }) {}
  ~worker() {
    post(nullptr);
    thread_.join();
  }
  void post(std::function<void()> work) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return line_.size() < ahead_; });
    line_.push_back(std::move(work));
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return line_.empty(); });
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return !line_.empty(); });
      if (!line_.front())
        return;
      lock.unlock();
      line_.front()(); // stays in line until it is done
      lock.lock();
      line_.pop_front();
      changed_.notify_all();
    }
  }

  std::size_t ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> line_;
  std::thread thread_;
};

constexpr std::size_t items_at_once = 1'000;

struct acceptance {
  cost took;
  cost adding; ///< of it, until the last item
  domain::counts counts;
  std::size_t parts = 0;
};

acceptance accept(const std::filesystem::path& list, storage::bot_database& database, random_source& random,
                  const std::string& name) {
  storage::outbox_table outbox(*database.store, database.sealer, random);
  acceptance done;
  done.took = cost_of([&] {
    const sys_time now = system_clock{}.now();
    worker writing(3);
    auto stage = outbox.open_stage(
        submission_id{name}, enclave_id{"00000000-0000-0000-0000-000000000001"}, now,
        now - std::chrono::hours{24}, {}, [&](storage::write_batch&& batch) -> result<void> {
          auto shared = std::make_shared<storage::write_batch>(std::move(batch));
          writing.post([&, shared] {
            must(database.store->write(*shared, storage::sync::no).has_value(), "staging");
          });
          return {};
        });
    std::vector<domain::list_item> items;
    done.adding = cost_of([&] {
      worker staging(2);
      auto hand_on = [&] {
        auto shared = std::make_shared<std::vector<domain::list_item>>(std::exchange(items, {}));
        items.reserve(items_at_once);
        staging.post([&, shared] { must(stage->add(std::span(*shared)).has_value(), "staging"); });
      };
      domain::list_file_reader reader({}, [&](domain::list_item&& item) -> result<void> {
        items.push_back(std::move(item));
        if (items.size() == items_at_once)
          hand_on();
        return {};
      });
      feed(list, [&](std::string_view piece) { must(reader.feed(piece).has_value(), "reading"); });
      must(reader.finish().has_value(), "reading");
      hand_on();
      staging.wait();
    });
    writing.wait();
    while (true) {
      const result<bool> last = stage->close_some();
      must(last.has_value(), "closing");
      writing.wait();
      if (*last)
        break;
    }
    domain::receipt receipt;
    receipt.submission.id = stage->id();
    receipt.submission.who = {team_id{"T1"}, user_id{"U1"}};
    receipt.submission.enclave = stage->enclave();
    receipt.submission.created = now;
    receipt.submission.request_key = name;
    receipt.counts = done.counts = stage->totals().counts;
    receipt.types = stage->totals().types;
    storage::write_batch batch;
    const auto parts = outbox.append(batch, receipt, *stage);
    must(parts.has_value(), "accepting");
    done.parts = parts->size();
    must(database.store->write(batch, storage::sync::yes).has_value(), "writing");
  });
  return done;
}

/// The values that an acceptance left, written once more: rows by rows, prints by the batches they came in.
cost raw_write(const storage::kv_store& store, const std::filesystem::path& path, std::size_t& bytes) {
  rocksdb::Options settings = storage::make_rocksdb_settings(true);
  settings.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  must(rocksdb::DB::Open(settings, path.string(), &opened).ok(), "opening the baseline's database");
  const std::unique_ptr<rocksdb::DB> raw(opened);
  cost took;
  rocksdb::WriteBatch batch;
  std::size_t rows = 0;
  auto flush = [&](bool synced) {
    rocksdb::WriteOptions writing;
    writing.sync = synced;
    took += cost_of([&] { must(raw->Write(writing, &batch).ok(), "the baseline's write"); });
    batch.Clear();
    rows = 0;
  };
  for (const auto& [where, at_once] : {std::pair{storage::tables::part_rows, std::size_t{1}},
                                       std::pair{storage::tables::accepted_run_pages, std::size_t{64}}}) {
    const auto scanned = store.scan(where, {}, {}, [&](std::string_view key, std::string_view value) {
      const std::string full = std::string(1, static_cast<char>(where)).append(key);
      must(batch.Put(full, rocksdb::Slice(value.data(), value.size())).ok(), "the baseline's batch");
      bytes += full.size() + value.size();
      if (++rows == at_once)
        flush(false);
      return true;
    });
    must(scanned.has_value(), "reading what was accepted");
  }
  flush(true);
  return took;
}

/// The quickest of several.
void keep(cost& best, const cost& took) {
  if (best.wall == 0 || took.wall < best.wall)
    best = took;
}

struct results {
  cost accepted, adding, again, extraction, reading, write;
  acceptance first;
  long growth = 0; ///< KiB, at most
  std::size_t packed = 0;
  std::uint64_t found = 0;
  std::uint64_t items = 0;
};

/// @param directory  for the databases of this round
void measure(const std::filesystem::path& list, const std::filesystem::path& directory, results& best) {
  system_random random;
  storage::rocksdb_options options;
  options.path = directory / "bot";
  auto database = storage::open_bot_database(options, {secret(std::string(32, 'k'))}, random);
  must(database.has_value(), "opening the database");

  // First, so that nobody else's memory is counted.
  std::ofstream("/proc/self/clear_refs") << "5"; // the peak begins anew
  const long before = memory("VmRSS:");
  best.first = accept(list, *database, random, "first");
  best.growth = std::max(best.growth, memory("VmHWM:") - before);
  keep(best.accepted, best.first.took);
  keep(best.adding, best.first.adding);
  best.packed = 0;
  keep(best.write, raw_write(*database->store, directory / "raw", best.packed));
  const acceptance again = accept(list, *database, random, "second"); // every value known by now
  keep(best.again, again.took);
  must(best.first.counts.add_up() && again.counts.accepted == 0, "the counts");

  best.items = 0;
  keep(best.reading, cost_of([&] {
         domain::list_file_reader reader({}, [&](domain::list_item&&) -> result<void> {
           ++best.items;
           return {};
         });
         feed(list, [&](std::string_view piece) { must(reader.feed(piece).has_value(), "reading"); });
         must(reader.finish().has_value(), "reading");
       }));
  best.found = 0;
  keep(best.extraction, cost_of([&] {
         std::string rest;
         feed(list, [&](std::string_view piece) {
           rest += piece;
           const std::size_t end = rest.rfind('\n') + 1;
           best.found += observables::extract(std::string_view(rest).substr(0, end)).size();
           rest.erase(0, end);
         });
       }));
}

void print(const results& best, std::size_t lines, const std::filesystem::path& list) {
  std::printf("%zu lines, %.1f MB; %llu accepted, %llu merged, %zu parts (calls; at least %llu)\n", lines,
              static_cast<double>(std::filesystem::file_size(list)) / 1e6,
              static_cast<unsigned long long>(best.first.counts.accepted),
              static_cast<unsigned long long>(best.first.counts.merged), best.first.parts,
              static_cast<unsigned long long>((best.first.counts.accepted + 9'999) / 10'000));
  const auto show = [&](const char* what, const cost& took) {
    std::printf("%-40s %7.3f s, processor %7.3f s, %9.0f lines/s\n", what, took.wall, took.processor,
                static_cast<double>(lines) / took.wall);
  };
  show("accepted, durably", best.accepted);
  show("  until the last item", best.adding);
  show("accepted again, every value known", best.again);
  show("extraction alone", best.extraction);
  show("reading alone", best.reading);
  show("raw WriteBatch of the same chunks", best.write);
  std::printf("(%llu found, %llu items, %.1f MB packed)\n", static_cast<unsigned long long>(best.found),
              static_cast<unsigned long long>(best.items), static_cast<double>(best.packed) / 1e6);
  std::printf("ratio to the slower of extraction and write: %.2f, by processor time %.2f (promise: 0.5)\n",
              std::max(best.extraction.wall, best.write.wall) / best.accepted.wall,
              std::max(best.extraction.processor, best.write.processor) / best.accepted.processor);
  std::printf("memory grew by %.1f MiB (promise: under 64)\n", static_cast<double>(best.growth) / 1024);
}

} // namespace

int main(int argc, char** argv) {
  std::size_t lines = 1'000'000;
  std::size_t rounds = 3;
  std::filesystem::path parent = std::filesystem::temp_directory_path();
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string_view(argv[i]) == "--lines")
      lines = static_cast<std::size_t>(std::atoll(argv[i + 1]));
    else if (std::string_view(argv[i]) == "--rounds")
      rounds = static_cast<std::size_t>(std::atoll(argv[i + 1]));
    else if (std::string_view(argv[i]) == "--directory")
      parent = argv[i + 1];
  }
  std::string pattern = (parent / "list-acceptance-XXXXXX").string();
  must(mkdtemp(pattern.data()) != nullptr, "making a directory");
  const std::filesystem::path directory = pattern;
  const std::filesystem::path list = directory / "list.txt";
  write_list(list, lines);
  results best;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::filesystem::path scratch = directory / std::to_string(round);
    std::filesystem::create_directory(scratch);
    measure(list, scratch, best);
    std::filesystem::remove_all(scratch);
  }
  print(best, lines, list);
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return 0;
}
