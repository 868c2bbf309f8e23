#include "protocol/misp/requests.hpp"

#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace isacbot;
using namespace isacbot::misp;

namespace {

constexpr const char* key = "abcdefghijABCDEFGHIJ0123456789abcdefghij";
const std::string uuid = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81";
const std::string other_uuid = "7a1f92cb-dba7-425f-aacd-85b80ff5cb9a";

server at(std::string url = "https://misp.example.org/misp/") {
  return {std::move(url), secret(key), "Authorization", "isacbot/1.0"};
}

} // namespace

TEST_CASE("a poll's listing is the documented request, byte for byte", "[misp]") {
  index_query query;
  query.window = time_window{time_bound::at(1'700'000'000), time_bound::ago(seconds{90})};
  const http::request request = make_index_request(at(), query, index_form::csv);
  CHECK(request.method == "POST");
  CHECK(request.target == "https://misp.example.org/misp/events/index");
  CHECK(request.headers.find("Authorization") == key);
  CHECK(request.headers.find("Accept") == "text/csv");
  CHECK(request.headers.find("Content-Type") == "application/json");
  CHECK(request.headers.find("User-Agent") == "isacbot/1.0");
  CHECK_FALSE(request.headers.find("Cookie"));
  CHECK(
      request.body ==
      R"({"published":1,"publish_timestamp":[1700000000,"90s"],"sort":"publish_timestamp","direction":"asc"})");
  CHECK(make_index_request(at(), query, index_form::json).headers.find("Accept") == "application/json");
}

TEST_CASE("the first listing looks back by the server's clock", "[misp]") {
  index_query query;
  query.window = time_window{time_bound::ago(std::chrono::hours{24}), time_bound::ago(seconds{90})};
  CHECK(make_index_request(at(), query, index_form::json).body ==
        R"({"published":1,"publish_timestamp":["24h","90s"],"sort":"publish_timestamp","direction":"asc"})");
  query.window = time_window{time_bound::at(0), time_bound::ago(seconds{0})};
  CHECK(make_index_request(at(), query, index_form::json).body ==
        R"({"published":1,"publish_timestamp":[0,"0s"],"sort":"publish_timestamp","direction":"asc"})");
}

TEST_CASE("servers that never publish are listed by the time of editing", "[misp]") {
  index_query query;
  query.window = time_window{time_bound::at(5), time_bound::at(9)};
  query.include_unpublished = true;
  CHECK(make_index_request(at(), query, index_form::json).body ==
        R"({"published":[0,1],"timestamp":[5,9],"sort":"timestamp","direction":"asc"})");
}

TEST_CASE("a reconciliation lists everything, or a range of days", "[misp]") {
  CHECK(make_index_request(at(), {}, index_form::csv).body ==
        R"({"published":1,"sort":"publish_timestamp","direction":"asc"})");
  index_query query;
  query.date_from = "2031-03-01";
  query.date_until = "2031-03-31";
  CHECK(
      make_index_request(at(), query, index_form::json).body ==
      R"({"published":1,"datefrom":"2031-03-01","dateuntil":"2031-03-31","sort":"publish_timestamp","direction":"asc"})");
}

TEST_CASE("a fetch of one event is the documented request, byte for byte", "[misp]") {
  auto request = make_events_request(at("https://misp.example.org"), std::vector{uuid});
  REQUIRE(request.has_value());
  CHECK(request->target == "https://misp.example.org/events/restSearch");
  CHECK(request->headers.find("Accept") == "application/json");
  CHECK(request->headers.find("Content-Type") == "application/json");
  CHECK(request->body ==
        R"({"returnFormat":"json","eventid":"5a3c2fcd-8328-42bb-a95e-4f4402de0b81","published":1,)"
        R"("excludeLocalTags":1,"sgReferenceOnly":1,"noShadowAttributes":1,"withAttachments":0})");
}

TEST_CASE("several events go as a list, in lower case", "[misp]") {
  auto request =
      make_events_request(at(), std::vector<std::string>{"5A3C2FCD-8328-42BB-A95E-4F4402DE0B81", other_uuid});
  REQUIRE(request.has_value());
  CHECK(request->body.find(R"("eventid":["5a3c2fcd-8328-42bb-a95e-4f4402de0b81",)"
                           R"("7a1f92cb-dba7-425f-aacd-85b80ff5cb9a"])") != std::string::npos);
}

TEST_CASE("reduced fetches leave out more, step by step", "[misp]") {
  auto body = [](fetch_form form) { return make_events_request(at(), std::vector{uuid}, form)->body; };
  CHECK(body({.exclude_galaxies = true}).ends_with(R"("withAttachments":0,"excludeGalaxy":1})"));
  CHECK(body({.exclude_galaxies = true, .exclude_reports = true})
            .ends_with(R"("withAttachments":0,"excludeGalaxy":1,"noEventReports":1})"));
  CHECK(body({.metadata_only = true}).ends_with(R"("withAttachments":0,"metadata":1})"));
  CHECK(body({.include_unpublished = true}).find(R"("published":[0,1])") != std::string::npos);
  CHECK(body({.include_local_tags = true}).find("excludeLocalTags") == std::string::npos);
}

TEST_CASE("a fetch that would mean every event is never made", "[misp]") {
  CHECK(make_events_request(at(), {}).error().code == ec::invalid_argument);
  CHECK(make_events_request(at(), std::vector<std::string>{""}).error().code == ec::invalid_argument);
  CHECK(make_events_request(at(), std::vector<std::string>{uuid, "1234"}).error().code ==
        ec::invalid_argument);
  CHECK(make_events_request(at(), std::vector<std::string>{uuid + "|6"}).error().code ==
        ec::invalid_argument);
  CHECK(make_events_request(at(), std::vector(51, uuid)).error().code == ec::invalid_argument);
  CHECK(make_events_request(at(), std::vector(50, uuid)).has_value());
  CHECK(make_view_request(at(), "0").error().code == ec::invalid_argument); // MISP: the first event there is
  CHECK(make_view_request(at(), uuid + "/../../users").error().code == ec::invalid_argument);
  CHECK(make_attributes_request(at(), uuid, 0).error().code == ec::invalid_argument);
}

TEST_CASE("a view switches off what is heavy, and never asks for a known 500", "[misp]") {
  auto request = make_view_request(at(), uuid);
  REQUIRE(request.has_value());
  CHECK(request->method == "GET");
  CHECK(request->body.empty());
  CHECK_FALSE(request->headers.find("Content-Type"));
  CHECK(request->target ==
        "https://misp.example.org/misp/events/view/5a3c2fcd-8328-42bb-a95e-4f4402de0b81/includeAttachments:0/"
        "includeEventCorrelations:0/includeFeedCorrelations:0/includeWarninglistHits:0/excludeLocalTags:1/"
        "noShadowAttributes:1");
  CHECK(make_view_request(at(), uuid, {.exclude_galaxies = true})->target.ends_with("/excludeGalaxy:1"));
}

TEST_CASE("attributes of one event come in pages", "[misp]") {
  auto request = make_attributes_request(at(), uuid, 3);
  REQUIRE(request.has_value());
  CHECK(request->target == "https://misp.example.org/misp/attributes/restSearch");
  CHECK(request->body == R"({"returnFormat":"json","eventid":"5a3c2fcd-8328-42bb-a95e-4f4402de0b81",)"
                         R"("limit":5000,"page":3,"order":"Attribute.id asc"})");
}

TEST_CASE("the header of the key can be another one", "[misp]") {
  server behind_proxy = at();
  behind_proxy.auth_header = "X-MISP-AUTH";
  const http::request request = make_version_request(behind_proxy);
  CHECK(request.method == "GET");
  CHECK(request.target == "https://misp.example.org/misp/servers/getVersion");
  CHECK(request.headers.find("X-MISP-AUTH") == key);
  CHECK_FALSE(request.headers.find("Authorization"));
}

TEST_CASE("a key is 40 letters and digits", "[misp]") {
  CHECK(is_key_text(key));
  CHECK_FALSE(is_key_text(""));
  CHECK_FALSE(is_key_text(std::string(39, 'a')));
  CHECK_FALSE(is_key_text(std::string(41, 'a')));
  CHECK_FALSE(is_key_text("Bearer abcdefghijABCDEFGHIJ0123456789abc"));
}

TEST_CASE("links need an id", "[misp]") {
  CHECK(event_link("https://misp.example.org/", "12") == "https://misp.example.org/events/view/12");
  CHECK(event_link("", "12").empty());
  CHECK(event_link("https://misp.example.org", "").empty());
}
