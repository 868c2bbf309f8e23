#include "station/fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

TEST_CASE("each level of access allows what it says", "[station]") {
  station_fixture f(unlimited());
  auto listed = bj::parse(f.call(f.alice, "GET", "/enclaves").body).as_array();
  REQUIRE(listed.size() == 2);
  for (const bj::value& e : listed) {
    CHECK(e.at("read") == true);
    CHECK(e.at("create") == true);
    CHECK(e.at("update") == (text(e.at("id")) == f.own));
    CHECK(e.at("type") == "INTERNAL");
  }
  auto of_bob = bj::parse(f.call(f.bob, "GET", "/enclaves").body).as_array();
  REQUIRE(of_bob.size() == 1);
  CHECK(of_bob[0].at("name") == "Example ISAC");
  CHECK(of_bob[0].at("create") == false);
  CHECK(f.call(f.bob, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"})).status ==
        403);
  CHECK(f.call(f.bob, "POST", "/reports",
               R"({"title": "t", "reportBody": "b", "enclaveIds": [")" + f.shared + R"("]})")
            .status == 403);
  // One enclave without the right is enough to refuse all.
  std::string both =
      R"({"enclaveIds": [")" + f.shared + R"(", ")" + f.own + R"("], "content": [{"value": "203.0.113.9"}]})";
  CHECK(f.call(f.carol, "POST", "/indicators", both).status == 403);
  CHECK(f.sightings(f.bob, "203.0.113.9") == 0);
  f.people.grant(f.bob.key, f.shared, station::access::submit).value(); // counts at once
  CHECK(f.call(f.bob, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"})).status ==
        200);
  f.people.revoke(f.bob.key, f.shared).value();
  CHECK(f.call(f.bob, "GET", "/enclaves").body == "[]");
  CHECK(f.sightings(f.bob, "203.0.113.9") == 0);
}

TEST_CASE("the status of a submission is its owner's, and of colleagues who see all its enclaves",
          "[station]") {
  station_fixture f(unlimited());
  auto submit = [&](const std::string& enclaves) {
    auto answer = f.call(f.alice, "POST", "/indicators",
                         R"({"enclaveIds": [)" + enclaves + R"(], "content": [{"value": "not a value"}]})");
    return "/submissions/" + std::string(answer.headers.find("Submission-Id").value()) + "/status";
  };
  std::string everywhere = submit("\"" + f.shared + "\", \"" + f.own + "\"");
  std::string in_shared = submit("\"" + f.shared + "\"");
  CHECK(f.call(f.bob, "GET", in_shared).status == 200);
  CHECK(f.call(f.bob, "GET", everywhere).status == 404); // its skipped rows quote what he may not see
  CHECK(f.call(f.eve, "GET", in_shared).status == 404);
  f.people.revoke(f.alice.key, f.own).value();
  CHECK(f.call(f.alice, "GET", everywhere).status == 200); // her own words
}
