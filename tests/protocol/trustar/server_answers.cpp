#include "protocol/trustar/server_answers.hpp"
#include "protocol/trustar/server_summaries.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::trustar;
namespace bj = boost::json;

TEST_CASE("the error object has its five fields", "[trustar]") {
  auto answer = make_error_answer(404, "No report with that ID.", "/api/1.3/reports/0d0e",
                                  from_epoch_ms(1690000000123));
  CHECK(answer.status == 404);
  CHECK(answer.headers.find("Content-Type") == "application/json;charset=UTF-8");
  CHECK(answer.body ==
        R"({"timestamp":1690000000123,"status":404,"error":"Not Found","message":"No report with that ID.",)"
        R"("path":"/api/1.3/reports/0d0e"})");
  // A path may hold any bytes; the answer is still JSON.
  auto odd =
      make_error_answer(400, "m", std::string("/a\xff\n\"") + std::string(9'000, 'x'), from_epoch_ms(0));
  CHECK(bj::parse(odd.body).at("path").as_string().size() == 500);
}

TEST_CASE("429 is a message and a number of milliseconds, nothing else", "[trustar]") {
  auto answer = make_limit_answer(milliseconds(2750));
  CHECK(answer.status == 429);
  CHECK(
      bj::parse(answer.body) ==
      bj::parse(
          R"({"message": "Request limit exceeded for the current time period.  Please wait 2750 milliseconds before making more requests.", "waitTime": 2750})"));
}

TEST_CASE("token faults have the exact texts", "[trustar]") {
  CHECK(make_token_expired_answer().status == 400);
  CHECK(bj::parse(make_token_expired_answer().body) ==
        bj::parse(R"({"error": "invalid_request", "error_description": "Expired oauth2 access token"})"));
  CHECK(bj::parse(make_token_invalid_answer().body) ==
        bj::parse(R"({"error": "invalid_request", "error_description": "Invalid oauth2 access token"})"));
  auto token = make_token_answer({secret(std::string("6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10")), seconds(599)});
  CHECK(
      bj::parse(token.body) ==
      bj::parse(
          R"({"access_token": "6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10", "token_type": "bearer", "expires_in": 599, "scope": "read"})"));
}

TEST_CASE("metadata is written as the API documents it", "[trustar]") {
  indicator item;
  item.type = "IP";
  item.value = "203.0.113.9";
  item.first_seen = from_epoch_ms(1690000000000);
  item.last_seen = from_epoch_ms(1690000900000);
  item.sightings = 4;
  item.note_count = 1;
  item.notes = {"seen in proxy logs"};
  item.source = "slack";
  item.enclave_ids = {"5b0c"};
  item.tags = {{"c2", "5b0c", "3c1d"}};
  CHECK(
      bj::parse(make_metadata_answer(std::span(&item, 1)).body) ==
      bj::parse(
          R"([{"guid": "IP|203.0.113.9", "indicatorType": "IP", "value": "203.0.113.9", "priorityLevel": "NOT_FOUND",
          "correlationCount": 0, "noteCount": 1, "sightings": 4, "firstSeen": 1690000000000, "lastSeen": 1690000900000,
          "enclaveIds": ["5b0c"], "notes": ["seen in proxy logs"], "source": "slack",
          "tags": [{"guid": "3c1d", "name": "c2", "enclaveId": "5b0c"}]}])"));
}

TEST_CASE("empty lists are arrays", "[trustar]") {
  CHECK(make_enclaves_answer({}).body == "[]");
  CHECK(make_quotas_answer({}).body == "[]");
  CHECK(make_metadata_answer({}).body == "[]");
  CHECK(
      bj::parse(make_summary_page_answer({{}, 0, 25, 0, false}).body) ==
      bj::parse(
          R"({"items": [], "pageNumber": 0, "pageSize": 25, "totalElements": 0, "totalPages": 0, "hasNext": false, "empty": true})"));
  CHECK(make_empty_answer().body.empty());
  CHECK_FALSE(make_empty_answer().headers.find("Content-Type"));
}
