#include "storage/audit_table.hpp"
#include "storage/memory_store.hpp"
#include "storage/misp_table.hpp"
#include "storage/outbox_table.hpp"
#include "storage/part_requests.hpp"
#include "support/count_rows.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::storage;
using domain::part_state;
using std::chrono::hours;

namespace {

const sys_time start = from_epoch_ms(1'750'000'000'000);

struct fixture {
  memory_store store;
  test::seeded_random random{1};
  vault sealer = test::open_vault(store, random);
  outbox_table outbox{store, sealer, random};
  audit_table audit{store, sealer, random};
  misp_table misp{store, sealer};

  void commit(const write_batch& batch) { REQUIRE(store.write(batch, sync::yes)); }
  /// A submission of two parts, in these states.
  void accept(const std::string& id, sys_time when, part_state first, part_state second) {
    domain::receipt receipt;
    receipt.submission.id = submission_id{id};
    receipt.submission.who = {team_id{"T1"}, user_id{"U1"}};
    receipt.submission.enclave = enclave_id{"e"};
    receipt.submission.created = when;
    receipt.counts = {2, 2, 0, 0, 0};
    std::vector<domain::planned_part> parts(2);
    for (std::size_t i = 0; i < 2; ++i) {
      parts[i].header = {receipt.submission.id, std::to_string(i + 1), part_state::queued, 1, 0, {}, {}, {}};
      parts[i].rows.resize(1);
      parts[i].rows[0].type = "IP";
      parts[i].rows[0].value = id + std::to_string(i);
    }
    write_batch batch;
    REQUIRE(outbox.append(batch, receipt, parts));
    commit(batch);
    for (std::size_t i = 0; i < 2; ++i) {
      domain::part part = parts[i].header;
      part.state = i == 0 ? first : second;
      part.last_error = part.state == part_state::buried ? "gone" : "";
      write_batch change;
      REQUIRE((part.state == part_state::settled ? outbox.settle(change, part, when)
                                                 : outbox.save(change, part, when)));
      commit(change);
    }
  }
  void expire_receipts(sys_time before) {
    std::string cursor;
    do {
      write_batch batch;
      REQUIRE(outbox.expire_receipts(batch, before, cursor, 2));
      commit(batch);
    } while (!cursor.empty());
  }
  void expire_letters(sys_time before, sys_time now) {
    std::string cursor;
    do {
      write_batch batch;
      REQUIRE(outbox.expire_dead_letters(batch, before, now, cursor, 1));
      commit(batch);
    } while (!cursor.empty());
  }
  [[nodiscard]] bool there(const std::string& id) const {
    return outbox.find(submission_id{id}).value().has_value();
  }
  [[nodiscard]] std::size_t rows(table t) const { return test::count_rows(store, t); }
};

} // namespace

TEST_CASE("a receipt goes when everything about it is over for long enough", "[storage][retention]") {
  fixture f;
  f.accept("A", start, part_state::settled, part_state::settled);
  f.accept("B", start, part_state::settled, part_state::parked);
  f.accept("C", start, part_state::settled, part_state::sent);
  f.accept("D", start, part_state::settled, part_state::buried);
  f.accept("E", start, part_state::held, part_state::settled);
  f.accept("F", start + hours{5}, part_state::settled, part_state::settled);
  f.expire_receipts(start);
  CHECK(f.rows(tables::submissions) == 6);
  f.expire_receipts(start + hours{1});
  CHECK_FALSE(f.there("A"));
  for (const char* kept : {"B", "C", "D", "E", "F"})
    CHECK(f.there(kept));
  CHECK(f.rows(tables::parts) == 10);
  CHECK(f.outbox.unprocessed(10).value().size() == 5);
  f.expire_receipts(start + hours{6});
  CHECK_FALSE(f.there("F"));
}

TEST_CASE("a receipt that changes at this moment stays", "[storage][retention]") {
  fixture f;
  f.accept("A", start, part_state::settled, part_state::settled);
  std::string cursor;
  write_batch removal;
  REQUIRE(f.outbox.expire_receipts(removal, start + hours{1}, cursor, 10));
  write_batch told;
  REQUIRE(f.outbox.mark_processed(told, submission_id{"A"}, start));
  f.commit(told);
  CHECK(f.store.write(removal, sync::no).error().code == ec::precondition_failed);
}

