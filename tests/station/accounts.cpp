#include "station/accounts.hpp"

#include "station/secret_hash.hpp"
#include "storage/memory_store.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::station;

namespace {

struct people_fixture {
  storage::memory_store store;
  test::manual_clock time;
  test::seeded_random random{5};
  accounts people{store, time, random, hash_cost{4, 8, 1}};
};

} // namespace

TEST_CASE("users of one company name share a company, users without one stand alone", "[station]") {
  people_fixture f;
  auto company_of = [&](const api_credentials& c) {
    return f.people.find_user(c.key).value().value().company;
  };
  auto a = f.people.add_user("A", "Example Corp").value();
  auto b = f.people.add_user("B", "example CORP").value();
  auto c = f.people.add_user("C", "").value();
  auto d = f.people.add_user("C", "").value();
  CHECK(company_of(a) == company_of(b));
  CHECK(company_of(c) != company_of(d));
  CHECK(company_of(a) != company_of(c));
  CHECK(f.people.find_company(company_of(a)).value().value().name == "Example Corp");
  CHECK(a.key != b.key);
  CHECK(a.secret.size() == 64);
}

TEST_CASE("a secret is kept as a salted slow hash only", "[station]") {
  people_fixture f;
  auto a = f.people.add_user("A", "").value();
  auto stored = f.people.find_user(a.key).value().value().secret_hash;
  CHECK(stored.starts_with("scrypt$4$8$1$"));
  CHECK(stored.find(a.secret.reveal()) == std::string::npos);
  CHECK(matches_hash(a.secret, stored));
  CHECK_FALSE(matches_hash(secret(std::string("other")), stored));
  CHECK(hash_secret(a.secret, f.random, {4, 8, 1}).value() != stored);
  for (const char* broken :
       {"", "scrypt", "scrypt$4$8$1$$", "md5$4$8$1$AAAA$AAAA", "scrypt$99$8$1$AAAA$AAAA", "scrypt$4$8$1$!$!"})
    CHECK_FALSE(matches_hash(a.secret, broken));
}

TEST_CASE("scrypt is the function of RFC 7914", "[station]") {
  // Section 12, third vector: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1; its first 32 bytes.
  CHECK(matches_hash(secret(std::string("pleaseletmein")),
                     "scrypt$14$8$1$U29kaXVtQ2hsb3JpZGU=$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI="));
  // The same with the last byte of the salt changed.
  CHECK_FALSE(
      matches_hash(secret(std::string("pleaseletmein")),
                   "scrypt$14$8$1$U29kaXVtQ2hsb3JpZGY=$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI="));
}

TEST_CASE("existing credentials can be imported once", "[station]") {
  people_fixture f;
  api_credentials old{"3f0a-example-key", secret(std::string("a:b%20c+d/e="))};
  CHECK(f.people.import_user("A", "", old).has_value());
  CHECK(f.people.import_user("B", "", old).error().code == ec::conflict);
  CHECK(f.people.import_user("B", "", {"a:b", old.secret}).error().code == ec::invalid_argument);
  CHECK(f.people.import_user("B", "", {"key", secret()}).error().code == ec::invalid_argument);
  CHECK(matches_hash(old.secret, f.people.find_user(old.key).value().value().secret_hash));
}

TEST_CASE("names and types are checked", "[station]") {
  people_fixture f;
  CHECK(f.people.add_user(" ", "").error().code == ec::invalid_argument);
  CHECK(f.people.add_user("a\nb", "").error().code == ec::invalid_argument);
  CHECK(f.people.add_enclave("", "INTERNAL").error().code == ec::invalid_argument);
  CHECK(f.people.add_enclave("E", "internal").error().code == ec::invalid_argument);
  CHECK(f.people.add_enclave(std::string(201, 'x'), "OPEN").error().code == ec::invalid_argument);
  CHECK(parse_access("submit").value() == access::submit);
  CHECK(parse_access("Submit").error().code == ec::invalid_argument);
}

TEST_CASE("grants need both sides, are replaced, revoked, and go with the user", "[station]") {
  people_fixture f;
  auto a = f.people.add_user("A", "").value();
  auto e = f.people.add_enclave(" Sharing group ", "INTERNAL").value();
  CHECK(e.name == "Sharing group");
  CHECK(f.people.grant("nobody", e.id, access::view).error().code == ec::not_found);
  CHECK(f.people.grant(a.key, "nowhere", access::view).error().code == ec::not_found);
  f.people.grant(a.key, e.id, access::view).value();
  f.people.grant(a.key, e.id, access::full).value();
  auto granted = f.people.enclaves_of(a.key).value();
  REQUIRE(granted.size() == 1);
  CHECK(granted[0].may_update());
  CHECK(f.people.list_grants().value().size() == 1);
  f.people.revoke(a.key, e.id).value();
  CHECK(f.people.revoke(a.key, e.id).error().code == ec::not_found);
  f.people.grant(a.key, e.id, access::submit).value();
  f.people.remove_user(a.key).value();
  CHECK(f.people.list_grants().value().empty());
  CHECK(f.people.remove_user(a.key).error().code == ec::not_found);
  CHECK(f.people.list_users().value().empty());
  CHECK(f.people.list_enclaves().value().size() == 1);
}
