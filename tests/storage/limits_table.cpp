#include "storage/limits_table.hpp"

#include "storage/credentials_table.hpp"
#include "storage/keys.hpp"
#include "storage/memory_store.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::storage;
using domain::limit_level;
using std::chrono::hours;

namespace {

const sys_time noon = domain::start_of(20'000) + hours{12};

struct fixture {
  memory_store store;
  test::seeded_random random{1};
  vault sealer = test::open_vault(store, random);
  limits_table table{store, sealer};

  void commit(const write_batch& batch) { REQUIRE(store.write(batch, sync::yes)); }
  saved_limits load(sys_time now) {
    write_batch outdated;
    auto out = table.load(outdated, now).value();
    commit(outdated);
    return out;
  }
};

} // namespace

TEST_CASE("leases are read back as long as they say anything", "[storage]") {
  fixture f;
  write_batch batch;
  limits_table::put(batch, {77, limit_level::address, 1, {}}, noon + hours{1});
  limits_table::put(batch, {78, limit_level::user, 0, {}}, noon - hours{1});
  limits_table::put(batch, {79, limit_level::user, 0, {}}, noon + hours{2});
  limits_table::erase(batch, 79);
  limits_table::put(batch, domain::day_lease{"acme", 20'000, 120});
  limits_table::put(batch, domain::day_lease{"acme", 19'999, 300});
  limits_table::put(batch, domain::day_lease{"acme", 19'998, 300});
  f.commit(batch);
  for (int again = 0; again < 2; ++again) { // the second time what is outdated has gone
    const auto saved = f.load(noon);
    REQUIRE(saved.buckets.size() == 1);
    CHECK(saved.buckets[0].first.key == 77);
    CHECK(saved.buckets[0].first.level == limit_level::address);
    CHECK(saved.buckets[0].first.index == 1);
    CHECK(saved.buckets[0].second == noon + hours{1});
    REQUIRE(saved.days.size() == 2);
    CHECK(saved.days[1].company == "acme");
    CHECK(saved.days[1].day == 20'000);
    CHECK(saved.days[1].calls == 120);
  }
}

TEST_CASE("rows of limits that cannot be read are dropped, the others stay", "[storage]") {
  fixture f;
  write_batch batch;
  limits_table::put(batch, {77, limit_level::address, 1, {}}, noon + hours{1});
  batch.put(tables::limits, "", "x");
  batch.put(tables::limits, "\x01short", "");
  batch.put(tables::limits, keys::limit_bucket(5), "\x07");
  batch.put(tables::limits, keys::limit_day(20'000, "acme"), "short");
  batch.put(tables::limits, "\x09unknown", "");
  f.commit(batch);
  CHECK(f.load(noon).buckets.size() == 1);
  CHECK(f.load(noon).days.empty());
}

TEST_CASE("the key of buckets stays the same for the life of the database", "[storage]") {
  fixture f;
  const auto key = f.table.hash_key();
  CHECK(f.table.hash_key().low == key.low);
  CHECK(key.low != key.high);
  CHECK(limits_table(f.store, f.sealer).hash_key().high == key.high);
}

TEST_CASE("members who have registered the same key are found without reading a secret", "[storage]") {
  fixture f;
  credentials_table credentials(f.store, f.sealer);
  const auto who = [](const char* id) { return member{team_id{"T1"}, user_id{id}}; };
  const auto put = [&](const char* id, const char* key) {
    write_batch batch;
    credentials.put(batch, who(id), {{secret{key}, secret{"s"}}, noon});
    f.commit(batch);
  };
  const auto sharing = [&](const char* key) {
    return credentials.sharing({secret{key}, secret{"other"}}, 10).value();
  };
  put("U1", "shared");
  put("U2", "shared");
  put("U3", "own");
  CHECK(sharing("shared") == std::vector{who("U1"), who("U2")});
  CHECK(sharing("own").size() == 1);
  CHECK(sharing("nobody's").empty());

  put("U2", "own"); // another key instead
  CHECK(sharing("shared").size() == 1);
  CHECK(sharing("own").size() == 2);
  write_batch batch;
  credentials.erase(batch, who("U1"));
  f.commit(batch);
  CHECK(sharing("shared").empty());
}

TEST_CASE("a database from before is indexed once", "[storage]") {
  fixture f;
  credentials_table credentials(f.store, f.sealer);
  write_batch batch;
  credentials.put(batch, {team_id{"T1"}, user_id{"U1"}}, {{secret{"key"}, secret{"s"}}, noon});
  f.commit(batch);
  write_batch forget;
  f.store
      .scan(tables::shared_accounts, {}, {},
            [&](std::string_view key, auto) {
              forget.erase(tables::shared_accounts, std::string(key));
              return true;
            })
      .value();
  f.commit(forget);
  write_batch index;
  REQUIRE(credentials.index_accounts(index));
  f.commit(index);
  CHECK(credentials.sharing({secret{"key"}, secret{"s"}}, 10).value().size() == 1);
  write_batch nothing;
  REQUIRE(credentials.index_accounts(nothing));
  CHECK(nothing.empty());
}