TEST_CASE("a dead letter goes, and its receipt says so", "[storage][retention]") {
  fixture f;
  f.accept("A", start, part_state::settled, part_state::buried);
  f.accept("B", start + hours{9}, part_state::buried, part_state::buried);
  f.expire_letters(start, start + hours{1});
  CHECK(f.rows(tables::part_rows) == 3);
  f.expire_letters(start + hours{1}, start + hours{40});
  CHECK(f.rows(tables::part_rows) == 2);
  CHECK(f.outbox.depth().value().buried == 2);
  const domain::receipt receipt = f.outbox.find(submission_id{"A"}).value().value();
  CHECK(receipt.parts[1].state == part_state::buried);
  CHECK(receipt.parts[1].last_error.find("never delivered") != std::string::npos);
  CHECK(receipt.parts[1].last_error.find("gone") != std::string::npos);
  // Nothing is left that could be sent or given up.
  for (part_request_kind kind : {part_request_kind::retry, part_request_kind::cancel}) {
    write_batch batch;
    CHECK(apply_part_request(batch, f.outbox, {kind, submission_id{"A"}}, {}, start).error().code ==
          ec::conflict);
  }
  write_batch retry;
  CHECK(apply_part_request(retry, f.outbox, {part_request_kind::retry, submission_id{"B"}}, {}, start)
            ->changed == 2);
  // The receipt itself goes later, counted from the end of the letter.
  f.expire_receipts(start + hours{40});
  CHECK(f.there("A"));
  f.expire_receipts(start + hours{41});
  CHECK_FALSE(f.there("A"));
}

TEST_CASE("old audit events go, and the chain still holds", "[storage][retention]") {
  fixture f;
  auto add = [&](int hour) {
    write_batch batch;
    f.audit.add(batch, {start + hours{hour}, "isacbot", "test", std::to_string(hour), {}});
    f.commit(batch);
    write_batch chain;
    REQUIRE(f.audit.chain(chain, 10));
    f.commit(chain);
  };
  for (int hour = 0; hour < 10; ++hour)
    add(hour);
  auto prune = [&](int hour, std::size_t limit) {
    write_batch batch;
    const std::size_t pruned = f.audit.prune(batch, start + hours{hour}, limit).value();
    f.commit(batch);
    return pruned;
  };
  CHECK(prune(0, 10) == 0);
  CHECK(prune(4, 3) == 3);
  CHECK(prune(4, 3) == 1);
  CHECK(prune(4, 3) == 0);
  CHECK(f.audit.verify()->rows == 6);
  add(10);
  CHECK(f.audit.verify()->rows == 7);
  CHECK(prune(100, 100) == 6); // the newest stays
  CHECK(f.audit.verify()->rows == 1);
  std::vector<std::string> left;
  REQUIRE(f.audit.read([&](auto, const audit_event& event) {
    left.push_back(event.subject);
    return true;
  }));
  CHECK(left == std::vector<std::string>{"10"});

  // What somebody else removes is still found, at the beginning too.
  add(11);
  add(12);
  std::string first;
  REQUIRE(f.store.scan(tables::audit, {}, {}, [&](std::string_view key, auto) {
    first = key;
    return key.front() != static_cast<char>(keys::audit_kind::chained);
  }));
  f.commit(write_batch{}.erase(tables::audit, first));
  CHECK(f.audit.verify().error().code == ec::corrupted);
}

TEST_CASE("old dead events of MISP go", "[storage][retention]") {
  fixture f;
  for (int i = 0; i < 5; ++i) {
    domain::dead_event dead;
    dead.entry.uuid = "uuid-" + std::to_string(i);
    dead.since = start + hours{i};
    write_batch batch;
    f.misp.bury(batch, i % 2 == 0 ? "one" : "two", dead);
    f.commit(batch);
  }
  write_batch batch;
  CHECK(f.misp.expire_dead(batch, start + hours{3}, 2).value() == 2);
  f.commit(batch);
  write_batch rest;
  CHECK(f.misp.expire_dead(rest, start + hours{3}, 10).value() == 1);
  f.commit(rest);
  CHECK(f.misp.dead("one")->size() + f.misp.dead("two")->size() == 2);
}
