/// Both homes of kv_store against each other: the same seeded operations must give the same answers.
#include "storage/kv_store.hpp"

#include "storage/memory_store.hpp"
#include "storage/rocksdb_store.hpp"
#include "support/power_loss_file_system.hpp"
#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <random>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

using rows = std::vector<std::pair<std::string, std::string>>;

constexpr table first_table{1};
constexpr table second_table{2};
constexpr table last_table{255};

/// Without waiting for the disk: power is never lost here.
std::unique_ptr<rocksdb_store> open_rocksdb(const test::temp_dir& dir) {
  rocksdb_options options;
  options.path = dir / "db";
  options.file_system = std::make_shared<test::power_loss_file_system>(1);
  return rocksdb_store::open(options).value();
}

class operation_maker {
 public:
  explicit operation_maker(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t bound) { return engine_() % bound; }

  table some_table() {
    constexpr table all[] = {first_table, second_table, last_table};
    return all[below(3)];
  }

  /// Short keys over few bytes, so that they meet; with those that order and terminate wrongly when
  /// mishandled.
  std::string some_key() {
    constexpr char bytes[] = {'\0', '\x01', 'a', 'b', '\x7F', '\x80', '\xFF'};
    std::string key;
    for (std::size_t length = below(4); length > 0; --length)
      key.push_back(bytes[below(sizeof bytes)]);
    return key;
  }

  write_batch some_batch(const kv_store& now) {
    write_batch batch;
    for (std::size_t n = below(3); n > 0; --n) {
      table t = some_table();
      std::string key = some_key();
      // Mostly what is there at the moment, which an earlier batch of the group may change.
      std::optional<std::string> expected = now.get(t, key).value();
      if (below(4) == 0)
        expected = below(2) == 0 ? std::optional<std::string>() : std::to_string(below(5));
      batch.expect(t, key, expected);
    }
    for (std::size_t n = below(5); n > 0; --n) {
      if (below(3) == 0)
        batch.erase(some_table(), some_key());
      else
        batch.put(some_table(), some_key(), std::to_string(below(5)));
    }
    return batch;
  }

 private:
  std::mt19937_64 engine_;
};

rows scan_rows(const kv_store& store, table t, const std::string& first, const std::string& last,
               std::size_t limit, bool reverse) {
  rows found;
  auto visit = [&](std::string_view key, std::string_view value) {
    found.emplace_back(key, value);
    return found.size() < limit;
  };
  if (reverse)
    store.scan_reverse(t, first, last, visit).value();
  else
    store.scan(t, first, last, visit).value();
  return found;
}

rows all_rows(const kv_store& store, table t) {
  return scan_rows(store, t, {}, {}, 1'000'000, false);
}

/// Errors are compared by what programs see.
std::vector<std::optional<ec>> codes(const std::vector<result<void>>& results) {
  std::vector<std::optional<ec>> found;
  for (const result<void>& r : results)
    found.push_back(r ? std::nullopt : std::optional(r.error().code));
  return found;
}

/// One of each home, for tests that both have to pass.
struct both_homes {
  test::temp_dir dir;
  memory_store memory;
  std::unique_ptr<rocksdb_store> rocksdb = open_rocksdb(dir);

  kv_store& pick(bool on_disk) { return on_disk ? static_cast<kv_store&>(*rocksdb) : memory; }
};

} // namespace

TEST_CASE("memory and RocksDB answer the same operations alike", "[storage]") {
  std::uint64_t seed = GENERATE(range(1, 9));
  CAPTURE(seed);
  operation_maker make(seed);
  test::temp_dir dir;
  memory_store memory;
  std::unique_ptr<rocksdb_store> rocksdb = open_rocksdb(dir);

  for (int step = 0; step < 600; ++step) {
    CAPTURE(step);
    switch (make.below(10)) {
    default: {
      std::vector<write_batch> group;
      for (std::size_t n = make.below(4) + 1; n > 0; --n)
        group.push_back(make.some_batch(memory));
      storage::sync s = make.below(2) == 0 ? sync::yes : sync::no;
      REQUIRE(codes(memory.write_group(group, s)) == codes(rocksdb->write_group(group, s)));
      break;
    }
    case 0:
    case 1: {
      table t = make.some_table();
      std::string key = make.some_key();
      REQUIRE(memory.get(t, key).value() == rocksdb->get(t, key).value());
      break;
    }
    case 2:
    case 3: {
      table t = make.some_table();
      std::string first = make.some_key();
      std::string last = make.some_key();
      std::size_t limit = make.below(6) + 1;
      for (bool reverse : {false, true})
        REQUIRE(scan_rows(memory, t, first, last, limit, reverse) ==
                scan_rows(*rocksdb, t, first, last, limit, reverse));
      break;
    }
    case 4:
      if (make.below(20) == 0) {
        rocksdb.reset();
        rocksdb = open_rocksdb(dir);
      }
      break;
    }
  }
  rocksdb.reset();
  rocksdb = open_rocksdb(dir);
  for (table t : {first_table, second_table, last_table, table{0}}) {
    REQUIRE(all_rows(memory, t) == all_rows(*rocksdb, t));
    rows forward = all_rows(memory, t);
    rows backward = scan_rows(memory, t, {}, {}, 1'000'000, true);
    std::reverse(backward.begin(), backward.end());
    REQUIRE(forward == backward);
  }
}

