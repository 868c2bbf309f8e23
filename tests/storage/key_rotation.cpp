/// Changing the master key: nothing is lost wherever it stops, and the old key is worth nothing afterwards.
#include "storage/key_rotation.hpp"

#include "storage/audit_table.hpp"
#include "storage/credentials_table.hpp"
#include "storage/drafts_table.hpp"
#include "storage/journal_table.hpp"
#include "storage/keys.hpp"
#include "storage/memory_store.hpp"
#include "support/failing_store.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <memory>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

const sys_time now = from_epoch_ms(1'750'000'000'000);
const secret old_key = test::test_master_key('o');
const secret new_key = test::test_master_key('n');
const secret third_key = test::test_master_key('3');

member member_number(int n) {
  return {team_id{"T1"}, user_id{"U" + std::to_string(n)}};
}

credentials credentials_number(int n) {
  return {{secret("key " + std::to_string(n)), secret("secret " + std::to_string(n))}, now};
}

constexpr int members = 150; // more than two batches

/// A database with something in tables of each layout.
void fill(kv_store& store, const vault& sealer, random_source& random) {
  credentials_table table(store, sealer);
  drafts_table drafts(store, sealer);
  audit_table audit(store, sealer, random);
  for (int n = 0; n < members; ++n) {
    write_batch batch;
    table.put(batch, member_number(n), credentials_number(n));
    drafts.put(batch, member_number(n), "draft", "draft of " + std::to_string(n), now + seconds{1'000});
    audit.add(batch, {now + seconds{n}, "operator", "test", std::to_string(n), ""});
    REQUIRE(store.write(batch, sync::no));
  }
  write_batch chained;
  REQUIRE(audit.chain(chained, members - 20).value() == members - 20); // the rest stays pending
  REQUIRE(store.write(chained, sync::no));
  write_batch journaled;
  journal_table(store, sealer)
      .put(journaled, {"1", member_number(1), channel_id{"C1"}, secret("https://hook"), "/x", "text", now});
  REQUIRE(store.write(journaled, sync::no));
}

void check_whole(kv_store& store, const vault& sealer, random_source& random) {
  credentials_table table(store, sealer);
  drafts_table drafts(store, sealer);
  for (int n = 0; n < members; ++n) {
    auto found = table.get(member_number(n));
    REQUIRE(found.has_value());
    REQUIRE(found->has_value());
    REQUIRE(**found == credentials_number(n));
    auto draft = drafts.get(member_number(n), "draft", now);
    REQUIRE(draft.has_value());
    REQUIRE(draft->has_value());
    REQUIRE((*draft)->reveal() == "draft of " + std::to_string(n));
  }
  CHECK(journal_table(store, sealer).list(10).value().front().response_url.reveal() == "https://hook");
  auto verified = audit_table(store, sealer, random).verify();
  REQUIRE(verified.has_value());
  CHECK(verified->rows + verified->pending == members);
}

/// The key id that stands in front of everything sealed under a key, wherever it stands in any row.
std::uint64_t rows_under(const kv_store& store, const secret& key) {
  memory_store other;
  test::seeded_random random(9);
  std::string id = vault::open(other, {key}, random).value().seal(table{1}, "", "").substr(0, 5);
  std::uint64_t count = 0;
  for (unsigned t = 0; t <= 0xFF; ++t)
    REQUIRE(store.scan(static_cast<table>(t), {}, {}, [&](std::string_view row, std::string_view value) {
      count += value.find(id) != std::string_view::npos && row != keys::meta("vault_previous") ? 1 : 0;
      return true;
    }));
  return count;
}

rotation_work writing_to(kv_store& store) {
  rotation_work work;
  work.write = [&](const write_batch& batch, storage::sync s) { return store.write(batch, s); };
  return work;
}

struct fixture {
  memory_store store;
  test::seeded_random random{1};
  vault sealer = vault::open(store, {old_key}, random).value();

  fixture() { fill(store, sealer, random); }
};

} // namespace

TEST_CASE("after a change of keys everything opens under the new key and nothing is left under the old one",
          "[storage][key_rotation]") {
  fixture f;
  CHECK(rows_under(f.store, old_key) > members);
  std::uint64_t last = 0;
  rotation_work work = writing_to(f.store);
  work.progress = [&](std::uint64_t done, std::uint64_t total) {
    CHECK(done >= last);
    CHECK(done <= total);
    last = done;
  };
  auto done = rotate_master_key(f.store, f.sealer, new_key, work);
  REQUIRE(done.has_value());
  CHECK(*done == last);
  CHECK(rows_under(f.store, old_key) == 0);
  check_whole(f.store, f.sealer, f.random); // who was at work goes on

  CHECK(vault::open(f.store, {old_key}, f.random).error().code == ec::wrong_key);
  vault again = vault::open(f.store, {new_key}, f.random).value();
  CHECK(again.phase() == vault::rotation_phase::leftovers);
  REQUIRE(finish_rotation(f.store, again));
  vault final = vault::open(f.store, {new_key}, f.random).value();
  CHECK(final.phase() == vault::rotation_phase::none);
  CHECK_FALSE(f.store.get(tables::meta, keys::meta("vault_previous")).value());
  check_whole(f.store, final, f.random);
  CHECK(final.fingerprint("x", {"y"}) == f.sealer.fingerprint("x", {"y"}));
}

TEST_CASE("a change of keys that stops at any write loses nothing and is taken up",
          "[storage][key_rotation]") {
  std::uint64_t writes = 0;
  {
    fixture f;
    test::failing_store counting(f.store);
    REQUIRE(rotate_master_key(counting, f.sealer, new_key, writing_to(counting)));
    writes = counting.writes();
  }
  REQUIRE(writes > 5);
  for (auto how : {test::failing_write::lost, test::failing_write::applied})
    for (std::uint64_t at = 0; at < writes; ++at) {
      INFO("write " << at << (how == test::failing_write::applied ? ", applied" : ", lost"));
      fixture f;
      test::failing_store dying(f.store);
      dying.fail_after(at, how);
      REQUIRE(rotate_master_key(dying, f.sealer, new_key, writing_to(dying)).has_error());

      // The process ends here. The configuration still names the old key, or the new one already.
      bool over = at + 1 == writes && how == test::failing_write::applied;
      bool begun = at > 0 || how == test::failing_write::applied;
      auto with_old = vault::open(f.store, {old_key}, f.random);
      auto with_new = vault::open(f.store, {new_key}, f.random);
      REQUIRE(with_old.has_value() == !over);
      REQUIRE(with_new.has_value() == begun);
      for (auto* opened : {&with_old, &with_new})
        if (*opened)
          check_whole(f.store, **opened, f.random);
      if (over)
        continue;
      vault& sealer = with_new && at % 2 == 0 ? *with_new : *with_old;
      if (begun) // another key would forget the one that some rows are sealed under
        CHECK(rotate_master_key(f.store, sealer, third_key, writing_to(f.store)).error().code ==
              ec::conflict);
      REQUIRE(rotate_master_key(f.store, sealer, new_key, writing_to(f.store)));
      CHECK(rows_under(f.store, old_key) == 0);
      CHECK(vault::open(f.store, {old_key}, f.random).error().code == ec::wrong_key);
      check_whole(f.store, vault::open(f.store, {new_key}, f.random).value(), f.random);
    }
}

TEST_CASE("who writes during a change of keys is neither overwritten nor brought back",
          "[storage][key_rotation]") {
  fixture f;
  credentials_table table(f.store, f.sealer);
  rotation_work work;
  int commits = 0;
  work.write = [&](const write_batch& batch, storage::sync s) {
    // Between the look at a row and the write of it, somebody changes one and removes another.
    if (++commits == 2) {
      write_batch meanwhile;
      table.put(meanwhile, member_number(3), credentials_number(777));
      table.erase(meanwhile, member_number(4));
      REQUIRE(f.store.write(meanwhile, sync::no));
    }
    return f.store.write(batch, s);
  };
  REQUIRE(rotate_master_key(f.store, f.sealer, new_key, work));
  CHECK(table.get(member_number(3)).value() == credentials_number(777));
  CHECK_FALSE(table.get(member_number(4)).value().has_value());
  CHECK(rows_under(f.store, old_key) == 0);
}

TEST_CASE("a row sealed before a change and written after it is found at the next opening",
          "[storage][key_rotation]") {
  fixture f;
  write_batch late;
  credentials_table(f.store, f.sealer).put(late, member_number(1'000), credentials_number(1'000));
  REQUIRE(rotate_master_key(f.store, f.sealer, new_key, writing_to(f.store)));
  REQUIRE(f.store.write(late, sync::no));
  CHECK(rows_under(f.store, old_key) == 1);
  CHECK(credentials_table(f.store, f.sealer).get(member_number(1'000)).value() == credentials_number(1'000));

  vault next_run = vault::open(f.store, {new_key}, f.random).value();
  CHECK(credentials_table(f.store, next_run).get(member_number(1'000)).value() == credentials_number(1'000));
  REQUIRE(finish_rotation(f.store, next_run));
  CHECK(rows_under(f.store, old_key) == 0);
  vault third_run = vault::open(f.store, {new_key}, f.random).value();
  CHECK(credentials_table(f.store, third_run).get(member_number(1'000)).value() == credentials_number(1'000));
}

TEST_CASE("a second change in the same run takes the first one's late rows along",
          "[storage][key_rotation]") {
  fixture f;
  write_batch late;
  credentials_table(f.store, f.sealer).put(late, member_number(1'000), credentials_number(1'000));
  REQUIRE(rotate_master_key(f.store, f.sealer, new_key, writing_to(f.store)));
  REQUIRE(f.store.write(late, sync::no));
  REQUIRE(rotate_master_key(f.store, f.sealer, third_key, writing_to(f.store)));
  CHECK(rows_under(f.store, old_key) == 0);
  CHECK(rows_under(f.store, new_key) == 0);
  check_whole(f.store, vault::open(f.store, {third_key}, f.random).value(), f.random);
}

TEST_CASE("a change of keys can be stopped and goes on later; the same key is refused",
          "[storage][key_rotation]") {
  fixture f;
  CHECK(rotate_master_key(f.store, f.sealer, old_key, writing_to(f.store)).error().code == ec::conflict);
  CHECK(rotate_master_key(f.store, f.sealer, secret("short"), writing_to(f.store)).error().code ==
        ec::invalid_argument);
  rotation_work work = writing_to(f.store);
  int asked = 0;
  work.stopping = [&] { return ++asked > 2; };
  CHECK(rotate_master_key(f.store, f.sealer, new_key, work).error().code == ec::cancelled);
  check_whole(f.store, f.sealer, f.random);
  CHECK(f.sealer.phase() == vault::rotation_phase::under_way);
  REQUIRE(rotate_master_key(f.store, f.sealer, new_key, writing_to(f.store)));
  CHECK(rows_under(f.store, old_key) == 0);
}

TEST_CASE("every table that can be sealed is listed for a change of keys", "[storage][key_rotation]") {
  // A table that is new has to be looked at here: is it in sealed_offset, or is nothing in it sealed?
  const std::map<table, bool> seals{
      {tables::meta, false},
      {tables::credentials, true},
      {tables::journal, true},
      {tables::duplicates, false},
      {tables::drafts, true},
      {tables::submissions, true},
      {tables::parts, true},
      {tables::part_rows, true},
      {tables::outbox_index, false},
      {tables::accepted_values, false},
      {tables::content_keys, false},
      {tables::request_keys, false},
      {tables::expiries, false},
      {tables::audit, true},
      {tables::installations, true},
      {tables::checkpoints, true},
      {tables::misp_queue, true},
      {tables::misp_records, true},
      {tables::misp_dead, true},
      {tables::staging, false},
      {tables::late_additions, true},
      {tables::accepted_runs, false},
      {tables::accepted_run_pages, false},
      {tables::accepted_pages, false},
      {tables::limits, false},
      {tables::shared_accounts, false},
  };
  for (unsigned number = 0; number < 32; ++number) {
    auto found = seals.find(static_cast<table>(number));
    INFO(number);
    CHECK(sealed_offset(static_cast<table>(number), "k").has_value() ==
          (found != seals.end() && found->second));
  }
}
