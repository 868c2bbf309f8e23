#include "storage/audit_table.hpp"

#include "storage/keys.hpp"
#include "storage/memory_store.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

const sys_time start = from_epoch_ms(1'750'000'000'000);

struct fixture {
  memory_store store;
  test::seeded_random random{1};
  vault sealer = test::open_vault(store, random);
  audit_table log{store, sealer, random};

  static audit_event event(int n) {
    return {start + seconds{n}, "T1/U1", "part_settled", "subject " + std::to_string(n), "detail"};
  }
  void add(int from, int to) {
    for (int n = from; n <= to; ++n) {
      write_batch batch;
      log.add(batch, event(n));
      REQUIRE(store.write(batch, sync::no));
    }
  }
  std::size_t chain(std::size_t limit) {
    write_batch batch;
    std::size_t moved = log.chain(batch, limit).value();
    REQUIRE(store.write(batch, sync::no));
    return moved;
  }
  std::vector<audit_event> events() {
    std::vector<audit_event> found;
    REQUIRE(log.read([&](std::uint64_t sequence, const audit_event& e) {
      found.push_back(e);
      return sequence == found.size();
    }));
    return found;
  }
  [[nodiscard]] std::string row(std::uint64_t sequence) const {
    return store.get(tables::audit, keys::audit_chained(sequence)).value().value();
  }
};

} // namespace

TEST_CASE("events are chained in the order of their times", "[storage][audit_table]") {
  fixture f;
  CHECK(f.log.verify().value().rows == 0);
  f.add(3, 4);
  f.add(1, 2);
  CHECK(f.log.verify().value().pending == 4);
  CHECK(f.chain(3) == 3);
  CHECK(f.chain(3) == 1);
  CHECK(f.chain(3) == 0);
  f.add(5, 5);
  CHECK(f.chain(3) == 1);
  std::vector<audit_event> expected;
  for (int n = 1; n <= 5; ++n)
    expected.push_back(fixture::event(n));
  CHECK(f.events() == expected);
  audit_table::verification seen = f.log.verify().value();
  CHECK(seen.rows == 5);
  CHECK(seen.pending == 0);
}

TEST_CASE("two who chain at once do not fork the chain", "[storage][audit_table]") {
  fixture f;
  f.add(1, 3);
  std::vector<write_batch> batches(2);
  REQUIRE(f.log.chain(batches[0], 10).value() == 3);
  REQUIRE(f.log.chain(batches[1], 10).value() == 3);
  std::vector<result<void>> verdicts = f.store.write_group(batches, sync::no);
  CHECK(verdicts[0]);
  CHECK(verdicts[1].error().code == ec::precondition_failed);
  CHECK(f.log.verify().value().rows == 3);
}

TEST_CASE("every kind of tampering with the chain is found", "[storage][audit_table]") {
  fixture f;
  f.add(1, 5);
  REQUIRE(f.chain(10) == 5);
  write_batch tampering;
  std::string third = f.row(3);
  SECTION("a changed row") {
    third.back() = static_cast<char>(third.back() ^ 1);
    tampering.put(tables::audit, keys::audit_chained(3), third);
  }
  SECTION("a changed link") {
    third.front() = static_cast<char>(third.front() ^ 1);
    tampering.put(tables::audit, keys::audit_chained(3), third);
  }
  SECTION("a removed row") {
    tampering.erase(tables::audit, keys::audit_chained(3));
  }
  SECTION("a removed first row") {
    tampering.erase(tables::audit, keys::audit_chained(1));
  }
  SECTION("a removed last row") {
    tampering.erase(tables::audit, keys::audit_chained(5));
  }
  SECTION("two rows exchanged") {
    tampering.put(tables::audit, keys::audit_chained(3), f.row(4));
    tampering.put(tables::audit, keys::audit_chained(4), third);
  }
  SECTION("a row put in at the end") {
    tampering.put(tables::audit, keys::audit_chained(6), third);
  }
  SECTION("a removed head") {
    tampering.erase(tables::audit, keys::audit_head());
  }
  SECTION("a row of half a hash") {
    tampering.put(tables::audit, keys::audit_chained(3), "short");
  }
  REQUIRE(f.store.write(tampering, sync::no));
  CHECK(f.log.verify().error().code == ec::corrupted);
}

TEST_CASE("an older head does not fit newer rows", "[storage][audit_table]") {
  fixture f;
  f.add(1, 2);
  REQUIRE(f.chain(10) == 2);
  std::string old_head = f.store.get(tables::audit, keys::audit_head()).value().value();
  f.add(3, 3);
  REQUIRE(f.chain(10) == 1);
  REQUIRE(f.store.write(write_batch().put(tables::audit, keys::audit_head(), old_head), sync::no));
  CHECK(f.log.verify().error().code == ec::corrupted);
}

TEST_CASE("a pending event that was changed is found", "[storage][audit_table]") {
  fixture f;
  write_batch batch;
  f.log.add(batch, fixture::event(1));
  std::string key = batch.operations().front().key;
  REQUIRE(f.store.write(write_batch().put(tables::audit, key, "not sealed at all, but long enough to be"),
                        sync::no));
  CHECK(f.log.verify().error().code == ec::corrupted);
  write_batch chaining;
  CHECK_FALSE(f.log.chain(chaining, 10));
}
