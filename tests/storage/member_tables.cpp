/// The small tables: credentials, journal, drafts, duplicates, and the sweep of what has expired.
#include "storage/audit_table.hpp"
#include "storage/credentials_table.hpp"
#include "storage/drafts_table.hpp"
#include "storage/duplicates_table.hpp"
#include "storage/expiry.hpp"
#include "storage/journal_table.hpp"
#include "storage/keys.hpp"
#include "storage/memory_store.hpp"
#include "support/count_rows.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::storage;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const sys_time start = from_epoch_ms(1'750'000'000'000);
const member alice{team_id{"T1"}, user_id{"U1"}};
const member bob{team_id{"T1"}, user_id{"U2"}};

struct fixture {
  memory_store store;
  test::seeded_random random{1};
  vault sealer = test::open_vault(store, random);

  void commit(const write_batch& batch) { REQUIRE(store.write(batch, sync::yes)); }

  [[nodiscard]] std::size_t rows(table t) const { return test::count_rows(store, t); }
  /// Everything stored, to look for what must not be readable.
  [[nodiscard]] std::string dump() const {
    std::string bytes;
    for (unsigned t = 0; t < 256; ++t)
      store
          .scan(static_cast<table>(t), {}, {},
                [&](std::string_view key, std::string_view value) {
                  bytes.append(key).append(value);
                  return true;
                })
          .value();
    return bytes;
  }
  /// Changes a byte of the only row of a table.
  void damage(table t) {
    std::string key;
    std::string value;
    store
        .scan(t, {}, {},
              [&](std::string_view k, std::string_view v) {
                key = k;
                value = v;
                return false;
              })
        .value();
    value.back() = static_cast<char>(value.back() ^ 1);
    commit(write_batch().put(t, key, value));
  }
};

credentials some_credentials(const std::string& name) {
  return {{secret("key-of-" + name), secret("secret-of-" + name)}, start};
}

} // namespace

TEST_CASE("credentials are kept per member, sealed", "[storage][credentials_table]") {
  fixture f;
  credentials_table table(f.store, f.sealer);
  CHECK(table.get(alice).value() == std::nullopt);
  write_batch batch;
  table.put(batch, alice, some_credentials("alice"));
  table.put(batch, bob, some_credentials("bob"));
  f.commit(batch);
  CHECK(table.get(alice).value() == some_credentials("alice"));
  CHECK(table.get(bob).value() == some_credentials("bob"));
  CHECK(table.get(member{team_id{"T1U"}, user_id{"1"}}).value() == std::nullopt);
  CHECK(table.list().value() == std::vector{alice, bob});
  for (const char* hidden : {"key-of-alice", "secret-of-alice", "secret-of-bob"})
    CHECK(f.dump().find(hidden) == std::string::npos);

  write_batch change;
  table.put(change, alice, some_credentials("new"));
  table.erase(change, bob);
  f.commit(change);
  CHECK(table.get(alice).value() == some_credentials("new"));
  CHECK(table.list().value() == std::vector{alice});
  f.damage(tables::credentials);
  CHECK(table.get(alice).error().code == ec::corrupted);
}

TEST_CASE("one member's sealed credentials do not open as another's", "[storage][credentials_table]") {
  fixture f;
  credentials_table table(f.store, f.sealer);
  write_batch batch;
  table.put(batch, alice, some_credentials("alice"));
  f.commit(batch);
  std::string stolen = f.store.get(tables::credentials, keys::of_member(alice)).value().value();
  f.commit(write_batch().put(tables::credentials, keys::of_member(bob), stolen));
  CHECK(table.get(bob).error().code == ec::corrupted);
}

