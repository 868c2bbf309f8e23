#include "protocol/misp/feed.hpp"

#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::misp;

namespace {

const std::string uuid = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81";
/// `printf '%s' '{"Event": ...}' | sha256sum` of the text below
const std::string file =
    R"({"Event": {"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "info": "From a feed"}})";
const std::string file_hash = "89db394c4947430e9a721cae4cd1829ca071ca61cb9fe2adc9b3116c6e6e3200";

} // namespace

TEST_CASE("a feed is asked for its manifest and for single files", "[misp]") {
  const feed at{"https://feed.example.org/osint/", "isacbot/1.0"};
  http::request request = make_manifest_request(at);
  CHECK(request.method == "GET");
  CHECK(request.target == "https://feed.example.org/osint/manifest.json");
  CHECK(request.headers.find("User-Agent") == "isacbot/1.0");
  CHECK_FALSE(request.headers.find("If-None-Match"));
  CHECK(make_manifest_request(at, "W/\"abc\"").headers.find("If-None-Match") == "W/\"abc\"");
  CHECK(make_feed_event_request(at, "5A3C2FCD-8328-42BB-A95E-4F4402DE0B81")->target ==
        "https://feed.example.org/osint/5a3c2fcd-8328-42bb-a95e-4f4402de0b81.json");
  CHECK(make_feed_event_request(at, "../../etc/passwd").error().code == ec::invalid_argument);
}

TEST_CASE("a manifest lists events, numbers as text or not", "[misp]") {
  auto read = parse_manifest(R"({
    "5A3C2FCD-8328-42BB-A95E-4F4402DE0B81": {"info": "First", "Orgc": {"id": "2", "name": "CERT", "uuid": "x"},
      "analysis": "2", "date": "2031-03-01", "threat_level_id": 2, "timestamp": "1929873600",
      "Tag": [{"name": "tlp:white", "timestamp": "5"}], "integrity:sha256": "ABCDEF"},
    "7a1f92cb-dba7-425f-aacd-85b80ff5cb9a": {"info": "Second", "orgc": {"name": "Other"}, "timestamp": 1929873601},
    "not-a-uuid": {"info": "x", "timestamp": 1},
    "99999999-9999-4999-8999-999999999999": {"info": "no time"},
    "88888888-9999-4999-8999-999999999999": {"timestamp": "later"},
    "77777777-9999-4999-8999-999999999999": "text"})");
  REQUIRE(read.has_value());
  REQUIRE(read->entries.size() == 2);
  CHECK(read->entries[0] == manifest_entry{uuid, "First", "CERT", 1929873600, "abcdef"});
  CHECK(read->entries[1] ==
        manifest_entry{"7a1f92cb-dba7-425f-aacd-85b80ff5cb9a", "Second", "Other", 1929873601, ""});
  CHECK(read->unreadable == 4);
  CHECK(parse_manifest("{}")->entries.empty());
}

TEST_CASE("what is no manifest is no empty feed", "[misp]") {
  for (const char* text : {"[]", "null", "5", R"({"name": "Not Found", "message": "x"})",
                           R"([{"5a3c2fcd-8328-42bb-a95e-4f4402de0b81": {"timestamp": 5}}])"})
    CHECK(parse_manifest(text).error().code == ec::protocol_violation);
  for (const char* text : {"", "{", "<html>", R"({"5a3c2fcd-8328-42bb-a95e-4f4402de0b81": {"timestamp": 5)"})
    CHECK(parse_manifest(text).error().code == ec::upstream_failed);
}

TEST_CASE("an event's file has to be the one of the manifest", "[misp]") {
  manifest_entry entry{uuid, "", "", 0, ""};
  CHECK(parse_feed_event(file, entry)->info == "From a feed");
  entry.sha256 = file_hash;
  CHECK(parse_feed_event(file, entry).has_value());
  CHECK(parse_feed_event(file + "\n", entry).error().code == ec::upstream_failed); // being rebuilt
  entry.sha256.clear();
  CHECK(parse_feed_event(file.substr(0, 40), entry).error().code == ec::upstream_failed);
  entry.uuid = "7a1f92cb-dba7-425f-aacd-85b80ff5cb9a";
  CHECK(parse_feed_event(file, entry).error().code == ec::protocol_violation);
  CHECK(parse_feed_event("[" + file + "," + file + "]", {uuid, "", "", 0, ""}).error().code ==
        ec::protocol_violation);
  CHECK(parse_feed_event("[]", entry).error().code == ec::protocol_violation);
}
