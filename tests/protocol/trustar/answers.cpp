#include "protocol/trustar/answers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::trustar;

namespace {

http::response ok(std::string body) {
  return http::make_response(200, "application/json;charset=UTF-8", std::move(body));
}

} // namespace

TEST_CASE("a token answer is read", "[trustar]") {
  auto token =
      parse_token(ok(R"({"access_token": "6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10", "token_type": "bearer",)"
                     R"( "expires_in": 599, "scope": "read"})"))
          .value();
  CHECK(token.token.reveal() == "6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10");
  CHECK(token.expires_in == seconds(599));
  CHECK(parse_token(ok(R"({"access_token": "t"})")).value().expires_in == seconds(600));
  CHECK(parse_token(ok(R"({"access_token": "t", "expires_in": -3})")).value().expires_in == seconds(0));
  for (const char* bad :
       {R"({})", R"({"access_token": 7})", R"({"access_token": ""})", R"({"access_token": "a b"})",
        R"({"access_token": "a\r\nX: y"})", R"("t")", "", R"({"access_token": "t", "expires_in": "x"})"})
    CHECK(parse_token(ok(bad)).error().code == ec::protocol_violation);
}

TEST_CASE("pong may end with a newline", "[trustar]") {
  CHECK(parse_ping(ok("pong\n")).has_value());
  CHECK(parse_ping(ok("pong")).has_value());
  CHECK(parse_ping(ok("<html>")).error().code == ec::protocol_violation);
}

TEST_CASE("enclaves are an array; the id may be called guid", "[trustar]") {
  auto enclaves =
      parse_enclaves(
          ok(R"([{"id": "5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c", "name": "Example ISAC", "type": "INTERNAL",
        "templateName": "Private Enclave", "workflowSupported": false, "read": true, "create": true, "update": false},
        {"guid": "second", "name": null, "type": "SOMETHING_NEW"}])"))
          .value();
  REQUIRE(enclaves.size() == 2);
  CHECK(enclaves[0] ==
        enclave{"5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c", "Example ISAC", "INTERNAL", true, true, false});
  CHECK(enclaves[1] == enclave{"second", "", "SOMETHING_NEW", false, false, false});
  for (const char* bad : {R"({"items": []})", R"(["a"])", R"([{"name": "no id"}])", R"([{"id": 3}])",
                          R"([{"id": "a", "create": "yes"}])", "[", ""})
    CHECK(parse_enclaves(ok(bad)).error().code == ec::protocol_violation);
}

TEST_CASE("metadata is read with times in milliseconds", "[trustar]") {
  auto found =
      parse_indicators(ok(R"([{"guid": "IP|203.0.113.9", "indicatorType": "IP", "value": "203.0.113.9",
      "priorityLevel": "NOT_FOUND", "correlationCount": 0, "noteCount": 1, "sightings": 4, "firstSeen": 1690000000000,
      "lastSeen": 1690000900000, "enclaveIds": ["5b0c"], "notes": ["seen in proxy logs"], "source": "slack",
      "tags": [{"guid": "3c1d", "name": "c2", "enclaveId": "5b0c"}]},
      {"value": "x", "indicatorType": "URL", "tags": null, "notes": null}])"))
          .value();
  REQUIRE(found.size() == 2);
  CHECK(found[0].sightings == 4U);
  CHECK(found[0].first_seen == from_epoch_ms(1690000000000));
  CHECK(found[0].last_seen == from_epoch_ms(1690000900000));
  CHECK(found[0].notes == std::vector<std::string>{"seen in proxy logs"});
  CHECK(found[0].tags == std::vector<tag>{{"c2", "5b0c", "3c1d"}});
  CHECK(found[1].tags.empty());
  CHECK_FALSE(found[1].sightings);
  for (const char* bad : {R"([{"value": "x", "sightings": -1}])", R"([{"value": "x", "tags": ["a"]}])",
                          R"([{"value": "x", "firstSeen": "yesterday"}])", R"([{"indicatorType": "IP"}])",
                          R"([{"value": "x", "notes": "one"}])", R"([null])"})
    CHECK(parse_indicators(ok(bad)).error().code == ec::protocol_violation);
}

TEST_CASE("pages go on while the server says so, or arithmetic does", "[trustar]") {
  auto next = [](const char* body) { return parse_indicator_page(ok(body)).value().has_next; };
  CHECK(next(R"({"items": [], "pageNumber": 0, "pageSize": 25, "totalElements": 0, "hasNext": true})"));
  CHECK_FALSE(
      next(R"({"items": [], "pageNumber": 0, "pageSize": 25, "totalElements": 99, "hasNext": false})"));
  CHECK(next(R"({"items": [], "pageNumber": 0, "pageSize": 25, "totalElements": 26})"));
  CHECK_FALSE(next(R"({"items": [], "pageNumber": 1, "pageSize": 25, "totalElements": 50})"));
  CHECK_FALSE(next(R"({"items": []})"));
  for (const char* bad : {R"({"items": null})", R"({})", R"([])", R"({"items": [1]})", R"({"items": {}})",
                          R"({"items": [], "hasNext": "false"})", R"({"items": [], "pageSize": -1})"})
    CHECK(parse_indicator_page(ok(bad)).error().code == ec::protocol_violation);
}