TEST_CASE("the journal lists what was not answered, oldest id first", "[storage][journal_table]") {
  fixture f;
  journal_table table(f.store, f.sealer);
  auto entry = [](const char* id) {
    return journal_entry{id,
                         alice,
                         channel_id{"C1"},
                         secret("https://hooks.slack.com/commands/T1/1/hidden-part"),
                         "/trustar-search",
                         "private words",
                         start};
  };
  write_batch batch;
  for (const char* id : {"2", "1", "3"})
    table.put(batch, entry(id));
  f.commit(batch);
  CHECK(f.dump().find("hidden-part") == std::string::npos);
  CHECK(f.dump().find("private words") == std::string::npos);
  CHECK(table.list(2).value() == std::vector{entry("1"), entry("2")});
  write_batch answered;
  table.erase(answered, "1");
  f.commit(answered);
  CHECK(table.list(9).value() == std::vector{entry("2"), entry("3")});
}

TEST_CASE("a draft is found by its owner until it expires", "[storage][drafts_table]") {
  fixture f;
  drafts_table table(f.store, f.sealer);
  write_batch batch;
  table.put(batch, alice, "V1", "pasted words", start + hours{1});
  f.commit(batch);
  CHECK(f.dump().find("pasted words") == std::string::npos);
  CHECK(table.get(alice, "V1", start).value()->reveal() == "pasted words");
  CHECK(table.get(alice, "V1", start + hours{1} - milliseconds{1}).value()->reveal() == "pasted words");
  CHECK(table.get(alice, "V1", start + hours{1}).value() == std::nullopt);
  CHECK(table.get(bob, "V1", start).value() == std::nullopt);
  CHECK(table.get(alice, "V2", start).value() == std::nullopt);
}

TEST_CASE("of two who consume one draft, one commits", "[storage][drafts_table]") {
  fixture f;
  drafts_table table(f.store, f.sealer);
  write_batch batch;
  table.put(batch, alice, "V1", "x", start + hours{1});
  table.put(batch, alice, "V2", "y", start + hours{1});
  table.put(batch, bob, "V1", "z", start + hours{1});
  f.commit(batch);
  std::vector<write_batch> takers(2);
  for (write_batch& taker : takers)
    CHECK(table.consume(taker, alice, "V1", start).value()->reveal() == "x");
  std::vector<result<void>> verdicts = f.store.write_group(takers, sync::yes);
  CHECK(verdicts[0]);
  CHECK(verdicts[1].error().code == ec::precondition_failed);
  write_batch late;
  CHECK(table.consume(late, alice, "V1", start).value() == std::nullopt);
  CHECK(late.empty());

  write_batch leaving;
  REQUIRE(table.erase_all(leaving, alice));
  f.commit(leaving);
  CHECK(table.get(alice, "V2", start).value() == std::nullopt);
  CHECK(table.get(bob, "V1", start).value()->reveal() == "z");
}

TEST_CASE("a repeated delivery is recognised for at least ten minutes", "[storage][duplicates_table]") {
  fixture f;
  duplicates_table table(f.store, f.sealer);
  write_batch first;
  CHECK(table.remember(first, "trigger", "123.456.abc", start, minutes{1}).value());
  f.commit(first);
  CHECK(f.dump().find("123.456.abc") == std::string::npos);

  write_batch repeat;
  CHECK_FALSE(
      table.remember(repeat, "trigger", "123.456.abc", start + minutes{10} - milliseconds{1}).value());
  CHECK(repeat.empty());
  CHECK(table.contains("trigger", "123.456.abc", start + minutes{9}).value());
  CHECK_FALSE(table.contains("event", "123.456.abc", start).value());
  CHECK(table.remember(repeat, "event", "123.456.abc", start).value());

  write_batch much_later;
  CHECK(table.remember(much_later, "trigger", "123.456.abc", start + minutes{10}).value());
  f.commit(much_later); // although the expired row is still there
  CHECK(table.contains("trigger", "123.456.abc", start + minutes{19}).value());
}

