#include "domain/lists/stix_reader.hpp"

#include "domain/lists/read_pieces.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::read_whole;
using isacbot::test::told;

namespace {

using texts = std::vector<std::string>;

std::string bundle(const std::string& objects) {
  return R"({"type":"bundle","id":"bundle--5f1e2d3c-0000-4000-8000-0000000000aa","objects":[)" + objects +
         "]}";
}

std::string indicator(const std::string& pattern, const std::string& more = "") {
  return R"({"type":"indicator","spec_version":"2.1","id":"indicator--1","pattern_type":"stix","pattern":")" +
         pattern + "\"" + more + "}";
}

} // namespace

TEST_CASE("the values that an indicator's pattern compares with are items", "[domain]") {
  const auto list = read_whole(bundle(indicator(
      "[ipv4-addr:value = '8.8.4.4' OR domain-name:value IN ('bad-site.net', 'worse-site.net')] FOLLOWEDBY "
      "([file:hashes.'SHA-256' = 'aaf1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccddee0f' AND "
      "file:name = 'run.exe'] WITHIN 600 SECONDS)",
      R"(,"name":"A wave","description":"seen twice","valid_from":"2024-03-01T10:00:00Z",)"
      R"("labels":["Malicious-Activity"],"object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"])")));
  REQUIRE(list.format == list_format::stix);
  CHECK(told(list) == texts{"1 IP 8.8.4.4", "1 DOMAIN bad-site.net", "1 DOMAIN worse-site.net",
                            "1 SHA256 aaf1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccddee0f",
                            "1 SOFTWARE run.exe"});
  const indicator_row& row = list.items[0].row;
  CHECK(row.notes == "A wave; seen twice");
  CHECK(row.first_seen == from_epoch_ms(1'709'287'200'000));
  CHECK(row.tags == texts{"tlp-amber", "malicious-activity"});
}

TEST_CASE("what a pattern excludes is withheld, what it cannot name is refused", "[domain]") {
  const auto list = read_whole(
      bundle(indicator("[url:value != 'http://good-site.net/' AND ipv4-addr:value NOT IN ('9.9.9.9')]") +
             "," + indicator("[domain-name:value LIKE '%.bad-site.net']") + "," +
             indicator("[ipv4-addr:value ISSUBSET '8.8.4.0/24']") + "," + indicator("[file:size > 100]") +
             "," + indicator("[ipv4-addr:value = ") + "," +
             R"({"type":"indicator","id":"indicator--2","pattern_type":"yara","pattern":"rule x {}"},)" +
             indicator("[ipv4-addr:value = '8.8.4.4']", ",\"revoked\":true")));
  CHECK(told(list) == texts{"1 withheld: http://good-site.net/", "1 withheld: 9.9.9.9",
                            "2 refused: %.bad-site.net", "3 CIDR_BLOCK 8.8.4.0/24",
                            "4 withheld: file:size 100", "5 refused: [ipv4-addr:value = ",
                            "6 withheld: rule x {}", "7 withheld: [ipv4-addr:value = '8.8.4.4']"});
}

TEST_CASE("cyber-observable objects are items", "[domain]") {
  const auto list = read_whole(bundle(
      R"({"type":"identity","id":"identity--1","name":"Our team"},)"
      R"({"type":"ipv4-addr","id":"ipv4-addr--1","value":"8.8.4.4","created_by_ref":"identity--1"},)"
      R"({"type":"ipv6-addr","id":"ipv6-addr--1","value":"2a00:1450:4001:0::1"},)"
      R"({"type":"domain-name","id":"domain-name--1","value":"bad-site.net"},)"
      R"({"type":"url","id":"url--1","value":"http://bad-site.net/a"},)"
      R"({"type":"email-addr","id":"email-addr--1","value":"bad@bad-site.net"},)"
      R"({"type":"file","id":"file--1","name":"run.exe","hashes":{"MD5":"0f1e2d3c4b5a69788796a5b4c3d2e1f0"}},)"
      R"({"type":"windows-registry-key","id":"w--1","key":"HKEY_LOCAL_MACHINE\\Software\\Bad"},)"
      R"({"type":"autonomous-system","id":"a--1","number":64496},)"
      R"({"type":"mutex","id":"m--1","name":"Global"},)"
      R"({"type":"vulnerability","id":"v--1","name":"a hole","external_references":[{"source_name":"cve","external_id":"CVE-2031-4455"}]},)"
      R"({"type":"malware","id":"mw--1","name":"Emotet"},)"
      R"({"type":"relationship","id":"r--1","relationship_type":"indicates"})"));
  CHECK(told(list) == texts{"1 IP 8.8.4.4", "2 IP 2a00:1450:4001::1", "3 DOMAIN bad-site.net",
                            "4 URL http://bad-site.net/a", "5 EMAIL_ADDRESS bad@bad-site.net",
                            "6 MD5 0f1e2d3c4b5a69788796a5b4c3d2e1f0", "6 SOFTWARE run.exe",
                            "7 REGISTRY_KEY HKLM\\Software\\Bad", "8 withheld: AS64496",
                            "9 withheld: mutex Global", "10 CVE CVE-2031-4455", "11 MALWARE Emotet"});
  CHECK(list.items[0].row.source == "Our team");
}

TEST_CASE("observed data of STIX 2.0 holds its objects itself", "[domain]") {
  const auto list = read_whole(bundle(
      R"({"type":"observed-data","id":"o--1","first_observed":"2024-03-01T10:00:00Z","last_observed":"2024-03-02T10:00:00Z",)"
      R"("number_observed":5,"objects":{"0":{"type":"ipv4-addr","value":"8.8.4.4"}}})"));
  REQUIRE(told(list) == texts{"1 IP 8.8.4.4"});
  CHECK(list.items[0].row.sightings == 5);
  CHECK(list.items[0].row.first_seen == from_epoch_ms(1'709'287'200'000));
  CHECK(list.items[0].row.last_seen == from_epoch_ms(1'709'373'600'000));
}

TEST_CASE("a marking that the bundle defines becomes a tag", "[domain]") {
  const auto list = read_whole(bundle(
      R"({"type":"marking-definition","id":"marking-definition--1","definition_type":"tlp","definition":{"tlp":"green"}},)" +
      indicator("[ipv4-addr:value = '8.8.4.4']", ",\"object_marking_refs\":[\"marking-definition--1\"]")));
  REQUIRE(list.items.size() == 1);
  CHECK(list.items[0].row.tags == texts{"tlp-green"});
}

TEST_CASE("a bare list of STIX objects is read, too", "[domain]") {
  const auto list = read_whole("[" + indicator("[ipv4-addr:value = '8.8.4.4']") + "]");
  CHECK(list.format == list_format::stix);
  CHECK(told(list) == texts{"1 IP 8.8.4.4"});
}
