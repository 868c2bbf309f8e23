/// The tables of the MISP feed: what is put together is found together, in every form the values can have.
#include "storage/misp_table.hpp"

#include "storage/keys.hpp"
#include "storage/memory_store.hpp"
#include "storage/misp_values.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::storage;
using domain::misp_time;
using domain::poll_order;

namespace {

const std::string uuid = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81";

misp_time at(std::int64_t s) {
  return misp_time{seconds{s}};
}

domain::queued_event entry(std::string id, std::int64_t published) {
  domain::queued_event x;
  x.uuid = std::move(id);
  x.version = {at(published - 100), at(published)};
  x.attribute_count = 12;
  x.tries = 3;
  x.server_errors = 1;
  x.next_try = from_epoch_ms(1'750'000'000'000);
  x.reason = "no answer before the deadline";
  return x;
}

domain::event_record record() {
  domain::event_record x;
  x.state = domain::event_state::delivered;
  x.owner = "main";
  x.version = {at(1), at(2)};
  x.seen = {{"main", {at(1), at(2)}}, {"other", {at(1), at(5)}}};
  x.parts = {{uuid, "report-1", "digest", {}}, {uuid + ":2", "", "", from_epoch_ms(17)}};
  x.tags = {"tlp-amber", "misp"};
  x.changed = from_epoch_ms(1'750'000'000'123);
  return x;
}

struct fixture {
  memory_store store;
  test::seeded_random random{1};
  vault sealer = test::open_vault(store, random);
  misp_table table{store, sealer};

  void commit(const write_batch& batch) { REQUIRE(store.write(batch, sync::yes)); }
};

} // namespace

TEST_CASE("what the MISP feed remembers is read as it was written", "[storage]") {
  fixture f;
  write_batch batch;
  domain::poll_checkpoint reached{at(1'000), at(2'000), from_epoch_ms(3'000)};
  domain::dead_event dead{entry("dead-one", 7), "a title", from_epoch_ms(9)};
  f.table.put_checkpoint(batch, "main", reached);
  f.table.put_queued(batch, "main", entry(uuid, 50));
  f.table.put_queued(batch, "mains", entry("of-another-server", 50));
  f.table.put_record(batch, enclave_id{"E1"}, uuid, record());
  f.table.bury(batch, "main", dead);
  f.commit(batch);

  CHECK(f.table.checkpoint("main").value() == reached);
  CHECK(f.table.checkpoint("mains").value() == std::nullopt);
  CHECK(f.table.queue("main").value() == std::vector{entry(uuid, 50)});
  CHECK(f.table.queued("main", uuid).value() == entry(uuid, 50));
  CHECK(f.table.queued("main", "x").value() == std::nullopt);
  CHECK(f.table.record(enclave_id{"E1"}, uuid).value() == record());
  CHECK(f.table.record(enclave_id{"E2"}, uuid).value() == std::nullopt);
  CHECK(f.table.dead("main").value() == std::vector{dead});
  CHECK(f.table.dead("main", "dead-one").value() == dead);
  std::vector<std::string> seen;
  REQUIRE(f.table.records(enclave_id{"E1"}, [&](const std::string& id, const domain::event_record& x) {
    CHECK(x == record());
    seen.push_back(id);
    return true;
  }));
  CHECK(seen == std::vector{uuid});
}

TEST_CASE("a queue entry is removed only when it is no newer than what was fetched", "[storage]") {
  fixture f;
  write_batch batch;
  f.table.put_queued(batch, "main", entry(uuid, 50));
  f.commit(batch);

  write_batch older;
  CHECK_FALSE(f.table.erase_queued(older, "main", uuid, {at(0), at(49)}, poll_order::publication).value());
  CHECK(older.empty());
  // By time of edit the same fetch covers it.
  write_batch by_edit;
  CHECK(f.table.erase_queued(by_edit, "main", uuid, {at(0), at(50)}, poll_order::publication).value());
  CHECK_FALSE(f.table.erase_queued(older, "main", uuid, {at(-51), at(99)}, poll_order::edit).value());

  // A listing that replaces the entry between reading and writing wins.
  write_batch newer;
  f.table.put_queued(newer, "main", entry(uuid, 60));
  f.commit(newer);
  auto refused = f.store.write(by_edit, sync::yes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::precondition_failed);
  CHECK(f.table.queued("main", uuid).value() == entry(uuid, 60));

  write_batch done;
  CHECK(f.table.erase_queued(done, "main", uuid, {at(0), at(60)}, poll_order::publication).value());
  f.commit(done);
  CHECK(f.table.queued("main", uuid).value() == std::nullopt);
  write_batch nothing;
  CHECK(f.table.erase_queued(nothing, "main", uuid, {at(0), at(60)}, poll_order::publication).value());
  CHECK(nothing.empty());
}

TEST_CASE("burying an event takes it from the queue", "[storage]") {
  fixture f;
  write_batch batch;
  f.table.put_queued(batch, "main", entry(uuid, 50));
  f.commit(batch);
  write_batch burial;
  f.table.bury(burial, "main", {entry(uuid, 50), "", from_epoch_ms(1)});
  f.commit(burial);
  CHECK(f.table.queue("main").value().empty());
  CHECK(f.table.dead("main").value().size() == 1);
}

TEST_CASE("no form of a stored MISP row is accepted damaged", "[storage]") {
  auto bytes = [](const secret& s) { return std::string(s.reveal()); };
  auto check = [](const std::string& whole, auto decode) {
    REQUIRE(decode(whole).has_value());
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
      auto got = decode(std::string_view(whole).substr(0, cut));
      REQUIRE_FALSE(got.has_value());
      CHECK(got.error().code == ec::corrupted);
    }
    CHECK_FALSE(decode(whole + '\0').has_value());
    auto other = whole;
    other[0] = 2; // of a later release
    CHECK_FALSE(decode(other).has_value());
  };
  check(bytes(encode(domain::poll_checkpoint{at(1), at(-2), from_epoch_ms(3)})), decode_poll_checkpoint);
  check(bytes(encode(entry(uuid, 50))), decode_queued_event);
  check(bytes(encode(domain::dead_event{entry(uuid, 50), "t", from_epoch_ms(1)})), decode_dead_event);
  check(bytes(encode(record())), decode_event_record);
}

TEST_CASE("rows of the MISP tables show nothing but the names of servers, enclaves and events", "[storage]") {
  fixture f;
  write_batch batch;
  f.table.put_record(batch, enclave_id{"E1"}, uuid, record());
  f.table.put_queued(batch, "main", entry(uuid, 50));
  f.commit(batch);
  for (auto t : {tables::misp_records, tables::misp_queue})
    f.store
        .scan(t, {}, {},
              [&](std::string_view key, std::string_view value) {
                CHECK(std::string(key).append(value).find("tlp-amber") == std::string::npos);
                CHECK(value.find("deadline") == std::string_view::npos);
                return true;
              })
        .value();
}