TEST_CASE("reports of a search have no body", "[trustar]") {
  auto page = parse_report_page(
                  ok(R"({"items": [{"id": "0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77", "title": "Phishing wave 1",
      "reportBody": null, "timeBegan": 1699913600000, "externalTrackingId": null, "externalId": "case-100",
      "enclaveIds": ["5b0c"], "created": 1700000000000, "updated": 1700000005000}], "pageNumber": 0, "pageSize": 25,
      "totalElements": 1, "hasNext": false})"))
                  .value();
  REQUIRE(page.items.size() == 1);
  CHECK_FALSE(page.items[0].body);
  CHECK(page.items[0].external_id == "case-100");
  CHECK(page.items[0].updated == from_epoch_ms(1700000005000));
  CHECK(page.total_elements == 1U);
}

TEST_CASE("summaries call the type `type` and may lack everything but the value", "[trustar]") {
  auto page = parse_summary_page(ok(R"({"items": [{"value": "203.0.113.9", "type": "IP", "reportId": "r",
      "enclaveId": "e", "source": {"key": "example_intel", "name": "Example Intel"},
      "score": {"name": "Risk Score", "value": "78"}, "created": 1700000000000, "updated": null, "description": null,
      "attributes": [{"name": "a", "value": {"deep": [1]}}], "severityLevel": 3},
      {"value": "x", "source": null, "score": null, "severityLevel": 9}], "hasNext": false})"))
                  .value();
  REQUIRE(page.items.size() == 2);
  CHECK(page.items[0].severity == 3);
  CHECK(page.items[0].source_name == "Example Intel");
  CHECK(page.items[0].score_value == "78");
  CHECK_FALSE(page.items[1].severity);
}

TEST_CASE("a submission may be told its id and that it was applied before", "[trustar]") {
  auto plain = ok("");
  CHECK_FALSE(parse_submission_answer(plain).value().submission_id);
  plain.headers.add("Submission-Id", "9d2e4c1a-58a3-4f0b-9a3c-2f6f4a8b1d77");
  plain.headers.add("Idempotent-Replay", "true");
  CHECK(parse_submission_answer(plain).value().submission_id == "9d2e4c1a-58a3-4f0b-9a3c-2f6f4a8b1d77");
  CHECK(parse_submission_answer(plain).value().replayed);
  auto odd = ok("");
  odd.headers.add("Submission-Id", "../../etc");
  CHECK_FALSE(parse_submission_answer(odd).value().submission_id);
}

TEST_CASE("status of a submission, with and without our extension", "[trustar]") {
  auto plain =
      parse_submission_status(ok(R"({"id": "a", "status": "SUBMISSION_PROCESSING", "errorMessage": ""})"))
          .value();
  CHECK(plain.state == processing_state::processing);
  CHECK_FALSE(plain.accepted);
  auto rich = parse_submission_status(
                  ok(R"({"id": "a", "status": "SUBMISSION_SUCCESS", "errorMessage": "", "accepted": 4,
      "skipped": [{"row": 2, "value": "what", "reason": "of no known type"}]})"))
                  .value();
  CHECK(rich.state == processing_state::success);
  CHECK(rich.accepted == 4U);
  CHECK(rich.skipped == std::vector<skipped_row>{{2, "what", "of no known type"}});
  CHECK(parse_submission_status(ok(R"({"id": "a", "status": "NEW_STATE"})")).value().state ==
        processing_state::unknown);
  CHECK(parse_submission_status(ok(R"({"id": "a"})")).error().code == ec::protocol_violation);
}

TEST_CASE("quotas may be none", "[trustar]") {
  CHECK(parse_quotas(ok("[]")).value().empty());
  auto quotas =
      parse_quotas(ok(R"([{"guid": "b7b0", "maxRequests": 5000, "usedRequests": 12, "timeWindow": 86400000,
      "lastResetTime": 1690000000000, "nextResetTime": 1690086400000}])"))
          .value();
  REQUIRE(quotas.size() == 1);
  CHECK(quotas[0].max_requests == 5000);
  CHECK(quotas[0].time_window == std::chrono::hours(24));
  CHECK(quotas[0].next_reset == from_epoch_ms(1690086400000));
}

TEST_CASE("the id of a new report is the bare body", "[trustar]") {
  CHECK(parse_report_id(ok("0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77")).value() ==
        "0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77");
  for (const char* bad : {"", R"({"id": "x"})", R"("x")", "a b"})
    CHECK(parse_report_id(ok(bad)).error().code == ec::protocol_violation);
}

TEST_CASE("a deeply nested answer is refused, not followed", "[trustar]") {
  CHECK(parse_indicators(ok(std::string(100'000, '['))).error().code == ec::protocol_violation);
}
