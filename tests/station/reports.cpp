#include "station/fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <regex>

using namespace isacbot;
using namespace isacbot::test;

namespace {

std::string report(const std::string& enclave, const std::string& title, const std::string& extra = "") {
  return R"({"title": ")" + title + R"(", "reportBody": "Beacon to 203.0.113.9", "enclaveIds": [")" +
         enclave + R"("])" + extra + "}";
}

std::vector<std::string> titles(const http::response& answer) {
  std::vector<std::string> out;
  bj::value page = bj::parse(answer.body);
  for (const bj::value& item : page.at("items").as_array())
    out.emplace_back(item.at("title").as_string());
  return out;
}

} // namespace

TEST_CASE("a new report is answered with its bare id, a lower-case UUID version 4", "[station]") {
  station_fixture f(unlimited());
  auto answer = f.call(f.alice, "POST", "/reports",
                       report(f.shared, "Wave 1",
                              R"(, "externalTrackingId": "case-100", "externalUrl": "https://t.example.com/1",
                              "timeBegan": "2023-02-23T18:01:54-05:00", "id": null, "created": 5, "updated": 6)"));
  CHECK(answer.status == 200);
  CHECK(answer.headers.find("Content-Type") == "text/plain;charset=UTF-8");
  CHECK(std::regex_match(answer.body,
                         std::regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")));
  auto read = bj::parse(f.call(f.bob, "GET", "/reports/" + answer.body).body);
  CHECK(read == bj::parse(R"({"id": ")" + answer.body +
                          R"(", "title": "Wave 1", "reportBody": "Beacon to 203.0.113.9",
      "timeBegan": 1677193314000, "externalTrackingId": "case-100", "externalId": "case-100",
      "externalUrl": "https://t.example.com/1", "distributionType": "ENCLAVE", "enclaveIds": [")" +
                          f.shared + R"("],
      "created": 1700000000000, "updated": 1700000000000})"));
  CHECK(text(bj::parse(f.call(f.bob, "GET", "/reports/case-100?idType=external").body).at("id")) ==
        answer.body);
  CHECK(f.call(f.bob, "GET", "/reports/case-100").status == 404);

  auto again =
      f.call(f.alice, "POST", "/reports", report(f.shared, "Other", R"(, "externalTrackingId": "case-100")"));
  CHECK(again.status == 409);
  // Unique within an enclave only; of several the one updated last is found.
  CHECK(
      f.call(f.alice, "POST", "/reports", report(f.own, "Elsewhere", R"(, "externalTrackingId": "case-100")"))
          .status == 200);
  CHECK(bj::parse(f.call(f.alice, "GET", "/reports/case-100?idType=external").body).at("title") ==
        "Elsewhere");
  CHECK(bj::parse(f.call(f.bob, "GET", "/reports/case-100?idType=external").body).at("title") == "Wave 1");
  // Or the one in the enclave named.
  CHECK(bj::parse(f.call(f.alice, "GET", "/reports/case-100?idType=external&enclaveIds=" + f.shared).body)
            .at("title") == "Wave 1");
  for (const std::string& elsewhere : {f.foreign, std::string("none")})
    CHECK(f.call(f.alice, "GET", "/reports/case-100?idType=external&enclaveIds=" + elsewhere).status == 404);
  CHECK(f.call(f.bob, "GET", "/reports/case-100?idType=external&enclaveIds=" + f.own).status == 404);
}

TEST_CASE("reports are found by title or body, newest first, without bodies", "[station]") {
  station_fixture f(unlimited());
  for (const char* title : {"Phishing wave",
                            "\xc3\x9c"
                            "berweisung pending",
                            "Third"})
    f.call(f.alice, "POST", "/reports", report(f.shared, title));
  auto find = [&](const std::string& term, const std::string& query = "") {
    return f.call(f.bob, "POST", "/reports/search" + query, bj::serialize(bj::object{{"searchTerm", term}}));
  };
  CHECK(titles(find("BEACON")) == std::vector<std::string>{"Third",
                                                           "\xc3\x9c"
                                                           "berweisung pending",
                                                           "Phishing wave"});
  CHECK(titles(find("phish")) == std::vector<std::string>{"Phishing wave"});
  CHECK(titles(find("\xc3\xbc"
                    "berweisung"))
            .size() == 1);
  CHECK(titles(find("")).size() == 3);
  CHECK(titles(find("", "?pageSize=2&pageNumber=1")) == std::vector<std::string>{"Phishing wave"});
  CHECK(titles(find("", "?tags=c2")).empty());
  auto items = bj::parse(find("phish").body).at("items").as_array();
  CHECK(items[0].at("reportBody").is_null());
  CHECK(find("ab").status == 400);
  CHECK(find("\xc3\xbc\xc3\xbc").status == 400);
  auto none = f.call(f.bob, "GET", "/reports/search");
  CHECK(none.status == 400);
  CHECK(bj::parse(none.body).at("message") == "No search term provided.");
  CHECK(titles(f.call(f.bob, "GET", "/reports/search?searchTerm=phish")).size() == 1);
  f.time.advance(std::chrono::hours(25));
  CHECK(titles(find("phish")).empty()); // one day by default
  CHECK(titles(find("phish", "?from=1600000000000")).size() == 1);
}

TEST_CASE("updated is strictly increasing, even within one millisecond and when the clock goes back",
          "[station]") {
  station_fixture f(unlimited());
  std::int64_t last = 0;
  for (int i = 0; i < 5; ++i) {
    f.time.step_wall(milliseconds(i == 3 ? -5000 : 0));
    auto id = f.call(f.alice, "POST", "/reports", report(f.shared, "R")).body;
    auto updated = bj::parse(f.call(f.alice, "GET", "/reports/" + id).body).at("updated").as_int64();
    CHECK(updated > last);
    last = updated;
  }
}

TEST_CASE("a faulty report is refused with the documented status", "[station]") {
  station_fixture f(unlimited());
  auto status = [&](const std::string& body) { return f.call(f.alice, "POST", "/reports", body).status; };
  CHECK(status(report(f.shared, "  ")) == 400);
  CHECK(status(R"({"title": "t", "enclaveIds": [")" + f.shared + R"("]})") == 400);
  CHECK(status(R"({"title": "t", "reportBody": "b", "enclaveIds": []})") == 400);
  CHECK(status(R"({"title": "t", "reportBody": "b", "enclaveIds": [")" + f.shared + R"(", ")" + f.own +
               R"("]})") == 400);
  CHECK(status(report(f.shared, "t", R"(, "timeBegan": "soon")")) == 400);
  CHECK(status(report(f.shared, "t", R"(, "externalUrl": ")" + std::string(501, 'u') + "\"")) == 400);
  CHECK(status(report(f.shared, "t", R"(, "timeBegan": "")")) == 200);
  CHECK(status(report(f.shared, "t", R"(, "timeBegan": 0)")) == 200);
  CHECK(status(report("00000000-0000-4000-8000-000000000000", "t")) == 403);
  CHECK(status(R"({"title": "t", "reportBody": ")" + std::string(2'097'153, 'x') + R"(", "enclaveIds": [")" +
               f.shared + R"("]})") == 413);
  std::string many;
  for (int i = 0; i < 2'001; ++i)
    many += "host" + std::to_string(i) + ".example.net ";
  CHECK(status(R"({"title": "t", "reportBody": ")" + many + R"(", "enclaveIds": [")" + f.shared + R"("]})") ==
        413);
  CHECK(f.call(f.alice, "GET", "/reports/00000000-0000-4000-8000-000000000000").status == 404);
}
