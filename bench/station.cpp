// rooms: station storage protocol
/// Station with many observables, beside RocksDB reading or writing the same rows by itself, in the same run,
/// on the same disk. The promises: metadata of 1,000 values within 5 times the raw gets, a search for a
/// substring with at most 10,000 hits within 20 times the raw read of its hits, a submission of 10,000 rows
/// within 3 times the raw synced write of the same keys, and less than 300 MB of memory.
///
/// Usage: station [--reports N] [directory]   (10,000 reports of 10 values each; the promises are about
/// 100,000)
#include "core/bytes.hpp"
#include "station/accounts.hpp"
#include "station/index_queue.hpp"
#include "station/indexer.hpp"
#include "station/indicator_reader.hpp"
#include "station/keys.hpp"
#include "station/report_reader.hpp"
#include "station/report_writer.hpp"
#include "station/service.hpp"
#include "station/submission_log.hpp"
#include "storage/rocksdb_settings.hpp"
#include "storage/rocksdb_store.hpp"
#include "support/store_in_front.hpp"

#include <boost/json/parse.hpp>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace isacbot;
using steady = std::chrono::steady_clock;

constexpr int values_per_report = 10;
constexpr int repetitions = 7;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "station: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T need(result<T> r) {
  if (!r)
    give_up(to_string(r.error()));
  if constexpr (!std::is_void_v<T>)
    return std::move(*r);
}

double ms_since(steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady::now() - begin).count();
}

/// The best of several runs, in milliseconds: what else the machine does meanwhile does not count.
double measure(const std::function<void()>& work, int times = repetitions) {
  std::vector<double> all;
  for (int i = 0; i < times; ++i) {
    auto begin = steady::now();
    work();
    all.push_back(ms_since(begin));
  }
  return *std::min_element(all.begin(), all.end());
}

/// A field of /proc/self/status in MB.
double memory_mb(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field))
      return std::stod(line.substr(std::strlen(field) + 1)) / 1024;
  return 0;
}

/// A store that also keeps what is written through it.
class recording_store final : public test::store_in_front {
 public:
  using store_in_front::store_in_front;
  std::vector<storage::write_batch> written;
  bool recording = false;

  std::vector<result<void>> write_group(std::span<const storage::write_batch> batches,
                                        storage::sync s) override {
    if (recording)
      written.insert(written.end(), batches.begin(), batches.end());
    return inner().write_group(batches, s);
  }
};

std::string word(std::mt19937_64& dice, int letters) {
  std::string out;
  for (int i = 0; i < letters; ++i)
    out.push_back("abcdefghijklmnopqrstuvwxyz0123456789"[dice() % 36]);
  return out;
}

/// Every n-th value, and every n-th report, carries a word, so that there are terms of every frequency.
std::string rare_words(std::uint64_t i) {
  struct rare {
    std::uint64_t every;
    const char* word;
  };
  std::string out;
  for (const rare& r : {rare{100, "-q7hundred"}, rare{1'000, "-q7thousand"}, rare{10'000, "-q7myriad"}})
    if (i % r.every == 0)
      out += r.word;
  return out;
}

std::string make_value(std::mt19937_64& dice, std::uint64_t i) {
  switch (i % 5) {
  case 0:
    return word(dice, 8) + rare_words(i) + ".evil-example.net";
  case 1:
    return "http://" + word(dice, 6) + ".evil-example.org/" + word(dice, 10);
  case 2: {
    std::string digest = sha256(word(dice, 12));
    return to_hex(std::as_bytes(std::span(digest)));
  }
  case 3:
    return word(dice, 7) + "@" + word(dice, 8) + ".evil-example.com";
  default:
    return std::to_string(dice() % 80 + 11) + "." + std::to_string(dice() % 256) + "." +
           std::to_string(dice() % 256) + "." + std::to_string(dice() % 254 + 1);
  }
}

struct bench {
  std::filesystem::path directory;
  std::uint64_t reports;
  system_clock time{};
  system_random random{};
  std::unique_ptr<storage::rocksdb_store> disk{};
  std::unique_ptr<recording_store> store{};
  std::unique_ptr<station::service> service{};
  station::enclave where{};
  std::string basic{}; ///< credentials
  std::string bearer{};
  std::vector<std::string> sample{}; ///< values to ask for
  bool kept = true;                  ///< all promises

