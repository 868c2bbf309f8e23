/// A store with an OUTBOX's table, and submissions for it.
#pragma once

#include "storage/outbox_table.hpp"

#include "storage/memory_store.hpp"
#include "support/count_rows.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace isacbot::test {

using namespace isacbot::storage;

inline const sys_time start = from_epoch_ms(1'750'000'000'000);
inline const member alice{team_id{"T1"}, user_id{"U1"}};
inline const member bob{team_id{"T1"}, user_id{"U2"}};

struct outbox_fixture {
  memory_store store;
  seeded_random random{1};
  vault sealer = open_vault(store, random);
  outbox_table outbox{store, sealer, random};

  /// A submission of parts with so many rows each; row values are "<id>-<number>".
  struct sample {
    domain::receipt receipt;
    std::vector<domain::planned_part> parts;
  };
  static sample make(const std::string& id, const std::vector<std::uint32_t>& sizes,
                     const member& who = alice) {
    sample s;
    domain::submission& what = s.receipt.submission;
    what.id = submission_id{id};
    what.who = who;
    what.enclave = enclave_id{"enclave-1"};
    what.enclave_name = "Sharing";
    what.tags = {"phishing"};
    what.created = start;
    what.request_key = "view " + id;
    what.content_key = "content " + id;
    std::uint32_t line = 0;
    for (std::uint32_t size : sizes) {
      domain::planned_part part;
      part.header.submission = what.id;
      part.header.number = std::to_string(s.parts.size() + 1);
      part.header.rows = size;
      for (std::uint32_t i = 0; i < size; ++i) {
        domain::indicator_row row;
        row.line = ++line;
        row.type = "URL";
        row.value = id + "-" + std::to_string(line);
        row.known = line % 2 == 0;
        part.rows.push_back(row);
        row.known ? ++s.receipt.counts.merged : ++s.receipt.counts.accepted;
      }
      s.parts.push_back(part);
    }
    s.receipt.counts.withheld = 1;
    s.receipt.withheld = {{line + 1, "10.0.0.1", domain::line_reason::special_address}};
    s.receipt.reasons = {{domain::line_reason::special_address, 1}};
    s.receipt.types = {{"URL", line}};
    s.receipt.counts.handed_in = line + 1;
    return s;
  }

  void commit(const write_batch& batch) { REQUIRE(store.write(batch, sync::yes)); }
  sample accept(const std::string& id, const std::vector<std::uint32_t>& sizes, const member& who = alice) {
    sample s = make(id, sizes, who);
    write_batch batch;
    REQUIRE(outbox.append(batch, s.receipt, s.parts));
    commit(batch);
    return s;
  }
  domain::part saved(const domain::part& part, sys_time now = start) {
    write_batch batch;
    REQUIRE(outbox.save(batch, part, now));
    commit(batch);
    return part;
  }
  domain::part in_state(domain::part part, domain::part_state state) {
    part.state = state;
    return saved(part);
  }
  [[nodiscard]] std::vector<std::string> due_keys(const domain::part* after = nullptr) const {
    std::vector<std::string> keys;
    for (const domain::part& part : outbox.due(100, after).value())
      keys.push_back(part.idempotency_key());
    return keys;
  }
  [[nodiscard]] domain::receipt receipt(const std::string& id) const {
    return outbox.find(submission_id{id}).value().value();
  }
  [[nodiscard]] std::size_t rows(table t) const { return count_rows(store, t); }
};

} // namespace isacbot::test
