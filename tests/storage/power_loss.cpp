/// What "synced" is worth: power is lost at any point, and what comes back is compared with what was
/// promised.
#include "storage/rocksdb_store.hpp"
#include "support/power_loss_file_system.hpp"
#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <random>
#include <string>

using namespace isacbot;
using namespace isacbot::storage;
using test::power_loss_file_system;
using test::unsynced_tail;

namespace {

constexpr table numbers{1};
constexpr table newest{2};

std::string name(int n) {
  return "row " + std::to_string(n);
}

/// What the caller was told, and what was found after the power came back.
struct finding {
  int promised = 0;  ///< highest row of which a synced write had returned
  int begun = 0;     ///< highest row ever handed in
  int found = 0;     ///< rows 1..found are there
  bool whole = true; ///< no batch came back in part, none with a gap before it
  bool plug_pulled = false;
};

/// Writes numbered batches, some synced, loses power after `changes` changes of the file system, comes back.
finding lose_power(std::uint64_t seed, std::uint64_t changes, unsynced_tail tail, sabotage broken) {
  test::temp_dir dir;
  auto files = std::make_shared<power_loss_file_system>(seed);
  rocksdb_options options;
  options.path = dir / "db";
  options.file_system = files;
  options.sabotage = broken;
  std::mt19937_64 random(seed);
  finding result;
  // The database is made with power; its directory entries are then safe, as in a service that has started.
  std::unique_ptr<rocksdb_store> store = rocksdb_store::open(options).value();
  files->pull_plug_after(changes);
  for (int n = 1; n <= 120 && files->has_power(); ++n) {
    write_batch batch;
    batch.put(numbers, name(n), std::string(random() % 2'000, 'x')).put(newest, "newest", std::to_string(n));
    storage::sync s = random() % 3 == 0 ? sync::yes : sync::no;
    result.begun = n;
    if (store->write(batch, s) && s == sync::yes)
      result.promised = n;
  }
  result.plug_pulled = !files->has_power();
  files->pull_plug();
  store.reset();
  files->restore_power(tail);

  options.sabotage = {};
  options.create_if_missing = false;
  store = rocksdb_store::open(options).value();
  std::optional<std::string> last = store->get(newest, "newest").value();
  result.found = last ? std::stoi(*last) : 0;
  for (int n = 1; n <= result.begun; ++n)
    result.whole = result.whole && store->get(numbers, name(n)).value().has_value() == (n <= result.found);
  return result;
}

} // namespace

TEST_CASE("what a synced write promised survives power loss at any point", "[storage][crash]") {
  bool any_unsynced_lost = false;
  for (unsynced_tail tail : {unsynced_tail::vanishes, unsynced_tail::torn}) {
    for (std::uint64_t changes = 1; changes <= 120; changes += 3) {
      CAPTURE(changes, tail == unsynced_tail::torn);
      finding seen = lose_power(changes, changes, tail, {});
      REQUIRE(seen.plug_pulled);
      REQUIRE(seen.whole);
      REQUIRE(seen.found >= seen.promised);
      any_unsynced_lost = any_unsynced_lost || seen.found < seen.begun - 1;
    }
  }
  CHECK(any_unsynced_lost); // else nothing was ever at stake
}

TEST_CASE("without syncs the same comparison finds the loss", "[storage][crash][sabotage]") {
  int losses = 0;
  for (std::uint64_t changes = 10; changes <= 120; changes += 10) {
    finding seen = lose_power(changes, changes, unsynced_tail::vanishes, {.skip_sync = true});
    losses += seen.found < seen.promised ? 1 : 0;
  }
  CHECK(losses > 0);
}

TEST_CASE("after a failed write the database takes no further ones", "[storage][crash]") {
  test::temp_dir dir;
  auto files = std::make_shared<power_loss_file_system>(1);
  rocksdb_options options;
  options.path = dir / "db";
  options.file_system = files;
  std::unique_ptr<rocksdb_store> store = rocksdb_store::open(options).value();
  REQUIRE(store->write(write_batch().put(numbers, "a", "1"), sync::yes));
  files->pull_plug();
  std::vector<write_batch> group(2);
  group[0].put(numbers, "b", "1");
  group[1].expect(numbers, "a", "wrong").put(numbers, "c", "1");
  for (const result<void>& verdict : store->write_group(group, sync::yes))
    CHECK(verdict.error().code == ec::io_failure);
  CHECK(store->get(numbers, "b").value() == std::nullopt);
  CHECK(store->write(write_batch().put(numbers, "d", "1"), sync::no).error().code == ec::io_failure);
  store.reset();
  files->restore_power(unsynced_tail::vanishes);
  store = rocksdb_store::open(options).value();
  CHECK(store->get(numbers, "a").value() == "1");
  CHECK(store->get(numbers, "d").value() == std::nullopt);
}
