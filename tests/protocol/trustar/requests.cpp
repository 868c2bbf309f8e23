#include "protocol/trustar/requests.hpp"

#include "core/bytes.hpp"
#include "protocol/trustar/recorded.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::trustar;
namespace bj = boost::json;

namespace {

const origin station{"https://station.example.org:8443", "0.1.0"};
const secret token{std::string("6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10")};
constexpr const char* enclave_1 = "5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c";
constexpr const char* enclave_2 = "c1f7a9d4-2b63-4e58-9a0d-6e4b1f8c7d35";

/// The path and query of an absolute target.
std::string local(const http::request& request) {
  return request.target.substr(station.url.size());
}

} // namespace

TEST_CASE("the token request is Basic with a form body and no Client headers", "[trustar]") {
  // RFC 7617 section 2: user-id and password of the RFC's own example.
  auto request = make_token_request(station, "Aladdin", secret(std::string("open sesame")));
  CHECK(request.method == "POST");
  CHECK(request.target == "https://station.example.org:8443/oauth/token");
  CHECK(request.headers.find("Authorization") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  CHECK(request.headers.find("Content-Type") == "application/x-www-form-urlencoded");
  CHECK(request.body == "grant_type=client_credentials");
  CHECK(request.headers.count("Client-Type") == 0);
}

TEST_CASE("every API call says who is calling and carries the token", "[trustar]") {
  for (const auto& request : {make_ping_request(station, token), make_version_request(station, token),
                              make_enclaves_request(station, token), make_quotas_request(station, token),
                              make_submission_status_request(station, token, "0b8a4f6e")}) {
    CAPTURE(request.target);
    CHECK(request.method == "GET");
    CHECK(request.headers.find("Authorization") == "Bearer 6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10");
    CHECK(request.headers.find("Client-Type") == "API");
    CHECK(request.headers.find("Client-Version") == "0.1.0");
    CHECK(request.headers.find("Client-Metatag") == "isacbot");
    CHECK(request.headers.count("Content-Type") == 0);
    CHECK(request.body.empty());
  }
  CHECK(local(make_ping_request(station, token)) == "/api/1.3/ping");
  CHECK(local(make_quotas_request(station, token)) == "/api/1.3/request-quotas");
  CHECK(local(make_submission_status_request(station, token, "a/b?c")) ==
        "/api/1.3/submissions/a%2Fb%3Fc/status");
}

TEST_CASE("a slash at the end of the origin does not double", "[trustar]") {
  CHECK(make_enclaves_request({"http://127.0.0.1:8081//", "1"}, token).target ==
        "http://127.0.0.1:8081/api/1.3/enclaves");
}

TEST_CASE("a submission is written as the API documents it", "[trustar]") {
  indicator_submission submission;
  submission.enclave_ids = {enclave_1};
  submission.tags = {{"slack-ops", enclave_1, ""}};
  submission.content = {{"bad.example.net",
                         from_epoch_ms(1690000000000),
                         from_epoch_ms(1690000500000),
                         3,
                         "slack",
                         "from #ir",
                         {}},
                        {"203.0.113.9", {}, {}, {}, "", "", {{"own", enclave_1, ""}}}};
  auto request = make_submission_request(station, token, submission, "01J/1.2").value();
  CHECK(request.method == "POST");
  CHECK(local(request) == "/api/1.3/indicators");
  CHECK(request.headers.find("Idempotency-Key") == "01J/1.2");
  CHECK(request.headers.find("Content-Type") == "application/json");
  CHECK(request.body ==
        R"({"enclaveIds":["5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c"],)"
        R"("tags":[{"name":"slack-ops","enclaveId":"5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c","guid":null}],)"
        R"("content":[{"value":"bad.example.net","firstSeen":1690000000000,"lastSeen":1690000500000,)"
        R"("sightings":3,"source":"slack","notes":"from #ir"},)"
        R"({"value":"203.0.113.9","tags":[{"name":"own","enclaveId":"5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c",)"
        R"("guid":null}]}]})");
  CHECK(make_submission_request(station, token, submission, "").value().headers.count("Idempotency-Key") ==
        0);
}

TEST_CASE("a submission outside the limits is not made", "[trustar]") {
  indicator_submission submission{{enclave_1}, {}, {}};
  CHECK(make_submission_request(station, token, submission, "k").error().code == ec::invalid_argument);
  submission.content.resize(10'000);
  CHECK(make_submission_request(station, token, submission, "k").has_value());
  submission.content.resize(10'001);
  CHECK(make_submission_request(station, token, submission, "k").error().code == ec::too_large);
  submission.content.resize(1);
  for (std::string key :
       {std::string("a b"), std::string("a\r\nX: y"), std::string(256, 'k'), std::string("\xc3\xbc")})
    CHECK(make_submission_request(station, token, submission, key).error().code == ec::invalid_argument);
  submission.enclave_ids.clear();
  CHECK(make_submission_request(station, token, submission, "k").error().code == ec::invalid_argument);
}

TEST_CASE("searches are written like the official client's", "[trustar]") {
  search what;
  what.term = "example";
  what.enclave_ids = {enclave_1, enclave_2};
  what.from = from_epoch_ms(1674080000000);
  what.to = from_epoch_ms(1700000000000);
  what.entity_types = {"URL", "IP"};
  what.tags = {"c2", "own"};
  what.excluded_tags = {"fp"};
  what.page_size = 1000;
  what.page_number = 0;
  auto request = make_indicator_search_request(station, token, what);
  CHECK(
      local(request) ==
      "/api/1.3/indicators/"
      "search?enclaveIds=5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c&enclaveIds=c1f7a9d4-2b63-4e58-"
      "9a0d-6e4b1f8c7d35&from=1674080000000&to=1700000000000&entityTypes=URL&entityTypes=IP&tags=c2&tags=own&"
      "excludedTags=fp&pageSize=1000&pageNumber=0");
  CHECK(bj::parse(request.body) == bj::parse(R"({"searchTerm": "example"})"));
  auto recorded = test::load_recorded("140-search_indicators_page.http");
  if (!recorded) {
    WARN("no recorded requests here: the comparison with the real client is skipped");
    return;
  }
  CHECK(local(request) == recorded->target);
  CHECK(bj::parse(request.body) == bj::parse(recorded->body));
  search browse;
  CHECK(bj::parse(make_indicator_search_request(station, token, browse).body) ==
        bj::parse(test::load_recorded("139-search_indicators_page-none.http")->body));
  search reports = what;
  reports.term = "beacon";
  reports.tags = {"phishing", "c2"};
  reports.page_size = 10;
  auto report_request = make_report_search_request(station, token, reports).value();
  CHECK(local(report_request) == test::load_recorded("087-search_reports_page.http")->target);
  CHECK(bj::parse(report_request.body) == bj::parse(R"({"searchTerm": "beacon"})"));
}

TEST_CASE("a report search refuses what the server would refuse", "[trustar]") {
  search what;
  what.term = "ab";
  CHECK(make_report_search_request(station, token, what).error().code == ec::invalid_argument);
  what.term = "\xc3\xbc\xc3\xbc"; // two characters in four bytes
  CHECK(make_report_search_request(station, token, what).error().code == ec::invalid_argument);
  what.term = "abc";
  CHECK(make_report_search_request(station, token, what).has_value());
  what.term.clear();
  CHECK(make_report_search_request(station, token, what).value().body == R"({"searchTerm":null})");
}

TEST_CASE("metadata rows have all a type or none", "[trustar]") {
  std::vector<indicator_key> keys{{"203.0.113.9", "IP"}, {"EMOTET", "MALWARE"}};
  auto request = make_metadata_request(station, token, keys, {enclave_1, enclave_2}).value();
  CHECK(request.body ==
        R"([{"value":"203.0.113.9","indicatorType":"IP"},{"value":"EMOTET","indicatorType":"MALWARE"}])");
  if (auto recorded = test::load_recorded("150-get_indicators_metadata-typed.http")) {
    CHECK(local(request) == recorded->target);
    CHECK(bj::parse(request.body) == bj::parse(recorded->body));
  }
  keys[1].type.clear();
  CHECK(make_metadata_request(station, token, keys, {}).error().code == ec::invalid_argument);
  keys.assign(1001, {"203.0.113.9", ""});
  CHECK(make_metadata_request(station, token, keys, {}).error().code == ec::too_large);
  keys.resize(1000);
  CHECK(make_metadata_request(station, token, keys, {}).has_value());
}

TEST_CASE("summaries take a hundred values", "[trustar]") {
  auto request =
      make_summaries_request(station, token, {"203.0.113.9", "bad.example.net"}, {enclave_1}).value();
  CHECK(local(request) ==
        "/api/1.3/indicators/summaries?enclaveIds=5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c&pageNumber=0"
        "&pageSize=100");
  CHECK(request.body == R"(["203.0.113.9","bad.example.net"])");
  CHECK(make_summaries_request(station, token, std::vector<std::string>(101, "a"), {}).error().code ==
        ec::too_large);
}

TEST_CASE("links lead to the pages that TruSTAR's clients link to", "[trustar]") {
  CHECK(report_link("https://station.example.org/", "0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77") ==
        "https://station.example.org/constellation/reports/0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77");
  // base64(urllib.parse.quote("IP|203.0.113.9")) and of "URL|http://bad.example.net/x y", made with Python.
  CHECK(indicator_link("https://station.example.org", "IP", "203.0.113.9") ==
        "https://station.example.org/constellation/reports/SVAlN0MyMDMuMC4xMTMuOQ==");
  CHECK(indicator_link("https://station.example.org", "URL", "http://bad.example.net/x y") ==
        "https://station.example.org/constellation/reports/"
        "VVJMJTdDaHR0cCUzQS8vYmFkLmV4YW1wbGUubmV0L3glMjB5");
}

TEST_CASE("a report is created with one enclave", "[trustar]") {
  report what;
  what.title = "Phishing wave";
  what.body = "Seen 203.0.113.9";
  what.enclave_ids = {enclave_1};
  what.external_id = "case-100";
  auto request = make_report_request(station, token, what).value();
  CHECK(local(request) == "/api/1.3/reports");
  CHECK(bj::parse(request.body) ==
        bj::parse(
            R"({"title":"Phishing wave","reportBody":"Seen 203.0.113.9","timeBegan":null,"externalUrl":null,
                      "externalTrackingId":"case-100","enclaveIds":["5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c"]})"));
  what.enclave_ids.emplace_back(enclave_2);
  CHECK(make_report_request(station, token, what).error().code == ec::invalid_argument);
  CHECK(local(make_report_details_request(station, token, "Fall 7", true)) ==
        "/api/1.3/reports/Fall%207?idType=external");
}
