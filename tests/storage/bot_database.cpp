#include "storage/bot_database.hpp"

#include "storage/credentials_table.hpp"
#include "storage/schema.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

rocksdb_options at(const std::filesystem::path& path) {
  rocksdb_options options;
  options.path = path;
  options.compression = false;
  return options;
}

bool any_file_contains(const std::filesystem::path& directory, const std::string& text) {
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::string content(std::istreambuf_iterator<char>(in), {});
    if (content.find(text) != std::string::npos)
      return true;
  }
  return false;
}

} // namespace

TEST_CASE("the bot's database opens again with its key and with no other", "[storage][bot_database]") {
  test::temp_dir dir;
  test::seeded_random random(1);
  member who{team_id{"T1"}, user_id{"U1"}};
  credentials value{{secret("plain-api-key"), secret("plain-api-secret")}, from_epoch_ms(1)};
  {
    bot_database database = open_bot_database(at(dir / "db"), {test::test_master_key()}, random).value();
    write_batch batch;
    credentials_table(*database.store, database.sealer).put(batch, who, value);
    batch.put(table{200}, "control", "planted-control-value");
    REQUIRE(database.store->write(batch, sync::yes));
  }
  CHECK(open_bot_database(at(dir / "db"), {test::test_master_key('x')}, random).error().code ==
        ec::wrong_key);
  bot_database database = open_bot_database(at(dir / "db"), {test::test_master_key()}, random).value();
  CHECK(credentials_table(*database.store, database.sealer).get(who).value() == value);
  CHECK_FALSE(any_file_contains(dir / "db", "plain-api-key"));
  CHECK_FALSE(any_file_contains(dir / "db", "plain-api-secret"));
  CHECK(any_file_contains(dir / "db", "planted-control-value")); // the search is able to find
}

TEST_CASE("Station's database is not taken for the bot's", "[storage][bot_database]") {
  test::temp_dir dir;
  test::seeded_random random(1);
  {
    std::unique_ptr<rocksdb_store> store = rocksdb_store::open(at(dir / "db")).value();
    REQUIRE(open_schema(*store, {"station", 1, {}}));
  }
  CHECK(open_bot_database(at(dir / "db"), {test::test_master_key()}, random).error().code ==
        ec::schema_mismatch);
}
