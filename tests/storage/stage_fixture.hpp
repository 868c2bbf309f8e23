/// Staged lists over a store in memory, written as they come.
#pragma once

#include "domain/receipt.hpp"
#include "storage/list_stage.hpp"
#include "storage/memory_store.hpp"
#include "storage/outbox_table.hpp"
#include "support/count_rows.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::test {

using namespace storage;

inline const sys_time start = from_epoch_ms(1'750'000'000'000);
inline const enclave_id enclave{"enclave-1"};

inline domain::list_item item(std::uint32_t line, std::string value, std::string notes = "") {
  domain::list_item out;
  out.line = out.row.line = line;
  out.row.type = "URL";
  out.row.value = std::move(value);
  out.row.notes = std::move(notes);
  return out;
}

struct stage_fixture {
  memory_store store;
  test::seeded_random random{1};
  vault sealer = test::open_vault(store, random);
  outbox_table outbox{store, sealer, random};
  stage_options options;
  std::size_t writes = 0;

  stage_fixture() { options.limits.max_rows = 3; }
  std::unique_ptr<list_stage> open(const std::string& id, sys_time when = start) {
    return outbox.open_stage(submission_id{id}, enclave, when, when - std::chrono::hours{1}, options,
                             [this](write_batch&& batch) {
                               ++writes;
                               return store.write(batch, sync::no);
                             });
  }
  void close(list_stage& stage) {
    while (!stage.close_some().value())
      continue;
  }
  std::unique_ptr<list_stage> staged(const std::string& id, const std::vector<domain::list_item>& items,
                                     sys_time when = start) {
    std::unique_ptr<list_stage> stage = open(id, when);
    for (const domain::list_item& one : items)
      REQUIRE(stage->add(domain::list_item{one}));
    close(*stage);
    return stage;
  }
  [[nodiscard]] static domain::receipt receipt_of(const list_stage& stage, sys_time when = start,
                                                  const domain::overrides& given = {}) {
    const domain::intake_totals totals = stage.totals(given);
    domain::receipt receipt;
    receipt.submission.id = stage.id();
    receipt.submission.who = {team_id{"T1"}, user_id{"U1"}};
    receipt.submission.enclave = stage.enclave();
    receipt.submission.created = when;
    receipt.counts = totals.counts;
    receipt.types = totals.types;
    return receipt;
  }
  result<std::vector<domain::part>> accept(const list_stage& stage, sys_time when = start,
                                           const domain::overrides& given = {}) {
    write_batch batch;
    result<std::vector<domain::part>> parts =
        outbox.append(batch, receipt_of(stage, when, given), stage, given);
    if (!parts)
      return parts;
    if (result<void> written = store.write(batch, sync::yes); !written)
      return written.error();
    return parts;
  }
  [[nodiscard]] std::vector<domain::indicator_row> sent_rows() const {
    std::vector<domain::indicator_row> all;
    for (const domain::part& part : outbox.due(1'000).value()) {
      const std::vector<domain::indicator_row> rows = outbox.rows(part).value();
      CHECK(rows.size() == part.rows);
      all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }
  std::size_t sweep(sys_time opened_before, std::size_t limit = 100) {
    std::size_t rounds = 0;
    while (true) {
      write_batch batch;
      if (sweep_stages(store, batch, opened_before, limit).value() == 0)
        return rounds;
      ++rounds;
      REQUIRE(store.write(batch, sync::no));
    }
  }
  [[nodiscard]] std::size_t rows(table t) const { return test::count_rows(store, t); }
  [[nodiscard]] std::size_t left_overs() const {
    return rows(tables::staging) + rows(tables::part_rows) + rows(tables::late_additions) +
           rows(tables::accepted_run_pages) + rows(tables::parts) + rows(tables::outbox_index);
  }
  [[nodiscard]] bool known(const std::string& value, sys_time since = start - std::chrono::hours{1},
                           const std::string& type = "URL") const {
    return outbox.accepted_before(enclave, type, value, since).value();
  }
};

} // namespace isacbot::test
