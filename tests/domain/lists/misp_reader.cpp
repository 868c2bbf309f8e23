#include "domain/lists/misp_reader.hpp"

#include "domain/lists/read_pieces.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::read_whole;
using isacbot::test::told;

namespace {

using texts = std::vector<std::string>;

constexpr std::string_view event_text = R"({"Event": {
  "uuid": "5f1e2d3c-0000-4000-8000-0000000000aa", "info": "A wave", "date": "2024-03-01",
  "Attribute": [
    {"type": "ip-dst", "category": "Network activity", "to_ids": true, "value": "8.8.4.4", "comment": "a server",
     "first_seen": "2024-03-01T10:00:00.000000+00:00", "last_seen": null,
     "Tag": [{"name": "Campaign: Wave"}, {"name": "ours", "local": true}]},
    {"type": "link", "to_ids": false, "value": "https://blog.example.org/about"},
    {"type": "filename|md5", "to_ids": "1", "value": "b.exe|0f1e2d3c4b5a69788796a5b4c3d2e1f0"},
    {"type": "ip-dst|port", "to_ids": true, "value": "9.9.9.9|8443"},
    {"type": "mutex", "to_ids": true, "value": "Global\\x"},
    {"type": "domain", "to_ids": true, "value": "gone.net", "deleted": true},
    {"type": "md5", "to_ids": true, "value": "no hash"}
  ],
  "Object": [{"name": "domain-ip", "Attribute": [
    {"type": "domain", "to_ids": true, "value": "bad-site.net", "object_relation": "domain"}]}],
  "Tag": [{"name": "tlp:amber"}]
}})";

} // namespace

TEST_CASE("every attribute of a MISP event is an item, with its own tags and those of the event",
          "[domain]") {
  const auto list = read_whole(event_text);
  REQUIRE(list.format == list_format::misp);
  REQUIRE_FALSE(list.fault);
  CHECK(told(list) == texts{"1 IP 8.8.4.4", "2 withheld: https://blog.example.org/about", "3 SOFTWARE b.exe",
                            "3 MD5 0f1e2d3c4b5a69788796a5b4c3d2e1f0", "4 IP 9.9.9.9", "5 withheld: Global\\x",
                            "6 refused: no hash", "7 DOMAIN bad-site.net"});
  const indicator_row& row = list.items[0].row;
  CHECK(row.tags == texts{"tlp-amber", "campaign-wave"}); // no local ones
  CHECK(row.notes == "a server");
  CHECK(row.first_seen == from_epoch_ms(1'709'287'200'000));
  CHECK(list.items[1].reason == line_reason::context_only);
  CHECK(list.items[4].row.notes == "port: 8443");
  CHECK(list.items[5].reason == line_reason::no_wire_type);
  CHECK(list.items[7].row.tags == texts{"tlp-amber"});
}

TEST_CASE("events come wrapped in all the ways that MISP and its tools wrap them", "[domain]") {
  const std::string bare =
      R"({"info":"x","uuid":"u","Orgc":{"name":"o"},"Attribute":[{"type":"ip-src","to_ids":true,"value":"8.8.4.4"}]})";
  const std::string wrapped = "{\"Event\":" + bare + "}";
  for (const std::string& text :
       {bare, wrapped, "[" + wrapped + "]", "{\"response\":[" + wrapped + "]}",
        std::string(R"({"response":{"Attribute":[{"type":"ip-src","to_ids":1,"value":"8.8.4.4"}]}})")}) {
    const auto list = read_whole(text);
    CHECK(list.format == list_format::misp);
    CHECK(told(list) == texts{"1 IP 8.8.4.4"});
  }
}

TEST_CASE("the tags of one event are not those of the next", "[domain]") {
  const auto list = read_whole(
      R"({"response":[{"Event":{"Attribute":[{"type":"ip-src","value":"8.8.4.4"}],"Tag":[{"name":"one"}]}},)"
      R"({"Event":{"Tag":[{"name":"two"}],"Attribute":[{"type":"ip-src","value":"9.9.9.9"}]}},)"
      R"({"Event":{"Attribute":[{"type":"ip-src","value":"1.1.1.1"}]}}]})");
  REQUIRE(list.items.size() == 3);
  CHECK(list.items[0].row.tags == texts{"one"});
  CHECK(list.items[1].row.tags == texts{"two"});
  CHECK(list.items[2].row.tags.empty());
}

TEST_CASE("an attribute that is not what it should be is refused or withheld, not lost", "[domain]") {
  for (const char* attribute :
       {"7", "\"text\"", "{}", "{\"type\":7,\"value\":{}}", "{\"type\":\"ip-src\"}"}) {
    const auto list =
        read_whole("{\"Event\":{\"info\":\"x\",\"Attribute\":[" + std::string(attribute) + "]}}");
    REQUIRE_FALSE(list.fault);
    REQUIRE(list.items.size() == 1);
    CHECK(list.items[0].reason);
  }
}
