// Requests about reports, compared with what the official client sent (embedded here, since the recordings
// need not be there) and, when they are, with the recordings.
#include "protocol/trustar/answers.hpp"
#include "protocol/trustar/recorded.hpp"
#include "protocol/trustar/requests.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::trustar;
namespace bj = boost::json;

namespace {

const origin station{"https://station.example.org:8443", "0.1.0"};
const secret token{std::string("6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10")};
const std::string report_id = "0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77";
const std::string enclave_1 = "5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c";
const std::string enclave_2 = "c1f7a9d4-2b63-4e58-9a0d-6e4b1f8c7d35";

std::string local(const http::request& request) {
  return request.target.substr(station.url.size());
}

std::string without(std::string text, std::string_view piece) {
  auto at = text.find(piece);
  REQUIRE(at != std::string::npos);
  return text.erase(at, piece.size());
}

report updated_report() {
  report what;
  what.id = report_id;
  what.title = "Phishing wave (updated)";
  what.body = "New text 198.51.100.7";
  what.time_began = from_epoch_ms(1699913600000);
  what.external_url = "https://tickets.example.com/100";
  what.external_id = "case-100";
  what.enclave_ids = {enclave_1};
  return what;
}

http::response ok(std::string body) {
  return http::make_response(200, "application/json", std::move(body));
}

} // namespace

TEST_CASE("a report is replaced by its id, whole", "[trustar]") {
  auto request = make_report_update_request(station, token, updated_report()).value();
  CHECK(request.method == "PUT");
  CHECK(local(request) == "/api/1.3/reports/0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77?idType=internal");
  CHECK(request.headers.find("Content-Type") == "application/json");
  auto expected = bj::parse(R"json({"title": "Phishing wave (updated)", "reportBody": "New text 198.51.100.7",
      "timeBegan": 1699913600000, "externalUrl": "https://tickets.example.com/100",
      "externalTrackingId": "case-100", "enclaveIds": ["5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c"],
      "id": "0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77"})json");
  CHECK(bj::parse(request.body) == expected);
  if (auto recorded = test::load_recorded("105-update_report.http")) {
    CHECK(request.method == recorded->method);
    CHECK(local(request) == recorded->target);
    auto theirs = bj::parse(recorded->body).as_object();
    for (const char* ignored_by_servers : {"distributionType", "created", "updated"})
      theirs.erase(ignored_by_servers);
    CHECK(bj::parse(request.body) == bj::value(theirs));
  }
  auto nameless = updated_report();
  nameless.id.clear();
  CHECK(make_report_update_request(station, token, nameless).error().code == ec::invalid_argument);
  auto blank = updated_report();
  blank.body.reset();
  CHECK(make_report_update_request(station, token, blank).error().code == ec::invalid_argument);
}

TEST_CASE("a creation is what the official client sends, without what servers ignore", "[trustar]") {
  report what;
  what.title = "Phishing wave";
  what.body = "Mail from 203.0.113.9 led to http://bad.example.net/login";
  what.time_began = from_epoch_ms(1699913600000);
  what.enclave_ids = {enclave_1};
  auto request = make_report_request(station, token, what).value();
  if (auto recorded = test::load_recorded("042-submit_report.http")) {
    CHECK(request.method == recorded->method);
    CHECK(local(request) == recorded->target);
    auto theirs = bj::parse(recorded->body).as_object();
    for (const char* ignored_by_servers : {"distributionType", "created", "updated", "id"})
      theirs.erase(ignored_by_servers);
    CHECK(bj::parse(request.body) == bj::value(theirs));
  }
  CHECK(request.body.find("\"id\"") == std::string::npos);
}

TEST_CASE("tags of a report are altered by name", "[trustar]") {
  auto request = make_alter_tags_request(station, token, report_id, {"phishing", "c2"}, {"old"});
  CHECK(request.method == "POST");
  CHECK(local(request) == "/api/1.3/reports/0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77/alter-tags?idType=internal");
  CHECK(request.body ==
        R"({"addedTags":[{"name":"phishing"},{"name":"c2"}],"removedTags":[{"name":"old"}]})");
  if (auto recorded = test::load_recorded("118-alter_report_tags.http")) {
    CHECK(without(local(request), "?idType=internal") == recorded->target);
    CHECK(bj::parse(request.body) == bj::parse(recorded->body));
  }
  CHECK(make_alter_tags_request(station, token, report_id, {}, {}).body ==
        R"({"addedTags":[],"removedTags":[]})");
}

