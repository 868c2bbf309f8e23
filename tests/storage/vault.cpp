#include "storage/vault.hpp"

#include "core/bytes.hpp"
#include "storage/keys.hpp"
#include "storage/memory_store.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

/// Always the same byte: golden bytes need a known nonce.
class constant_random final : public random_source {
 public:
  void fill(std::span<std::byte> out) override { std::fill(out.begin(), out.end(), std::byte{7}); }
};

std::string hex(std::string_view bytes) {
  return to_hex(std::as_bytes(std::span(bytes)));
}

} // namespace

TEST_CASE("sealed bytes are those another implementation computes", "[storage][vault]") {
  // Computed with Python's cryptography 48 and hmac from the format described in vault.hpp: master key
  // 00 01 .. 1F, every random byte 07.
  std::string master(32, '\0');
  for (std::size_t i = 0; i < master.size(); ++i)
    master[i] = static_cast<char>(i);
  memory_store store;
  constant_random random;
  vault sealer = vault::open(store, {secret(master)}, random).value();
  std::string sealed = sealer.seal(tables::credentials, "row key", "xoxb-not-a-real-token");
  CHECK(hex(sealed) ==
        "018e4f427e070707070707070707070707c8678a4c96333a08202e4d41d2bcf25986edbae25620e63d8d8345"
        "dabc04f4259603519adb");
  CHECK(sealed.size() == vault::overhead + 21);
  CHECK(sealer.unseal(tables::credentials, "row key", sealed).value().reveal() == "xoxb-not-a-real-token");
  CHECK(hex(sealer.fingerprint("duplicate", {"trigger", "12.34"})) == "2355fa3fa3301088729d77bd7bfc3e8b");
}

TEST_CASE("any text comes back from its row, sealed differently each time", "[storage][vault]") {
  memory_store store;
  test::seeded_random random(1);
  vault sealer = test::open_vault(store, random);
  std::set<std::string> seen;
  for (std::size_t size : {0U, 1U, 15U, 16U, 17U, 1'000U, 3'000'000U}) {
    std::string plain(size, 's');
    std::string sealed = sealer.seal(table{9}, "key", plain);
    CHECK(sealed.size() == size + vault::overhead);
    CHECK(sealer.unseal(table{9}, "key", sealed).value().reveal() == plain);
    CHECK(seen.insert(sealed.substr(5, 12)).second);
    CHECK(seen.insert(sealer.seal(table{9}, "key", plain).substr(5, 12)).second);
  }
}

TEST_CASE("a sealed value opens only in its own row", "[storage][vault]") {
  memory_store store;
  test::seeded_random random(2);
  vault sealer = test::open_vault(store, random);
  std::string sealed = sealer.seal(table{1}, "alice", "secret of alice");
  CHECK(sealer.unseal(table{1}, "bob", sealed).error().code == ec::corrupted);
  CHECK(sealer.unseal(table{2}, "alice", sealed).error().code == ec::corrupted);
  CHECK(sealer.unseal(table{1}, "", sealed).error().code == ec::corrupted);
}

TEST_CASE("a sealed value that was changed anywhere or cut does not open", "[storage][vault]") {
  memory_store store;
  test::seeded_random random(3);
  vault sealer = test::open_vault(store, random);
  const std::string sealed = sealer.seal(table{1}, "key", "text");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    ec expected = i >= 1 && i < 5 ? ec::wrong_key : ec::corrupted; // bytes 1 to 4 name the key
    CHECK(sealer.unseal(table{1}, "key", changed).error().code == expected);
    CHECK(sealer.unseal(table{1}, "key", sealed.substr(0, i)).error().code == ec::corrupted);
  }
  CHECK(sealer.unseal(table{1}, "key", sealed + "x").error().code == ec::corrupted);
}

TEST_CASE("another key opens nothing, and the message says what to do", "[storage][vault]") {
  memory_store store;
  test::seeded_random random(4);
  test::open_vault(store, random);
  result<vault> refused = vault::open(store, {test::test_master_key('x')}, random);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ec::wrong_key);
  CHECK(refused.error().mend.find("storage.master_key") != std::string::npos);
  CHECK(vault::open(store, {test::test_master_key()}, random));
}

TEST_CASE("several keys open old rows while the first seals new ones", "[storage][vault]") {
  memory_store store;
  test::seeded_random random(5);
  vault old_vault = test::open_vault(store, random);
  std::string old_row = old_vault.seal(table{1}, "key", "old");
  vault both = vault::open(store, {test::test_master_key('n'), test::test_master_key()}, random).value();
  CHECK(both.unseal(table{1}, "key", old_row).value().reveal() == "old");
  CHECK(old_vault.unseal(table{1}, "key", both.seal(table{1}, "key", "new")).error().code == ec::wrong_key);
  CHECK(both.fingerprint("p", {"x"}) == old_vault.fingerprint("p", {"x"}));
}

TEST_CASE("a missing or damaged check value is not replaced by a new one", "[storage][vault]") {
  memory_store store;
  test::seeded_random random(6);
  vault sealer = test::open_vault(store, random);
  std::string row = store.get(tables::meta, keys::meta("vault")).value().value();
  row.back() = static_cast<char>(row.back() ^ 1);
  REQUIRE(store.write(write_batch().put(tables::meta, keys::meta("vault"), row), sync::no));
  CHECK(vault::open(store, {test::test_master_key()}, random).error().code == ec::corrupted);
  write_batch lost;
  lost.erase(tables::meta, keys::meta("vault")).put(tables::credentials, "somebody", "x");
  REQUIRE(store.write(lost, sync::no));
  CHECK(vault::open(store, {test::test_master_key()}, random).error().code == ec::corrupted);
}

TEST_CASE("a vault needs keys of 32 bytes", "[storage][vault]") {
  memory_store store;
  test::seeded_random random(7);
  CHECK(vault::open(store, {}, random).error().code == ec::invalid_argument);
  CHECK(vault::open(store, {secret("short")}, random).error().code == ec::invalid_argument);
}

TEST_CASE("fingerprints keep purposes and the borders of parts apart", "[storage][vault]") {
  memory_store store;
  memory_store other_store;
  test::seeded_random random(8);
  vault sealer = test::open_vault(store, random);
  vault other = test::open_vault(other_store, random);
  std::set<std::string> seen{
      sealer.fingerprint("a", {"b", "c"}),     sealer.fingerprint("a", {"bc"}),
      sealer.fingerprint("a", {"b", "c", ""}), sealer.fingerprint("b", {"b", "c"}),
      sealer.fingerprint("ab", {"c"}),         sealer.fingerprint("a", {"c", "b"}),
      other.fingerprint("a", {"b", "c"}),      sealer.fingerprint("a", {"b\0\1c"}),
  };
  CHECK(seen.size() == 8);
  CHECK(seen.begin()->size() == vault::fingerprint_bytes);
}