TEST_CASE("a batch is refused whole when a precondition does not hold", "[storage]") {
  both_homes homes;
  kv_store& store = homes.pick(GENERATE(false, true));
  REQUIRE(store.write(write_batch().put(first_table, "a", "1"), sync::no));

  write_batch wrong_value;
  wrong_value.put(first_table, "b", "2").expect(first_table, "a", "other").put(first_table, "c", "3");
  CHECK(store.write(wrong_value, sync::yes).error().code == ec::precondition_failed);
  write_batch not_absent;
  not_absent.expect(first_table, "a", std::nullopt).erase(first_table, "a");
  CHECK(store.write(not_absent, sync::yes).error().code == ec::precondition_failed);
  write_batch not_there;
  not_there.expect(first_table, "z", "").put(first_table, "z", "1");
  CHECK(store.write(not_there, sync::yes).error().code == ec::precondition_failed);
  CHECK(all_rows(store, first_table) == rows{{"a", "1"}});
}

TEST_CASE("a batch sees the earlier ones of its group, but not the refused ones", "[storage]") {
  both_homes homes;
  kv_store& store = homes.pick(GENERATE(false, true));
  std::vector<write_batch> group(5);
  group[0].expect(first_table, "n", std::nullopt).put(first_table, "n", "1");
  group[1].expect(first_table, "n", std::nullopt).put(first_table, "n", "2"); // lost the race
  group[2].expect(first_table, "n", "2").put(first_table, "m", "x");          // built on the loser
  group[3].expect(first_table, "n", "1").erase(first_table, "n");
  group[4].expect(first_table, "n", std::nullopt).put(first_table, "n", "3");
  std::optional<ec> refused = ec::precondition_failed;
  CHECK(codes(store.write_group(group, sync::yes)) ==
        std::vector<std::optional<ec>>{std::nullopt, refused, refused, std::nullopt, std::nullopt});
  CHECK(all_rows(store, first_table) == rows{{"n", "3"}});
}

TEST_CASE("operations of one batch apply in order", "[storage]") {
  both_homes homes;
  kv_store& store = homes.pick(GENERATE(false, true));
  write_batch batch;
  batch.put(first_table, "a", "1")
      .erase(first_table, "a")
      .put(first_table, "b", "1")
      .put(first_table, "b", "2");
  REQUIRE(store.write(batch, sync::no));
  CHECK(all_rows(store, first_table) == rows{{"b", "2"}});
}

TEST_CASE("a scan shows one state, also when its visitor writes", "[storage]") {
  both_homes homes;
  kv_store& store = homes.pick(GENERATE(false, true));
  REQUIRE(store.write(write_batch().put(first_table, "a", "1").put(first_table, "c", "1"), sync::no));
  rows seen;
  REQUIRE(store.scan(first_table, {}, {}, [&](std::string_view key, std::string_view value) {
    seen.emplace_back(key, value);
    REQUIRE(store.write(write_batch().put(first_table, "b", "new").put(first_table, "c", "new"), sync::no));
    return true;
  }));
  CHECK(seen == rows{{"a", "1"}, {"c", "1"}});
  CHECK(all_rows(store, first_table) == rows{{"a", "1"}, {"b", "new"}, {"c", "new"}});
}

TEST_CASE("tables do not see each other", "[storage]") {
  both_homes homes;
  kv_store& store = homes.pick(GENERATE(false, true));
  write_batch batch;
  for (table t : {table{0}, first_table, second_table, last_table})
    batch.put(t, {}, "empty key").put(t, "\xFF\xFF\xFF", "high key");
  REQUIRE(store.write(batch, sync::no));
  for (table t : {table{0}, first_table, second_table, last_table})
    CHECK(all_rows(store, t) == rows{{"", "empty key"}, {"\xFF\xFF\xFF", "high key"}});
  CHECK(all_rows(store, table{3}).empty());
  CHECK(scan_rows(store, first_table, "b", "a", 10, false).empty());
  CHECK(scan_rows(store, first_table, "b", "a", 10, true).empty());
}
