/// Scores: imported by the operator, shown in summaries.
#include "station/scores.hpp"

#include "protocol/trustar/answers.hpp"
#include "station/keys.hpp"
#include "station/report_fixture.hpp"
#include "support/failing_store.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

struct scored : report_fixture {
  station::score_import import(const std::vector<std::string>& lines, const std::string& enclave) {
    station::score_import scores(store, people, enclave, {});
    for (const std::string& line : lines)
      REQUIRE(scores.take(line).has_value());
    REQUIRE(scores.finish().has_value());
    return scores;
  }
  bj::value summaries(const station::api_credentials& who, const std::string& values,
                      const std::string& query = "") {
    auto answer = call(who, "POST", "/indicators/summaries" + query, values);
    REQUIRE(answer.status == 200);
    return bj::parse(answer.body);
  }
};

constexpr const char* full_line =
    R"({"value": "203.0.113.9", "type": "IP", "source": {"key": "example_intel", "name": "Example Intel"},
        "score": {"name": "Risk Score", "value": "78"}, "severityLevel": 2, "created": 1690000000000,
        "updated": 1690000500000, "description": "beacons", "reportId": "r-1",
        "attributes": [{"name": "Family", "value": ["x", 1], "logicalType": "text", "description": null}]})";

} // namespace

TEST_CASE("a summary shows what was imported, field by field", "[station][scores]") {
  scored f;
  f.import({full_line}, f.shared);
  auto page = f.summaries(f.bob, R"(["203.0.113.9", "203.0.113.10", "203.0.113.9"])", "?pageSize=100");
  CHECK(page.at("totalElements") == 1);
  CHECK(page.at("pageSize") == 100);
  bj::value wanted = bj::parse(full_line);
  wanted.as_object()["enclaveId"] = f.shared;
  CHECK(page.at("items").at(0) == wanted);
  // As our own client reads it.
  auto read =
      trustar::parse_summary_page(f.call(f.bob, "POST", "/indicators/summaries", R"(["203.0.113.9"])"));
  REQUIRE(read.has_value());
  REQUIRE(read->items.size() == 1);
  CHECK(read->items[0].severity == 2);
  CHECK(read->items[0].score_value == "78");
}

TEST_CASE("what a source leaves out is null, attributes are never", "[station][scores]") {
  scored f;
  f.import({R"({"value": "203.0.113.9", "score": {"value": 7.5}})"}, f.shared);
  auto item = f.summaries(f.bob, R"(["203.0.113.9"])").at("items").at(0);
  for (const char* field : {"source", "severityLevel", "created", "updated", "description"})
    CHECK(item.at(field).is_null());
  CHECK(item.at("attributes") == bj::array());
  CHECK(item.at("reportId") == "");
  CHECK(item.at("score") == bj::parse(R"({"name": "", "value": "7.5E0"})"));
  CHECK(item.at("type") == "IP");
}

TEST_CASE("a score without a report names the newest report of its enclave", "[station][scores]") {
  scored f;
  f.create(f.carol, f.draft(f.shared, "Older", "198.51.100.1 8.8.4.4"));
  auto newest = f.create(f.carol, f.draft(f.shared, "Newer", "8.8.4.4"));
  f.create(f.alice, f.draft(f.own, "Elsewhere", "8.8.4.4"));
  f.import({R"({"value": "8.8.4.4", "severityLevel": 1})"}, f.shared);
  CHECK(f.summaries(f.alice, R"(["8.8.4.4"])").at("items").at(0).at("reportId") == bj::value(newest));
}

