#include "protocol/misp/answers.hpp"
#include "protocol/misp/csv.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::misp;

namespace {

const std::string head = "id,date,info,tags,uuid,published,analysis,attribute_count,orgc_id,orgc_name,orgc_"
                         "uuid,timestamp,distribution,"
                         "sharing_group_id,threat_level_id,publish_timestamp,extends_uuid\n";
const std::string first_row =
    "7,2031-03-02,\"Lures, with \"\"quotes\"\"\nand a second line\",\"tlp:green, osint\","
    "\"5a3c2fcd-8328-42bb-a95e-4f4402de0b81\",1,2,122,3,\"Example "
    "CERT\",\"55f6ea5e-2c60-40e5-964f-47a8950d210f\","
    "1929873600,3,0,1,1929960000,\"\"\n";
const std::string second_row =
    "8,2031-03-03,\"\",\"\",\"7A1F92CB-DBA7-425F-AACD-85B80FF5CB9A\",0,2,0,3,\"Example CERT\","
    "\"55f6ea5e-2c60-40e5-964f-47a8950d210f\",1929873601,3,0,1,0,\"\"\n";

index_row expected_first() {
  return {"5a3c2fcd-8328-42bb-a95e-4f4402de0b81",
          "Lures, with \"quotes\"\nand a second line",
          "Example CERT",
          1929873600,
          1929960000,
          122,
          true};
}

http::response csv(std::string body) {
  return http::make_response(200, "text/csv; charset=UTF-8", std::move(body));
}
http::response json(std::string body) {
  return http::make_response(200, "application/json", std::move(body));
}

} // namespace

TEST_CASE("rows come as CSV", "[misp]") {
  auto rows = parse_index_csv(head + first_row + second_row);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 2);
  CHECK(rows->at(0) == expected_first());
  CHECK(rows->at(1).uuid == "7a1f92cb-dba7-425f-aacd-85b80ff5cb9a"); // in lower case
  CHECK_FALSE(rows->at(1).published);
  CHECK(parse_index_csv(head)->empty()); // no match: the first line alone
}

TEST_CASE("columns of CSV are found by name, lines end in LF or CRLF", "[misp]") {
  auto rows = parse_index_csv("published,uuid,future,timestamp,publish_timestamp\r\n"
                              "1,5a3c2fcd-8328-42bb-a95e-4f4402de0b81,\"a,b\",5,6\r\n\r\n");
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 1);
  CHECK(rows->at(0).publish_timestamp == 6);
}

TEST_CASE("CSV that is something else is no empty list", "[misp]") {
  for (const std::string& text :
       {std::string("uuid,published\n"), std::string("<html></html>"), std::string(""),
        std::string("uuid,uuid,published,timestamp,publish_timestamp\n"), head + "7,2031\n",
        head + second_row.substr(0, second_row.size() - 4), head + "\"open", head + "\"a\"b,c\n"}) {
    INFO(text);
    CHECK(parse_index_csv(text).has_error());
  }
  std::string bad_number = first_row;
  bad_number.replace(bad_number.find("1929960000"), 10, "next week ");
  CHECK(parse_index_csv(head + bad_number).error().code == ec::protocol_violation);
  std::string bad_uuid = first_row;
  bad_uuid[bad_uuid.find("5a3c2fcd")] = 'x';
  CHECK(parse_index_csv(head + bad_uuid).error().code == ec::protocol_violation);
}

TEST_CASE("rows cut off at the end are never read as other rows", "[misp]") {
  const std::string whole = head + first_row + first_row;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    auto rows = parse_index_csv(std::string_view(whole).substr(0, size));
    if (!rows)
      continue;
    CHECK(rows->size() < 3);
    for (const index_row& row : *rows)
      CHECK(row == expected_first());
  }
}

TEST_CASE("CSV fields survive writing and reading", "[misp]") {
  test::seeded_random random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::vector<std::string>> records(1 + random_bits(random) % 4);
    const std::size_t columns = 1 + random_bits(random) % 5;
    std::string text;
    for (auto& record : records) {
      for (std::size_t c = 0; c < columns; ++c) {
        std::string field;
        for (std::uint64_t n = random_bits(random) % 6; n > 0; --n)
          field.push_back("a,\"\n\r;\xC3"[random_bits(random) % 7]);
        record.push_back(field);
        std::string quoted;
        for (char ch : field)
          quoted.append(ch == '"' ? "\"\"" : std::string(1, ch));
        text.append(c == 0 ? "\"" : ",\"").append(quoted).append("\"");
      }
      text.append(random_bits(random) % 2 == 0 ? "\n" : "\r\n");
    }
    csv_reader reader(text);
    std::vector<std::string> fields;
    for (const auto& record : records) {
      REQUIRE(reader.next(fields).value());
      CHECK(fields == record);
    }
    CHECK_FALSE(reader.next(fields).value());
  }
}