TEST_CASE("what is read of a report is asked as the official client asks", "[trustar]") {
  struct expectation {
    http::request ours;
    std::string target;
    const char* recording;
    std::string_view extra; ///< ours says what the default is
  };
  const std::string base = "/api/1.3/reports/" + report_id;
  const std::vector<expectation> table{
      {make_report_status_request(station, token, report_id), base + "/status", "077-get_report_status.http",
       ""},
      {make_report_tags_request(station, token, report_id), base + "/tags?idType=internal",
       "116-get_enclave_tags.http", "?idType=internal"},
      {make_report_details_request(station, token, report_id, false), base + "?idType=internal",
       "066-get_report_details-internal.http", ""},
      {make_report_look_up_request(station, token, "case-100", enclave_1),
       "/api/1.3/reports/case-100?idType=external&enclaveIds=" + enclave_1,
       "067-get_report_details-external.http", "&enclaveIds=5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c"},
      {make_report_indicators_request(station, token, report_id, 2, 1000),
       base + "/indicators?pageNumber=2&pageSize=1000", "102-get_indicators_for_report_page-size.http", ""},
      {make_whitelist_request(station, token, 0, 1000), "/api/1.3/whitelist?pageNumber=0&pageSize=1000",
       "161-get_whitelist_page-size.http", ""},
  };
  for (const auto& e : table) {
    INFO(e.recording);
    CHECK(e.ours.method == "GET");
    CHECK(e.ours.body.empty());
    CHECK(local(e.ours) == e.target);
    if (auto recorded = test::load_recorded(e.recording))
      CHECK((e.extra.empty() ? local(e.ours) : without(local(e.ours), e.extra)) == recorded->target);
  }
  auto deletion = make_report_delete_request(station, token, report_id);
  CHECK(deletion.method == "DELETE");
  CHECK(local(deletion) == base + "?idType=internal");
  if (auto recorded = test::load_recorded("109-delete_report.http"))
    CHECK(without(local(deletion), "?idType=internal") == recorded->target);
}

TEST_CASE("an external id may be any text", "[trustar]") {
  CHECK(local(make_report_look_up_request(station, token, "Fall 7/\xC3\x9C?#", "e")) ==
        "/api/1.3/reports/Fall%207%2F%C3%9C%3F%23?idType=external&enclaveIds=e");
}

TEST_CASE("correlation takes 25 values, commas in them as they are", "[trustar]") {
  std::vector<std::string> values{"203.0.113.9", "http://bad.example.net/x?a=1,2&b=3#f", "EMOTET"};
  auto request =
      make_correlated_reports_request(station, token, values, {enclave_1, enclave_2}, 0, 25).value();
  CHECK(request.method == "GET");
  CHECK(local(request) ==
        "/api/1.3/reports/correlated?indicators=203.0.113.9"
        "&indicators=http%3A%2F%2Fbad.example.net%2Fx%3Fa%3D1%2C2%26b%3D3%23f&indicators=EMOTET"
        "&enclaveIds=5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c&enclaveIds=c1f7a9d4-2b63-4e58-9a0d-6e4b1f8c7d35"
        "&pageNumber=0&pageSize=25");
  if (auto recorded = test::load_recorded("097-get_correlated_reports_page.http"))
    CHECK(local(request) == without(recorded->target, "&distributionType=ENCLAVE"));
  CHECK(make_correlated_reports_request(station, token, {}, {}, 0, 25).error().code == ec::invalid_argument);
  values.assign(26, "203.0.113.9");
  CHECK(make_correlated_reports_request(station, token, values, {}, 0, 25).error().code == ec::too_large);
  values.pop_back();
  CHECK(make_correlated_reports_request(station, token, values, {}, 0, 25).has_value());
}

TEST_CASE("tags of a report are read by name", "[trustar]") {
  auto tags = parse_tags(ok(R"([{"guid": "phishing", "name": "phishing", "enclaveId": "5b0c"},
                                {"guid": null, "name": "c2", "enclaveId": null}])"))
                  .value();
  REQUIRE(tags.size() == 2);
  CHECK(tags[0] == tag{"phishing", "5b0c", "phishing"});
  CHECK(tags[1].name == "c2");
  for (const char* bad : {"{}", "null", "[1]", R"([{"name": 7}])", "["})
    CHECK(parse_tags(ok(bad)).error().code == ec::protocol_violation);
}

TEST_CASE("a status of a report is one of four", "[trustar]") {
  auto state = [](const std::string& text) {
    return parse_submission_status(ok(R"({"id": "0b8a", "status": ")" + text + R"(", "errorMessage": ""})"))
        .value()
        .state;
  };
  CHECK(state("SUBMISSION_PROCESSING") == processing_state::processing);
  CHECK(state("SUBMISSION_SUCCESS") == processing_state::success);
  CHECK(state("SUBMISSION_FAILURE") == processing_state::failure);
  CHECK(state("UNKNOWN") == processing_state::unknown);
}
