#include "domain/lists/json_lines_reader.hpp"
#include "domain/lists/read_pieces.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::read_whole;
using isacbot::test::told;

namespace {

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("JSON lines hold objects with the fields of a table, or texts", "[domain]") {
  const auto list = read_whole(
      R"({"indicator":"bad-site[.]net","first_seen":"2024-03-01T10:00:00Z","last_seen":1709373600,"sightings":4,)"
      R"("source":"proxy","notes":"a note","tags":["One",{"name":"two"}]})"
      "\n\n\"8.8.4.4\"\n");
  REQUIRE(list.format == list_format::json_lines);
  REQUIRE(told(list) == texts{"1 DOMAIN bad-site.net", "3 IP 8.8.4.4"});
  const indicator_row& row = list.items[0].row;
  CHECK(row.first_seen == from_epoch_ms(1'709'287'200'000));
  CHECK(row.last_seen == from_epoch_ms(1'709'373'600'000));
  CHECK(row.sightings == 4);
  CHECK(row.source == "proxy");
  CHECK(row.notes == "a note");
  CHECK(row.tags == texts{"one", "two"});
}

TEST_CASE("a line that is no JSON, or holds no value, is refused alone", "[domain]") {
  const auto list = read_whole("{\"value\":\"8.8.4.4\"}\n{\"value\":\"9.9.9.9\"\n{\"colour\":\"red\"}\n[1]\n"
                               "{\"value\":null}\n{\"value\":[\"1.1.1.1\",\"8.8.8.8\"]}\n");
  CHECK(told(list) == texts{"1 IP 8.8.4.4", "2 refused: {\"value\":\"9.9.9.9\"",
                            "3 refused: {\"colour\":\"red\"}", "4 refused: [1]",
                            "5 refused: {\"value\":null}", "6 IP 1.1.1.1", "6 IP 8.8.8.8"});
}

TEST_CASE("a JSON list of texts or objects is read element by element", "[domain]") {
  const auto strings = read_whole("[\"8.8.4.4\",\n \"bad-site.net\", 7]");
  CHECK(strings.format == list_format::json_list);
  CHECK(told(strings) == texts{"1 IP 8.8.4.4", "2 DOMAIN bad-site.net", "3 refused: 7"});
  const auto objects =
      read_whole("[\n  {\"ioc\": \"8.8.4.4\", \"comment\": \"a\"},\n  {\"ip\": \"9.9.9.9\"}\n]\n");
  CHECK(told(objects) == texts{"1 IP 8.8.4.4", "2 IP 9.9.9.9"});
  CHECK(objects.items[0].row.notes == "a");
}

TEST_CASE("a document that ends too early fails as a whole", "[domain]") {
  const auto list = read_whole("[\"8.8.4.4\",\n \"bad-site.net\",");
  REQUIRE(list.fault);
  CHECK(list.fault->code == ec::malformed);
}

TEST_CASE("an element over the limit is one refused item", "[domain]") {
  const auto list =
      read_whole("[\"8.8.4.4\", {\"value\": \"" + std::string(max_list_entry, 'x') + "\"}, \"9.9.9.9\"]");
  REQUIRE(list.items.size() == 3);
  CHECK(list.items[1].reason == line_reason::too_long);
  CHECK(told(list)[2] == "3 IP 9.9.9.9");
}

TEST_CASE("a number is told as it is written, wherever it is cut", "[domain]") {
  const std::string text = "[222222222.19999100700081e3, {\"value\":\"8.8.4.4\",\"count\":12}, 17]";
  const auto whole = read_whole(text);
  REQUIRE(told(whole).size() == 3);
  CHECK(whole.items[0].text.find("222222222.19999100700081e3") != std::string::npos);
  CHECK(whole.items[1].row.sightings == 12);
  CHECK(isacbot::test::same(isacbot::test::read_in_pieces(text, [] { return std::size_t{1}; }), whole));
}

TEST_CASE("JSON of another shape is read as text, so that its values are found", "[domain]") {
  const auto list = read_whole("{\n \"result\": {\n  \"seen\": \"bad-site.net\"\n }\n}\n");
  CHECK(list.format == list_format::text);
  CHECK(told(list)[2] == "3 DOMAIN bad-site.net");
}