TEST_CASE("rows come as JSON, numbers as text or not, clusters skipped", "[misp]") {
  const std::string clusters(
      R"("GalaxyCluster": [{"uuid": "00000000-0000-0000-0000-000000000000", "published": false, "timestamp": "x",
          "Org": {"name": "y"}, "GalaxyClusterRelation": [[{"uuid": 1}]]}])");
  const std::string text =
      R"([{"id": "7", "info": "Lures, with \"quotes\"\nand a second line", "uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81",
           "published": true, "attribute_count": "122", "timestamp": "1929873600", )" +
      clusters +
      R"(, "publish_timestamp": "1929960000", "Orgc": {"id": "3", "name": "Example CERT", "uuid": "z"},
           "Org": {"name": "Owner"}, "EventTag": [{"Tag": {"name": "a"}}], "protected": null},
          {"uuid": "7A1F92CB-DBA7-425F-AACD-85B80FF5CB9A", "published": 0, "attribute_count": null,
           "timestamp": 1929873601, "publish_timestamp": 0, "info": null}])";
  auto rows = parse_index_json(text);
  REQUIRE(rows.has_value());
  REQUIRE(rows->size() == 2);
  CHECK(rows->at(0) == expected_first());
  CHECK(rows->at(1) == index_row{"7a1f92cb-dba7-425f-aacd-85b80ff5cb9a", "", "", 1929873601, 0, 0, false});
  CHECK(parse_index_json("[]")->empty());
}

TEST_CASE("JSON that is no list of rows is no empty list", "[misp]") {
  for (const char* text :
       {"{}", "null", "\"\"", "5", R"({"name": "Error", "message": "Error"})", R"({"response": []})",
        R"([{"uuid": "nothing"}])", R"([{"info": "no UUID"}])",
        R"([{"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "publish_timestamp": "soon"}])",
        R"([{"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "publish_timestamp": 1.5}])",
        R"([{"uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "publish_timestamp": -4}])"}) {
    INFO(text);
    CHECK(parse_index_json(text).error().code == ec::protocol_violation);
  }
  for (const char* text : {"", "[", "[{\"uuid\"", "[] []", "Notice: x\n[]", "[{]"}) {
    INFO(text);
    CHECK(parse_index_json(text).error().code == ec::upstream_failed);
  }
}

TEST_CASE("rows that were not asked for are dropped and counted", "[misp]") {
  index_query query;
  auto answer = parse_index(csv(head + first_row + second_row), query);
  REQUIRE(answer.has_value());
  CHECK(answer->rows.size() == 1);
  CHECK(answer->unasked == 1); // an unpublished one

  query.window = time_window{time_bound::at(1929960000), time_bound::at(1929960000)}; // both ends inclusive
  CHECK(parse_index(csv(head + first_row), query)->rows.size() == 1);
  query.window = time_window{time_bound::at(1929960001), time_bound::ago(seconds{90})};
  CHECK(parse_index(csv(head + first_row), query)->unasked == 1);
  query.window = time_window{time_bound::at(0), time_bound::at(1929959999)};
  CHECK(parse_index(csv(head + first_row), query)->unasked == 1);
  query.window = time_window{time_bound::ago(seconds{9}), time_bound::ago(seconds{1})};
  CHECK(parse_index(csv(head + first_row), query)->rows.size() == 1); // the server's clock decides

  query.include_unpublished = true; // by the time of editing
  query.window = time_window{time_bound::at(1929873601), time_bound::at(1929873601)};
  answer = parse_index(csv(head + first_row + second_row), query);
  CHECK(answer->rows.size() == 1);
  CHECK(answer->rows.at(0).uuid == "7a1f92cb-dba7-425f-aacd-85b80ff5cb9a");
}

TEST_CASE("the form of a listing follows from its type", "[misp]") {
  CHECK(parse_index(json("[]"), {})->rows.empty());
  CHECK(parse_index(csv(head), {})->rows.empty());
  CHECK(parse_index(json(head), {}).has_error());
  CHECK(parse_index(csv("[]"), {}).has_error());
}

TEST_CASE("a row with 670 kB of clusters leaves only its few fields", "[misp]") {
  std::string text = R"([{"GalaxyCluster": [)";
  for (int i = 0; i < 700; ++i)
    text.append(i == 0 ? "" : ",").append(R"({"description": ")").append(960, 'd').append(R"("})");
  text +=
      R"(], "uuid": "5a3c2fcd-8328-42bb-a95e-4f4402de0b81", "publish_timestamp": "9", "published": "1", "info": ")" +
      std::string(5000, 'i') + R"("}])";
  auto rows = parse_index_json(text);
  REQUIRE(rows.has_value());
  CHECK(rows->at(0).publish_timestamp == 9);
  CHECK(rows->at(0).published);
  CHECK(rows->at(0).info.size() == 300);
}
