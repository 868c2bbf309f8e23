#include "storage/schema.hpp"

#include "storage/memory_store.hpp"
#include "support/failing_store.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

constexpr table notes{1};

migration append_digit(std::uint32_t from) {
  return {from, [from](const kv_store& store, write_batch& batch) -> result<void> {
            std::string text = store.get(notes, "log").value().value_or("");
            batch.put(notes, "log", text + std::to_string(from));
            return {};
          }};
}

} // namespace

TEST_CASE("an empty database is marked, and opens again", "[storage][schema]") {
  memory_store store;
  REQUIRE(open_schema(store, {"isacbot", 1, {}}));
  CHECK(open_schema(store, {"isacbot", 1, {}}));
}

TEST_CASE("another product's database is refused with both names", "[storage][schema]") {
  memory_store store;
  REQUIRE(open_schema(store, {"station", 1, {}}));
  result<void> refused = open_schema(store, {"isacbot", 1, {}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::schema_mismatch);
  CHECK(refused.error().cause.find("'station'") != std::string::npos);
  CHECK(refused.error().mend.find("station.path") != std::string::npos);
}

TEST_CASE("a newer database is refused with a mend", "[storage][schema]") {
  memory_store store;
  REQUIRE(open_schema(store, {"isacbot", 3, {}}));
  result<void> refused = open_schema(store, {"isacbot", 2, {}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::schema_mismatch);
  CHECK(refused.error().mend.find("newer release") != std::string::npos);
}

TEST_CASE("an older database is migrated step by step, each once", "[storage][schema]") {
  memory_store store;
  REQUIRE(open_schema(store, {"isacbot", 1, {}}));
  std::vector<migration> steps{append_digit(2), append_digit(1), append_digit(3)};
  REQUIRE(open_schema(store, {"isacbot", 4, steps}));
  REQUIRE(open_schema(store, {"isacbot", 4, steps}));
  CHECK(store.get(notes, "log").value() == "123");
}

TEST_CASE("a migration that fails half way goes on where it stopped", "[storage][schema]") {
  memory_store inner;
  test::failing_store store(inner);
  REQUIRE(open_schema(store, {"isacbot", 1, {}}));
  std::vector<migration> steps{append_digit(1), append_digit(2)};
  store.fail_after(1);
  CHECK(open_schema(store, {"isacbot", 3, steps}).error().code == ec::io_failure);
  store.recover();
  REQUIRE(open_schema(store, {"isacbot", 3, steps}));
  CHECK(inner.get(notes, "log").value() == "12");
}

TEST_CASE("a version that nobody can migrate from is refused", "[storage][schema]") {
  memory_store store;
  REQUIRE(open_schema(store, {"isacbot", 1, {}}));
  std::vector<migration> steps{append_digit(2)};
  CHECK(open_schema(store, {"isacbot", 3, steps}).error().code == ec::schema_mismatch);
}

TEST_CASE("rows without a mark, or with a strange one, are no database of ours", "[storage][schema]") {
  memory_store store;
  REQUIRE(store.write(write_batch().put(notes, "a", "1"), sync::no));
  CHECK(open_schema(store, {"isacbot", 1, {}}).error().code == ec::corrupted);
  for (const char* mark : {"", "isacbot", "isacbot ", "isacbot x", "isacbot 1x", "isacbot 99999999999"}) {
    memory_store marked;
    REQUIRE(open_schema(marked, {"isacbot", 1, {}}));
    REQUIRE(marked.scan(table{0}, {}, {}, [&](std::string_view key, auto) {
      return static_cast<bool>(marked.write(write_batch().put(table{0}, std::string(key), mark), sync::no));
    }));
    CHECK(open_schema(marked, {"isacbot", 1, {}}).error().code == ec::corrupted);
  }
}