  void open(bool synced) {
    service.reset();
    store.reset();
    disk.reset();
    storage::rocksdb_options options;
    options.path = directory / "station";
    options.cache_bytes = std::size_t{40} << 20U; // as the service has it
    options.sabotage.skip_sync = !synced;
    disk = need(storage::rocksdb_store::open(options));
    store = std::make_unique<recording_store>(*disk);
  }

  void build() {
    open(false); // only the measured submission waits for the disk
    station::report_writer writer(*store);
    station::indexer indexing(*store, time, {});
    std::mt19937_64 dice(7);
    auto begin = steady::now();
    std::uint64_t number = 0;
    for (std::uint64_t r = 0; r < reports; ++r) {
      station::report_content content;
      content.what.title = "Report " + std::to_string(r) + rare_words(r);
      std::string body = "Seen by " + word(dice, 6) + " at " + word(dice, 9) +
                         " during the incident, reported by the members of the community.\n";
      for (int v = 0; v < values_per_report; ++v, ++number) {
        std::string value = make_value(dice, number);
        if (sample.size() < 100'000 && dice() % 10 == 0)
          sample.push_back(value);
        body += "* " + value + "\n";
      }
      body += "* shared" + std::to_string(r % 1'000) + ".evil-example.net\n";
      content.what.body = body;
      content.observables = station::find_observables(body, {});
      need(writer.add(where, std::move(content), random_uuid(random), time.now()));
      indexing.notice();
      if (r % 1'024 == 1'023)
        while (need(indexing.work()))
          ;
      if (r % 10'000 == 9'999)
        std::fprintf(stderr, "%llu reports after %.0f s\n", static_cast<unsigned long long>(r + 1),
                     ms_since(begin) / 1'000);
    }
    while (need(indexing.work()))
      ;
    std::printf("built %llu reports, %llu observables in %.0f s\n", static_cast<unsigned long long>(reports),
                static_cast<unsigned long long>(number), ms_since(begin) / 1'000);
  }

  /// The one enclave and its one user.
  void found() {
    open(true);
    station::accounts people(*store, time, random, {4, 8, 1});
    auto who = need(people.add_user("bench", ""));
    where = need(people.add_enclave("bench", "INTERNAL"));
    need(people.grant(who.key, where.id, station::access::full));
    basic = "Basic " + to_base64(who.key + ":" + std::string(who.secret.reveal()));
  }

  void serve() {
    open(true);
    station::service_settings settings;
    settings.calls_per_minute = 0;
    settings.secret_cost = {4, 8, 1};
    settings.token_life = std::chrono::hours(24);
    service = std::make_unique<station::service>(*store, time, random, settings);
    auto token = service->handle(
        {"POST", "/oauth/token?grant_type=client_credentials", {{"Authorization", basic}}, ""});
    bearer = "Bearer " + std::string(boost::json::parse(token.body).at("access_token").as_string());
  }

  std::string ask(const std::string& method, const std::string& path, const std::string& body) {
    auto answer = service->handle({method, "/api/1.3" + path, {{"Authorization", bearer}}, body});
    if (answer.status != 200)
      give_up(path + ": " + answer.body);
    return std::move(answer.body);
  }

  static std::string row_key(storage::table t, const std::string& key) {
    return std::string(1, static_cast<char>(t)) + key;
  }

  double measure_raw_gets(const std::vector<std::string>& keys) {
    return measure([&] {
      std::string value;
      for (const std::string& key : keys)
        if (!disk->database().Get(rocksdb::ReadOptions(), key, &value).ok())
          give_up("a row is missing");
    });
  }

  void show(const std::string& what, std::size_t rows, double ours, double raw, double promised) {
    double ratio = ours / raw;
    kept = kept && (promised == 0 || ratio <= promised);
    std::printf("%-44s %8zu %10.2f ms %10.2f ms %7.1f", what.c_str(), rows, ours, raw, ratio);
    if (promised > 0)
      std::printf("   promised %.0f%s", promised, ratio <= promised ? "" : "  MISSED");
    std::printf("\n");
    std::fflush(stdout);
  }

  std::string key_of(const station::indicator_hit& hit) const {
    return row_key(station::tables::indicators, station::keys::indicator(where.number, hit.value, hit.type));
  }

  void run_metadata() {
    std::mt19937_64 dice(11);
    std::string body = "[";
    std::vector<std::string> keys;
    for (int i = 0; i < 1'000; ++i) {
      const std::string& value = sample[dice() % sample.size()];
      body += std::string(i == 0 ? "" : ",") + R"({"value":")" + value + R"("})";
      auto known = need(station::read_metadata(*store, {&where, 1}, value, ""));
      keys.push_back(key_of({known.at(0).type, value, {}}));
    }
    body += "]";
    double ours = measure([&] { ask("POST", "/indicators/metadata", body); });
    show("metadata of values", keys.size(), ours, measure_raw_gets(keys), 5);
  }

  void run_indicator_search(const std::string& term) {
    station::indicator_query query;
    query.terms = station::search_terms(term);
    query.to = time.now() + std::chrono::hours(1);
    auto hits = need(station::search_indicators(*store, {&where, 1}, query));
    if (hits.empty())
      return;
    std::vector<std::string> keys;
    for (const auto& hit : hits)
      keys.push_back(key_of(hit));
    double ours =
        measure([&] { ask("POST", "/indicators/search?from=0", R"({"searchTerm": ")" + term + R"("})"); });
    bool common = hits.size() >= trustar::max_reachable_results;
    show("indicators with \"" + term + "\"" + (common ? " (stops)" : ""), hits.size(), ours,
         measure_raw_gets(keys), 20);
  }

  void run_report_search(const std::string& term) {
    station::report_query query;
    query.terms = station::search_terms(term);
    query.to = time.now() + std::chrono::hours(1);
    auto hits = need(station::search_reports(*store, {&where, 1}, query));
    if (hits.empty())
      return;
    std::vector<std::string> keys;
    for (const auto& hit : hits)
      keys.push_back(row_key(station::tables::reports, station::keys::text(hit.id)));
    double ours =
        measure([&] { ask("POST", "/reports/search?from=0", R"({"searchTerm": ")" + term + R"("})"); });
    bool common = hits.size() >= trustar::max_reachable_results;
    show("reports with \"" + term + "\"" + (common ? " (stops)" : ""), hits.size(), ours,
         measure_raw_gets(keys), 20);
  }

  void run_correlated() {
    const std::string value = "shared7.evil-example.net";
    auto hits = need(station::find_correlated(*store, {&where, 1}, {{"URL", value, false}}));
    std::vector<std::string> keys;
    for (const auto& hit : hits) {
      keys.push_back(
          row_key(station::tables::reports_of_value,
                  station::keys::report_of_value(where.number, value, "URL", hit.updated, hit.id)));
      if (keys.size() < 2 * 100)
        keys.push_back(row_key(station::tables::reports, station::keys::text(hit.id)));
    }
    double ours = measure([&] { ask("GET", "/reports/correlated?pageSize=100&indicators=" + value, ""); });
    show("correlated reports, a page of 100", hits.size(), ours, measure_raw_gets(keys), 0);
  }

  /// How far indexing is behind while two clients submit without a pause, as a status would tell.
  void run_lag() {
    std::atomic<bool> done{false};
    std::thread indexing([&] {
      while (!done.load())
        if (!need(service->index_some()))
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    std::mutex mutex;
    std::deque<std::pair<std::string, steady::time_point>> waiting;
    std::vector<double> lags;
    std::thread watching([&] {
      for (bool empty = false; !done.load() || !empty;) {
        std::unique_lock lock(mutex);
        empty = waiting.empty();
        auto first = empty ? std::pair<std::string, steady::time_point>() : waiting.front();
        lock.unlock();
        auto record = empty ? std::nullopt : need(station::find_submission(*store, first.first));
        if (record &&
            need(station::find_place(*store, record->id, record->order)) == station::queue_place::done) {
          lags.push_back(ms_since(first.second));
          lock.lock();
          waiting.pop_front();
        } else {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
      }
    });
    std::atomic<int> rows{0};
    auto begin = steady::now();
    auto submit = [&](unsigned seed) {
      std::mt19937_64 dice(seed);
      while (ms_since(begin) < 10'000) {
        std::string body = R"({"enclaveIds": [")" + where.id + R"("], "content": [)";
        for (std::uint64_t i = 0; i < 1'000; ++i)
          body += std::string(i == 0 ? "" : ",") + R"({"value": ")" + make_value(dice, i * 7 + 1) + R"("})";
        auto answer =
            service->handle({"POST", "/api/1.3/indicators", {{"Authorization", bearer}}, body + "]}"});
        if (answer.status != 200)
          give_up("a submission under load: " + answer.body);
        std::lock_guard lock(mutex);
        waiting.emplace_back(std::string(answer.headers.find("Submission-Id").value()), steady::now());
        rows += 1'000;
      }
    };
    std::thread second(submit, 31);
    submit(37);
    second.join();
    double seconds = ms_since(begin) / 1'000;
    while (need(service->index_some()))
      ;
    done = true;
    indexing.join();
    watching.join();
    std::sort(lags.begin(), lags.end());
    double worst = lags.empty() ? 0 : lags.back();
    kept = kept && worst <= 2'000;
    std::printf("index behind, two clients submitting %.0f rows/s: %.0f ms in the middle, %.0f ms at most "
                "(promised: 2,000)\n",
                rows / seconds, lags.empty() ? 0 : lags[lags.size() / 2], worst);
  }

  void run_submission() {
    rocksdb::Options settings = storage::make_rocksdb_settings(true);
    settings.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    if (!rocksdb::DB::Open(settings, (directory / "raw").string(), &opened).ok())
      give_up("the raw database cannot be opened");
    std::unique_ptr<rocksdb::DB> raw(opened);
    std::mt19937_64 dice(13);
    std::vector<double> answered, indexed, written;
    std::size_t keys = 0;
    for (int run = 0; run < 7; ++run) {
      std::string body = R"({"enclaveIds": [")" + where.id + R"("], "content": [)";
      for (std::uint64_t i = 0; i < 10'000; ++i)
        body += std::string(i == 0 ? "" : ",") + R"({"value": ")" + make_value(dice, i * 7 + 1) + R"("})";
      body += "]}";
      store->written.clear();
      store->recording = true;
      auto begin = steady::now();
      ask("POST", "/indicators", body);
      answered.push_back(ms_since(begin));
      while (need(service->index_some()))
        ;
      indexed.push_back(ms_since(begin));
      store->recording = false;
      rocksdb::WriteBatch batch;
      for (const auto& part : store->written)
        for (const auto& change : part.operations())
          if (change.value)
            (void)batch.Put(row_key(change.where, change.key), *change.value);
      keys = static_cast<std::size_t>(batch.Count());
      rocksdb::WriteOptions writing;
      writing.sync = true;
      begin = steady::now();
      if (!raw->Write(writing, &batch).ok())
        give_up("the raw write failed");
      written.push_back(ms_since(begin));
    }
    auto best = [](const std::vector<double>& all) { return *std::min_element(all.begin(), all.end()); };
    double base = best(written);
    show("10,000 new rows, until the answer", keys, best(answered), base, 3);
    show("10,000 new rows, until they are indexed", keys, best(indexed), base, 0);
  }
};

} // namespace

int main(int argc, char** argv) {
  std::filesystem::path parent = std::filesystem::temp_directory_path();
  std::uint64_t reports = 10'000;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--reports" && i + 1 < argc)
      reports = std::stoull(argv[++i]);
    else
      parent = argv[i];
  }
  std::string pattern = (parent / "station-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    give_up("cannot create a directory in " + parent.string());
  bool kept = false;
  {
    bench b{pattern, reports};
    b.found();
    b.build();
    b.serve();
    std::printf("%-44s %8s %13s %13s %7s\n", "", "rows", "station", "rocksdb", "ratio");
    b.run_metadata();
    for (const char* term : {"q7myriad", "q7thousand", "q7hundred", ".evil-example.or"})
      b.run_indicator_search(term);
    for (const char* term : {"q7myriad", "q7thousand", "q7hundred", "incident, rep"})
      b.run_report_search(term);
    b.run_correlated();
    b.run_submission();
    b.run_lag();
    double peak = memory_mb("VmHWM:");
    b.kept = b.kept && peak < 300;
    std::printf("memory: %.0f MB now, %.0f MB at most, building included (promised: below 300)\n",
                memory_mb("VmRSS:"), peak);
    kept = b.kept;
  }
  std::error_code ignored;
  std::filesystem::remove_all(pattern, ignored);
  return kept ? 0 : 3;
}
