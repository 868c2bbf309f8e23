#include "protocol/trustar/server_requests.hpp"
#include "protocol/trustar/server_report_requests.hpp"

#include "protocol/trustar/iso_time.hpp"
#include "protocol/trustar/requests.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::trustar;

TEST_CASE("Basic credentials are split at the first colon and not decoded further", "[trustar]") {
  auto rfc = parse_basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").value(); // RFC 7617 section 2
  CHECK(rfc.key == "Aladdin");
  CHECK(rfc.api_secret.reveal() == "open sesame");
  CHECK(parse_basic("basic dGVzdDoxMjPCow==").value().api_secret.reveal() == "123\xC2\xA3");
  CHECK(parse_basic("Basic azphOmIlMjBjK2QvZT0=").value().api_secret.reveal() == "a:b%20c+d/e=");
  for (const char* bad :
       {"", "Basic", "Basic ", "Basic QWxhZGRpbg==", "Basic OnNlY3JldA==", "Basic ***", "Bearer QTpi"})
    CHECK(parse_basic(bad).error().code == ec::unauthorized);
  CHECK(parse_bearer("bearer  abc ") == "abc");
  CHECK_FALSE(parse_bearer("Basic abc"));
}

TEST_CASE("times are read in every form that clients send", "[trustar]") {
  auto ms = [](const char* text) { return to_epoch_ms(parse_iso_time(text).value()); };
  CHECK(ms("2023-02-23T23:01:54+00:00") == 1677193314000);
  CHECK(ms("2023-02-23T18:01:54-05:00") == 1677193314000);
  CHECK(ms("2023-02-24T04:31:54.123456+05:30") == 1677193314123);
  CHECK(ms("2023-02-23T23:01:54Z") == 1677193314000);
  CHECK(ms("2023-02-23 23:01:54") == 1677193314000);
  CHECK(ms("2023-02-23T23:01:54+0000") == 1677193314000);
  CHECK(ms("2023-02-23") == 1677110400000);
  CHECK(ms("1969-12-31T23:59:59Z") == -1000);
  CHECK(ms("2024-02-29T00:00Z") == 1709164800000);
  for (const char* bad :
       {"", "soon", "2023-02-30", "2023-13-01", "2023-02-23T", "2023-02-23T25:00:00Z", "2023-02-23T10:61:00Z",
        "2023-02-23T10:00:00.Z", "2023-02-23T10:00:00+", "2023-02-23T10:00:00+24:00", "2023-02-23T10:00:00Zx",
        "20230223", "2023/02/23", "Thu, 23 Feb 2023 23:01:54 +0000"})
    CHECK(parse_iso_time(bad).error().code == ec::malformed);
}

TEST_CASE("a submission of the official client is read, its nulls and extra fields ignored", "[trustar]") {
  auto read = parse_submission(
                  R"({"enclaveIds": ["e1", "e2"], "content": [{"value": "203.0.113.9", "indicatorType": null,
      "priorityLevel": "HIGH", "correlationCount": 2, "whitelisted": false, "weight": 1, "reason": "r",
      "firstSeen": 1700000000000, "lastSeen": null, "source": "slack", "sightings": 3, "notes": "n \u2013 \ud83c\udfa3",
      "tags": [{"name": " Own-TAG", "guid": null, "enclaveId": "e1"}], "enclaveIds": null}], "tags": null})")
                  .value();
  CHECK(read.enclave_ids == std::vector<std::string>{"e1", "e2"});
  CHECK(read.tags.empty());
  REQUIRE(read.content.size() == 1);
  const submitted_row& row = read.content[0];
  CHECK(row.first_seen == from_epoch_ms(1700000000000));
  CHECK_FALSE(row.last_seen);
  CHECK(row.sightings == 3U);
  CHECK(row.notes == "n \xE2\x80\x93 \xF0\x9F\x8E\xA3");
  CHECK(row.tags == std::vector<tag>{{"own-tag", "e1", ""}});
}

TEST_CASE("what our client writes, our server reads", "[trustar]") {
  indicator_submission submission{
      {"e1"},
      {{"c2", "e1", ""}},
      {{"bad.example.net", from_epoch_ms(5), from_epoch_ms(6), 2, "s", "\"n\"\n", {{"own", "e1", ""}}},
       {"x", {}, {}, {}, "", "", {}}}};
  auto request =
      make_submission_request({"http://h", "1"}, secret(std::string("t")), submission, "k").value();
  CHECK(parse_submission(request.body).value() == submission);
}

TEST_CASE("the rows of a submission are bounded", "[trustar]") {
  auto with = [](const std::string& row) {
    return parse_submission(R"({"enclaveIds": ["e"], "content": [)" + row + "]}");
  };
  CHECK(with(R"({"value": "x", "notes": ")" + std::string(8 * 1024, 'n') + R"("})").has_value());
  CHECK(with(R"({"value": "x", "notes": ")" + std::string(8 * 1024 + 1, 'n') + R"("})").error().code ==
        ec::malformed);
  CHECK(with(R"({"value": "x", "source": ")" + std::string(1001, 's') + R"("})").error().code ==
        ec::malformed);
  CHECK(with(R"({"value": "x", "tags": [{"name": "a\u0007b"}]})").error().code == ec::malformed);
  std::string ninety;
  for (int i = 0; i < 90; ++i)
    ninety += "\xC3\xBC"; // 90 characters in 180 bytes
  CHECK(with(R"({"value": "x", "tags": [{"name": ")" + ninety + R"("}]})").has_value());
  std::string rows = "1";
  for (int i = 0; i < 10'000; ++i)
    rows += ",1";
  CHECK(with(rows).error().code == ec::too_large); // counted before it is read
}

TEST_CASE("the search term may come in the body or in the query", "[trustar]") {
  auto term = [](const char* query, const char* body) {
    return parse_search(query_reader::parse(query).value(), body).value().term;
  };
  CHECK(term("searchTerm=a+b", "") == "a b");
  CHECK(term("searchTerm=query", R"({"searchTerm": "body"})") == "body");
  CHECK(term("searchTerm=query", R"({"searchTerm": null})") == "query");
  CHECK(term("", "null") == "");
  CHECK(term("", "{}") == "");
  CHECK(parse_search(query_reader{}, R"({"searchTerm": 7})").error().code == ec::malformed);
  CHECK(parse_search(query_reader{}, "[]").error().code == ec::malformed);
  auto filters =
      parse_search(
          query_reader::parse(
              "enclaveIds=a,b&enclaveIds=c&entityTypes=IP&tags=C2&from=5&to=6&pageNumber=99999999999")
              .value(),
          "")
          .value();
  CHECK(filters.enclave_ids.size() == 3);
  CHECK(filters.tags == std::vector<std::string>{"c2"});
  CHECK(filters.from == from_epoch_ms(5));
  CHECK(filters.page_number == 4294967295U);
}

TEST_CASE("a new report keeps text exactly as sent", "[trustar]") {
  auto read =
      parse_new_report(
          R"({"title": "T \ud83c\udfa3", "reportBody": " b\u0000\r\n ", "enclaveIds": ["e"], "externalTrackingId": "",
      "timeBegan": 1699913600000, "distributionType": "COMMUNITY"})")
          .value();
  CHECK(read.title == "T \xF0\x9F\x8E\xA3");
  CHECK(read.body == std::string(" b\0\r\n ", 6));
  CHECK_FALSE(read.external_id);
  CHECK(read.time_began == from_epoch_ms(1699913600000));
}
