/// Backups: whole or refused, and a replacement that can stop anywhere.
#include "storage/backup.hpp"

#include "storage/kv_store.hpp"
#include "storage/process_lock.hpp"
#include "storage/rocksdb_store.hpp"
#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

using namespace isacbot;
using namespace isacbot::storage;

namespace fs = std::filesystem;

namespace {

constexpr table numbers{7};

std::string text_of(int n) {
  std::string text = std::to_string(n);
  return std::string(8 - text.size(), '0') + text;
}

std::unique_ptr<rocksdb_store> open_at(const fs::path& path) {
  rocksdb_options options;
  options.path = path;
  auto opened = rocksdb_store::open(options);
  INFO(path << (opened ? "" : to_string(opened.error())));
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

void put(rocksdb_store& store, int from, int to) {
  for (int n = from; n < to; ++n)
    REQUIRE(store.write(write_batch().put(numbers, text_of(n), "value " + text_of(n)), storage::sync::no));
}

using content = std::map<std::string, std::string>;

content read(const rocksdb_store& store) {
  content all;
  REQUIRE(store.scan(numbers, {}, {}, [&](auto key, auto value) {
    all.emplace(key, value);
    return true;
  }));
  return all;
}

content read_at(const fs::path& path) {
  return read(*open_at(path));
}

std::vector<fs::path> files_below(const fs::path& path) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file())
      files.push_back(entry.path());
  return files;
}

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void spill(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

} // namespace

TEST_CASE("a backup made while others write is one state, and comes back as it was", "[storage][backup]") {
  test::temp_dir dir;
  auto store = open_at(dir / "db");
  put(*store, 0, 2'000);
  std::atomic<bool> stop{false};
  std::atomic<int> written{2'000};
  std::thread writer([&] {
    while (!stop && written < 200'000) {
      if (!store->write(write_batch().put(numbers, text_of(written), "value " + text_of(written)),
                        storage::sync::no))
        break;
      ++written;
    }
  });
  int before = written;
  std::uint64_t size = back_up(*store, dir / "backup").value();
  int after = written;
  stop = true;
  writer.join();
  CHECK(size > 0);
  REQUIRE(verify_backup(dir / "backup"));
  REQUIRE(unpack_backup(dir / "backup", dir / "fresh"));
  content restored = read_at(dir / "fresh");
  // Everything from before the beginning, and no hole in what came later.
  CHECK(restored.size() >= static_cast<std::size_t>(before));
  CHECK(restored.size() <= static_cast<std::size_t>(after) + 1);
  CHECK(restored.rbegin()->first == text_of(static_cast<int>(restored.size()) - 1));
}

TEST_CASE("a damaged backup is refused, whichever file it is", "[storage][backup]") {
  test::temp_dir dir;
  content original;
  {
    auto store = open_at(dir / "db");
    put(*store, 0, 500);
    REQUIRE(back_up(*store, dir / "backup"));
    original = read(*store);
  }
  REQUIRE(verify_backup(dir / "backup"));
  CHECK(verify_backup(dir / "nothing").error().code == ec::not_found);
  int refused = 0;
  auto files = files_below(dir / "backup");
  REQUIRE(files.size() >= 4);
  for (const fs::path& file : files) {
    INFO(file);
    const std::string whole = slurp(file);
    for (const std::string& broken :
         {whole.substr(0, whole.size() / 2), whole + "x", std::string(whole.size(), '\0'), std::string()}) {
      if (broken == whole)
        continue;
      spill(file, broken);
      if (verify_backup(dir / "backup")) { // its list of files carries a time and the like, which is no data
        fs::remove_all(dir / "fresh");
        REQUIRE(unpack_backup(dir / "backup", dir / "fresh"));
        CHECK(read_at(dir / "fresh") == original);
      } else {
        ++refused;
      }
    }
    fs::remove(file);
    CHECK(verify_backup(dir / "backup").has_error());
    spill(file, whole);
  }
  CHECK(refused >= static_cast<int>(files.size()) * 3);
  CHECK(verify_backup(dir / "backup"));
}

TEST_CASE("a replacement that stops at any move is refused until it is done again", "[storage][backup]") {
  for (int failing = 0;; ++failing) {
    test::temp_dir dir;
    fs::path place = dir / "db";
    {
      auto source = open_at(dir / "source");
      put(*source, 0, 50);
      REQUIRE(back_up(*source, dir / "backup"));
      auto store = open_at(place);
      put(*store, 100, 110);
    }
    spill(place / "isacbot.toml", "no file of the database"); // stays
    fs::create_directory(place / "station");
    spill(place / "station" / "CURRENT", "another database");
    content old = read_at(place);

    auto lock = process_lock::acquire(place / "isacbot.lock");
    REQUIRE(lock.has_value());
    int moves = 0;
    auto replace = [&](bool may_fail, const char* aside) -> result<void> {
      fs::remove_all(place / "fresh");
      if (auto unpacked = unpack_backup(dir / "backup", place / "fresh"); !unpacked)
        return unpacked;
      database_replacement replacement(place, place / "fresh", place / aside,
                                       [&](const auto& from, const auto& to) {
                                         if (may_fail && moves++ == failing)
                                           return std::make_error_code(std::errc::io_error);
                                         std::error_code code;
                                         fs::rename(from, to, code);
                                         return code;
                                       });
      if (auto begun = replacement.begin(); !begun)
        return begun;
      if (auto moved = replacement.move(); !moved)
        return moved;
      return replacement.end();
    };
    auto first = replace(true, "replaced-1");
    if (first) { // it has fewer moves than that
      CHECK(failing > 5);
      break;
    }
    { // the process ends here; a service that starts must not take this for a database, or make a new one
      auto freed = std::move(*lock);
    }
    rocksdb_options options;
    options.path = place;
    auto opened = rocksdb_store::open(options);
    REQUIRE(opened.has_error());
    CHECK(opened.error().cause.find("interrupted") != std::string::npos);
    {
      auto again = process_lock::acquire(place / "isacbot.lock");
      REQUIRE(again.has_value());
      REQUIRE(replace(false, "replaced-2"));
    }
    CHECK(read_at(place).size() == 50);
    CHECK(slurp(place / "station" / "CURRENT") == "another database");
    // Every old file is still somewhere, once.
    int kept = 0;
    for (const char* aside : {"replaced-1", "replaced-2"})
      kept += fs::exists(place / aside / "IDENTITY") ? 1 : 0;
    CHECK(kept >= 1);
    CHECK(fs::exists(place / "isacbot.toml"));
  }
}

TEST_CASE("after a compaction nothing is left of what was overwritten", "[storage][rocksdb_store]") {
  test::temp_dir dir;
  rocksdb_options options;
  options.path = dir / "db";
  options.compression = false;
  auto opened = rocksdb_store::open(options);
  REQUIRE(opened.has_value());
  auto store = std::move(*opened);
  auto present = [&](const std::string& text) {
    bool found = false;
    for (const fs::path& file : files_below(dir / "db"))
      found = found || slurp(file).find(text) != std::string::npos;
    return found;
  };
  REQUIRE(store->write(write_batch().put(numbers, "k", "planted-before"), storage::sync::yes));
  REQUIRE(store->write(write_batch().put(numbers, "k", "planted-after"), storage::sync::yes));
  CHECK(present("planted-before")); // the search is able to find
  REQUIRE(store->compact());
  CHECK_FALSE(present("planted-before"));
  CHECK(present("planted-after"));
}
