// A large list is accepted as a whole or not at all, wherever the program ends or the power fails.
#include "storage/bot_database.hpp"
#include "storage/list_stage.hpp"
#include "storage/outbox_table.hpp"
#include "support/open_vault.hpp"
#include "support/power_loss_file_system.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

const sys_time start = from_epoch_ms(1'750'000'000'000);
const enclave_id enclave{"enclave-1"};
constexpr std::uint32_t values = 60;

enum class ending { killed, power_lost, power_lost_torn };

/// One run: a list of values, each handed in twice, is accepted on a machine that ends after so many changes
/// of the file system, or after so many writes.
struct run {
  explicit run(ending how, sabotage broken = {}) : how_(how) {
    options_.path = directory_ / "bot";
    options_.file_system = files_;
    options_.sabotage = broken;
  }

  /// @returns whether acceptance was told
  bool accept(std::uint64_t writes, std::uint64_t changes) {
    bot_database database = open_bot_database(options_, {test::test_master_key()}, random_).value();
    outbox_table outbox(*database.store, database.sealer, random_);
    if (how_ != ending::killed)
      files_->pull_plug_after(changes);
    auto write = [&](const write_batch& batch, isacbot::storage::sync s) -> result<void> {
      if (writes-- == 0)
        return fail(ec::io_failure, "the program has ended");
      return database.store->write(batch, s);
    };
    stage_options stage_options;
    stage_options.limits.max_rows = 7;
    stage_options.late_bytes = 40; // some are staged
    auto stage =
        outbox.open_stage(submission_id{"A"}, enclave, start, start - std::chrono::hours{1}, stage_options,
                          [&](write_batch&& batch) { return write(batch, sync::no); });
    const bool told = [&] {
      for (std::uint32_t i = 0; i < 2 * values; ++i) {
        domain::list_item item;
        item.row.line = i + 1;
        item.row.type = "URL";
        item.row.value = "v" + std::to_string(i % values);
        if (!stage->add(std::move(item)))
          return false;
      }
      while (true) {
        const result<bool> last = stage->close_some();
        if (!last)
          return false;
        if (*last)
          break;
      }
      domain::receipt receipt;
      receipt.submission.id = stage->id();
      receipt.submission.enclave = enclave;
      receipt.submission.created = start;
      receipt.counts = stage->totals().counts;
      write_batch batch;
      return outbox.append(batch, receipt, *stage).has_value() && write(batch, sync::yes).has_value();
    }();
    if (how_ != ending::killed)
      files_->pull_plug();
    return told;
  }

  struct found {
    bool there = false;
    bool whole = true;
    bool left_over = false;
  };

  /// Starts again, and sweeps as the HOUSEKEEPER does.
  found look() {
    if (how_ != ending::killed)
      files_->restore_power(how_ == ending::power_lost ? test::unsynced_tail::vanishes
                                                       : test::unsynced_tail::torn);
    bot_database database = open_bot_database(options_, {test::test_master_key()}, random_).value();
    outbox_table outbox(*database.store, database.sealer, random_);
    for (int rounds = 0; rounds < 1'000; ++rounds) {
      write_batch batch;
      if (sweep_stages(*database.store, batch, start + milliseconds{1}, 5).value() == 0)
        break;
      REQUIRE(database.store->write(batch, sync::no));
    }
    found result;
    const auto receipt = outbox.find(submission_id{"A"}).value();
    result.there = receipt.has_value();
    std::size_t rows = 0;
    for (const domain::part& part : outbox.due(100).value())
      for (const domain::indicator_row& row : outbox.rows(part).value()) {
        result.whole = result.whole && row.sightings == 2 && row.value == "v" + std::to_string(rows);
        ++rows;
      }
    std::uint32_t known = 0;
    for (std::uint32_t i = 0; i < values; ++i)
      known += outbox.accepted_before(enclave, "URL", "v" + std::to_string(i), start).value() ? 1 : 0;
    const std::uint32_t expected = result.there ? values : 0;
    result.whole = result.whole && rows == expected && known == expected;
    for (table t : {tables::staging, tables::late_additions})
      database.store->scan(t, {}, {}, [&](auto, auto) { return !(result.left_over = true); }).value();
    if (!result.there)
      for (table t : {tables::parts, tables::part_rows, tables::accepted_run_pages, tables::outbox_index})
        database.store->scan(t, {}, {}, [&](auto, auto) { return !(result.left_over = true); }).value();
    return result;
  }

  std::shared_ptr<test::power_loss_file_system> files_ = std::make_shared<test::power_loss_file_system>(9);

 private:
  ending how_;
  test::temp_dir directory_;
  test::seeded_random random_{4};
  rocksdb_options options_;
};

constexpr std::uint64_t all = 1'000'000;

void check(run& r, bool told) {
  const run::found found = r.look();
  CHECK(found.whole);
  CHECK_FALSE(found.left_over);
  CHECK((found.there || !told)); // accepted is never said too early
}

} // namespace

TEST_CASE("a staged list is whole or not there when the program ends at any write",
          "[storage][list_stage][crash]") {
  std::uint64_t ends = 0;
  for (std::uint64_t writes = 0;; ++writes) {
    CAPTURE(writes);
    run r(ending::killed);
    const bool told = r.accept(writes, all);
    check(r, told);
    ends += told ? 0 : 1;
    if (told)
      break;
  }
  CHECK(ends > 10);
}

TEST_CASE("a staged list is whole or not there when the power fails at any change of a file",
          "[storage][list_stage][crash]") {
  for (ending how : {ending::power_lost, ending::power_lost_torn}) {
    std::uint64_t ends = 0;
    for (std::uint64_t changes = 0;; ++changes) {
      CAPTURE(changes);
      run r(how);
      const bool told = r.accept(all, changes);
      check(r, told);
      ends += told ? 0 : 1;
      if (told)
        break;
    }
    CHECK(ends > 10);
  }
}

TEST_CASE("without its sync an accepted list is lost", "[storage][list_stage][crash][sabotage]") {
  sabotage broken;
  broken.skip_sync = true;
  run r(ending::power_lost, broken);
  REQUIRE(r.accept(all, all));
  CHECK_FALSE(r.look().there);
}