TEST_CASE("a value is found in the spelling of its normal form, too", "[station][scores]") {
  scored f;
  f.import({R"({"value": "hxxp://Evil-Example[.]net/x", "severityLevel": 3})"}, f.shared);
  for (const char* asked : {R"(["http://evil-example.net/x"])", R"(["HTTP://EVIL-example.net/x"])"}) {
    auto page = f.summaries(f.bob, asked);
    CHECK(page.at("totalElements") == 1);
    CHECK(page.at("items").at(0).at("value") == "http://evil-example.net/x");
  }
}

TEST_CASE("each source has one score for a value of an enclave; the later one stays", "[station][scores]") {
  scored f;
  f.import({R"({"value": "203.0.113.9", "severityLevel": 1, "source": {"key": "a"}})",
            R"({"value": "203.0.113.9", "severityLevel": 1, "source": {"key": "b"}})"},
           f.shared);
  f.import({R"({"value": "203.0.113.9", "severityLevel": 3, "source": {"key": "b"}})",
            R"({"value": "203.0.113.9", "severityLevel": 0, "source": {"key": "b"}, "enclaveId": ")" + f.own +
                R"("})"},
           f.shared);
  CHECK(f.summaries(f.bob, R"(["203.0.113.9"])").at("totalElements") == 2);
  auto page = f.summaries(f.alice, R"(["203.0.113.9"])"); // she sees both enclaves
  CHECK(page.at("totalElements") == 3);
  auto own = f.summaries(f.alice, R"(["203.0.113.9"])", "?enclaveIds=" + f.own);
  REQUIRE(own.at("totalElements") == 1);
  CHECK(own.at("items").at(0).at("severityLevel") == 0);
  auto second = f.summaries(f.alice, R"(["203.0.113.9"])", "?pageSize=2&pageNumber=1");
  CHECK(second.at("items").as_array().size() == 1);
  CHECK(second.at("hasNext") == false);
  CHECK(f.summaries(f.eve, R"(["203.0.113.9"])").at("totalElements") == 0);
}

TEST_CASE("lines that cannot be taken are named, and never quoted", "[station][scores]") {
  scored f;
  auto done = f.import(
      {full_line, "", "  \r", "{", "[]", R"({"value": "hush-hush", "severityLevel": 1})",
       R"({"value": "203.0.113.9"})", R"({"value": "203.0.113.9", "severityLevel": 4})",
       R"({"value": "203.0.113.9", "severityLevel": 1, "type": "URL"})",
       R"({"value": "203.0.113.9", "severityLevel": 1, "enclaveId": "nowhere"})",
       R"({"value": "203.0.113.9", "severityLevel": 1, "attributes": [{}]})",
       R"({"value": "203.0.113.9", "severityLevel": 1, "description": 1})",
       R"({"value": "203.0.113.9", "severityLevel": 1, "created": -1})",
       R"({"value": "203.0.113.9", "severityLevel": 1, "description": ")" + std::string(70'000, 'x') + "\"}"},
      f.shared);
  CHECK(done.taken() == 1);
  CHECK(done.refused() == 11);
  std::vector<std::uint64_t> numbers;
  for (const auto& line : done.refused_lines()) {
    numbers.push_back(line.number);
    CHECK_FALSE(line.reason.empty());
    CHECK(line.reason.find("hush") == std::string::npos);
    CHECK(line.reason.find("nowhere") == std::string::npos);
  }
  CHECK(numbers == std::vector<std::uint64_t>{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14});
  station::score_import nowhere(f.store, f.people, "", {});
  REQUIRE(nowhere.take(full_line).has_value());
  CHECK(nowhere.refused() == 1);
}

TEST_CASE("an import is there as a whole or not at all", "[station][scores]") {
  scored f;
  failing_store shaky(f.store);
  station::score_import scores(shaky, f.people, f.shared, {});
  for (int i = 1; i <= 100; ++i)
    scores.take(R"({"value": "203.0.113.)" + std::to_string(i) + R"(", "severityLevel": 1})").value();
  auto rows = [&] {
    std::size_t count = 0;
    f.store.scan(station::tables::scores, "", "", [&](auto, auto) { return ++count, true; }).value();
    return count;
  };
  CHECK(rows() == 0);
  shaky.fail_after(0);
  CHECK(scores.finish().error().code == ec::io_failure);
  CHECK(rows() == 0);
  shaky.recover();
  scores.finish().value();
  CHECK(shaky.writes() == 2); // one batch each time
  CHECK(rows() == 100);
}

TEST_CASE("damaged scores are an error, not a guess", "[station][scores]") {
  scored f;
  f.import({full_line}, f.shared);
  std::string key;
  f.store.scan(station::tables::scores, "", "", [&](auto k, auto) { return key = k, true; }).value();
  f.store.write(storage::write_batch().put(station::tables::scores, key, "\x01\x7f"), storage::sync::no)
      .value();
  CHECK(f.call(f.bob, "POST", "/indicators/summaries", R"(["203.0.113.9"])").status == 500);
}