TEST_CASE("of concurrent deliveries of one request exactly one wins", "[storage][duplicates_table]") {
  fixture f;
  duplicates_table table(f.store, f.sealer);
  for (sys_time now : {start, start + hours{1}}) { // new, and over an expired row
    std::vector<write_batch> deliveries(5);
    for (write_batch& delivery : deliveries)
      CHECK(table.remember(delivery, "view", "V1/hash", now).value());
    int won = 0;
    for (const result<void>& verdict : f.store.write_group(deliveries, sync::no)) {
      won += verdict ? 1 : 0;
      CHECK((verdict || verdict.error().code == ec::precondition_failed));
    }
    CHECK(won == 1);
  }
}

TEST_CASE("a sweep removes what has expired, in bounded steps, and nothing else", "[storage][expiry]") {
  fixture f;
  duplicates_table duplicates(f.store, f.sealer);
  drafts_table drafts(f.store, f.sealer);
  write_batch batch;
  for (int i = 0; i < 25; ++i)
    REQUIRE(duplicates.remember(batch, "event", std::to_string(i), start).value());
  drafts.put(batch, alice, "short", "x", start + minutes{10});
  drafts.put(batch, alice, "long", "y", start + hours{1});
  drafts.put(batch, bob, "renewed", "z", start + minutes{5});
  f.commit(batch);
  write_batch renewal;
  drafts.put(renewal, bob, "renewed", "z", start + hours{1});
  f.commit(renewal);

  sys_time now = start + minutes{10};
  std::vector<std::size_t> steps;
  do {
    write_batch sweep;
    steps.push_back(sweep_expired(f.store, sweep, now, 10).value());
    f.commit(sweep);
  } while (steps.back() == 10);
  CHECK(steps == std::vector<std::size_t>{10, 10, 7}); // 25 + "short" + the old entry of "renewed"
  CHECK(f.rows(tables::duplicates) == 0);
  CHECK(f.rows(tables::drafts) == 2);
  CHECK(f.rows(tables::expiries) == 2);
  CHECK(drafts.get(bob, "renewed", now).value()->reveal() == "z");
}

TEST_CASE("a sweep does not remove what is renewed meanwhile", "[storage][expiry]") {
  fixture f;
  drafts_table drafts(f.store, f.sealer);
  write_batch batch;
  drafts.put(batch, alice, "V1", "old", start);
  f.commit(batch);
  write_batch sweep;
  REQUIRE(sweep_expired(f.store, sweep, start, 10).value() == 1);
  write_batch renewal;
  drafts.put(renewal, alice, "V1", "new", start + hours{1});
  f.commit(renewal);
  CHECK(f.store.write(sweep, sync::no).error().code == ec::precondition_failed);
  CHECK(drafts.get(alice, "V1", start).value()->reveal() == "new");
}

TEST_CASE("who registers and who unregisters is in the audit log, without what was registered",
          "[storage][credentials_table]") {
  memory_store store;
  test::seeded_random random(1);
  vault sealer = test::open_vault(store, random);
  credentials_table table(store, sealer, &random);
  member who{team_id{"T1"}, user_id{"U1"}};
  sys_time now = from_epoch_ms(1'750'000'000'000);
  write_batch batch;
  table.put(batch, who, {{secret("the-key"), secret("the-secret")}, now});
  table.erase(batch, who, now + seconds{1});
  REQUIRE(store.write(batch, storage::sync::no));
  audit_table audit(store, sealer, random);
  write_batch chained;
  REQUIRE(audit.chain(chained, 10).value() == 2);
  REQUIRE(store.write(chained, storage::sync::no));
  std::vector<audit_event> events;
  REQUIRE(audit.read([&](auto, const audit_event& e) {
    events.push_back(e);
    return true;
  }));
  CHECK(events == std::vector<audit_event>{{now, "T1/U1", "credentials_registered", "T1/U1", ""},
                                           {now + seconds{1}, "T1/U1", "credentials_removed", "T1/U1", ""}});
}
