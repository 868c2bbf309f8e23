#include "station/fixture.hpp"
#include "station/routes.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

constexpr const char* marker = "verysecretmarker";

struct filled : station_fixture {
  std::string report_id;
  std::string submission_id;
  std::string export_id;

  filled() : station_fixture(unlimited()) {
    auto submitted = call(alice, "POST", "/indicators",
                          submission(own, {"http://verysecretmarker.example.net/", "198.51.100.77"}), "key");
    submission_id = submitted.headers.find("Submission-Id").value();
    report_id =
        call(
            alice, "POST", "/reports",
            R"({"title": "About verysecretmarker", "reportBody": "8.8.8.77 and hxxp://verysecretmarker.example.net/x", "externalTrackingId": "case-1", "enclaveIds": [")" +
                own + R"("]})")
            .body;
    REQUIRE(report_id.size() == 36);
    call(alice, "POST", "/reports/" + report_id + "/alter-tags", R"({"addedTags": [{"name": "hiddentag"}]})");
  }

  void tag_and_export() {
    call(alice, "POST", "/indicators/tags",
         R"({"value": "198.51.100.77", "tag": {"name": "hiddenmark", "enclaveId": ")" + own + R"("}})");
    export_id =
        text(bj::parse(call(alice, "POST", "/indicators/metadata/bulk-export?from=0&enclaveIds=" + own).body)
                 .at("guid"));
  }

  /// An enclave that the stranger may write to; for Bob one that he may only read.
  const std::string& open_to(const station::api_credentials& who) const {
    return who.key == eve.key ? foreign : shared;
  }

  /// What Alice sees of her enclave.
  std::string everything(const station::api_credentials& who) {
    return call(who, "GET", "/reports?from=0&enclaveIds=" + own).body +
           call(who, "GET", "/reports/" + report_id + "/tags").body +
           call(who, "GET", "/reports/" + report_id + "/indicators").body +
           call(who, "POST", "/indicators/search?from=0&enclaveIds=" + own).body +
           call(who, "GET", "/indicators/tags?enclaveIds=" + own).body +
           call(who, "GET", "/indicators/metadata/bulk-export/" + export_id + "/data.csv").body;
  }
};

} // namespace

TEST_CASE("a stranger gets nothing of an enclave out of any endpoint", "[station]") {
  filled f;
  // One request per endpoint that goes for the object as directly as it can. A new endpoint fails here until
  // it has one.
  const station::api_credentials* stranger = nullptr;
  auto requests = [&](station::endpoint what) -> std::vector<std::pair<std::string, std::string>> {
    std::string in_own = "?enclaveIds=" + f.own;
    switch (what) {
    case station::endpoint::token:
    case station::endpoint::ping:
    case station::endpoint::version:
      return {};
    case station::endpoint::enclaves:
      return {{"/enclaves", ""}};
    case station::endpoint::request_quotas:
      return {{"/request-quotas", ""}};
    case station::endpoint::submit_indicators:
      return {{"/indicators", station_fixture::submission(f.own, {"198.51.100.77"})}};
    case station::endpoint::submission_status:
      return {{"/submissions/" + f.submission_id + "/status", ""}};
    case station::endpoint::search_indicators:
      return {{"/indicators/search?from=0&searchTerm=verysecret", ""},
              {"/indicators/search" + in_own, ""},
              {"/indicators/search?from=0", ""}};
    case station::endpoint::indicator_metadata:
      return {{"/indicators/metadata", R"([{"value": "198.51.100.77"}])"},
              {"/indicators/metadata" + in_own, R"([{"value": "198.51.100.77", "indicatorType": "IP"}])"}};
    case station::endpoint::indicator_summaries:
      return {{"/indicators/summaries", R"(["198.51.100.77"])"},
              {"/indicators/summaries" + in_own, R"(["a"])"}};
    case station::endpoint::create_report:
      return {{"/reports", R"({"title": "t", "reportBody": "b", "enclaveIds": [")" + f.own + R"("]})"}};
    case station::endpoint::search_reports:
      return {{"/reports/search?from=0&searchTerm=verysecret", ""},
              {"/reports/search?searchTerm=&enclaveIds=" + f.own, ""}};
    case station::endpoint::list_reports:
      return {{"/reports?from=0", ""}, {"/reports" + in_own, ""}, {"/reports?tags=hiddentag", ""}};
    case station::endpoint::correlate_reports:
      return {{"/reports/correlate?indicators=198.51.100.77", ""},
              {"/reports/correlate" + in_own + "&indicators=198.51.100.77", ""}};
    case station::endpoint::correlated_reports:
      return {{"/reports/correlated?indicators=198.51.100.77", ""},
              {"/reports/correlated?indicators=verysecretmarker.example.net", ""},
              {"/reports/correlated" + in_own + "&indicators=198.51.100.77", ""}};
    case station::endpoint::upsert_report:
      return {{"/reports/upsert?idType=external",
               R"({"title": "t", "reportBody": "b", "externalTrackingId": "case-1", "enclaveIds": [")" +
                   f.own + R"("]})"}};
    case station::endpoint::copy_report:
      return {{"/reports/copy/" + f.report_id + "?destEnclaveId=" + f.open_to(*stranger), ""}};
    case station::endpoint::move_report:
      return {{"/reports/move/" + f.report_id + "?destEnclaveId=" + f.open_to(*stranger), ""}};
    case station::endpoint::all_report_tags:
      return {{"/reports/tags", ""}, {"/reports/tags" + in_own, ""}};
    case station::endpoint::report_details:
    case station::endpoint::delete_report:
      return {{"/reports/" + f.report_id, ""}, {"/reports/case-1?idType=external", ""}};
    case station::endpoint::update_report:
      return {{"/reports/" + f.report_id, R"({"title": "t", "reportBody": "b"})"},
              {"/reports/case-1?idType=external",
               R"({"title": "t", "reportBody": "b", "enclaveIds": [")" + f.own + R"("]})"}};
    case station::endpoint::report_status:
      return {{"/reports/" + f.report_id + "/status", ""}};
    case station::endpoint::report_indicators:
      return {{"/reports/" + f.report_id + "/indicators", ""},
              {"/reports/case-1/indicators?idType=external", ""}};
    case station::endpoint::report_tags:
      return {{"/reports/" + f.report_id + "/tags", ""}, {"/reports/case-1/tags?idType=external", ""}};
    case station::endpoint::add_report_tag:
      return {{"/reports/" + f.report_id + "/tags?name=mine", ""}};
    case station::endpoint::delete_report_tag:
      return {{"/reports/" + f.report_id + "/tags/hiddentag", ""}};
    case station::endpoint::alter_report_tags:
      return {{"/reports/" + f.report_id + "/alter-tags", R"({"removedTags": [{"name": "hiddentag"}]})"},
              {"/reports/case-1/alter-tags?idType=external", R"({"addedTags": [{"name": "mine"}]})"}};
    case station::endpoint::list_whitelist:
      return {{"/whitelist", ""}};
    case station::endpoint::add_to_whitelist:
      return {{"/whitelist", R"(["198.51.100.99"])"}};
    case station::endpoint::list_indicators:
      return {
          {"/indicators?from=0", ""}, {"/indicators" + in_own, ""}, {"/indicators?tagIds=hiddenmark", ""}};
    case station::endpoint::related_indicators:
      return {{"/indicators/related?indicators=8.8.8.77", ""},
              {"/indicators/related" + in_own + "&indicators=8.8.8.77", ""}};
    case station::endpoint::indicator_details:
      return {{"/indicators/details?indicatorValues=198.51.100.77", ""},
              {"/indicators/details" + in_own + "&indicatorValues=198.51.100.77", ""}};
    case station::endpoint::community_trends:
      return {{"/indicators/community-trending?daysBack=30", ""}};
    case station::endpoint::list_indicator_tags:
      return {{"/indicators/tags", ""}, {"/indicators/tags" + in_own, ""}};
    case station::endpoint::add_indicator_tag:
      return {{"/indicators/tags",
               R"({"value": "198.51.100.77", "tag": {"name": "mine", "enclaveId": ")" + f.own + R"("}})"}};
    case station::endpoint::delete_indicator_tag:
      return {{"/indicators/tags/hiddenmark?value=198.51.100.77", ""}};
    case station::endpoint::start_export:
      return {{"/indicators/metadata/bulk-export" + in_own, ""}};
    case station::endpoint::export_status:
      return {{"/indicators/metadata/bulk-export/" + f.export_id + "/status", ""}};
    case station::endpoint::export_data:
      return {{"/indicators/metadata/bulk-export/" + f.export_id + "/data.csv", ""}};
    case station::endpoint::redact_report:
      return {{"/redaction/report", R"({"title": "t", "reportBody": "b"})"}};
    case station::endpoint::triage_submissions:
    case station::endpoint::triage_indicators:
      return {{std::string(what == station::endpoint::triage_indicators ? "/triage/indicators"
                                                                        : "/triage/submissions"),
               R"({"enclaveIds": [")" + f.own + R"("]})"}};
    case station::endpoint::triage_status:
      return {{"/triage/submissions/" + f.report_id + "/status?status=CONFIRMED", ""}};
    case station::endpoint::delete_from_whitelist:
      return {{"/whitelist?indicatorType=IP&value=192.0.2.200", ""}};
    }
    return {};
  };
  f.tag_and_export();
  const std::string before = f.everything(f.alice);
  for (const auto* one : {&f.bob, &f.eve}) { // a colleague without the grant is as much a stranger
    stranger = one;
    for (const station::route& r : station::all_routes())
      for (const auto& [target, body] : requests(r.what)) {
        auto answer = f.call(*stranger, std::string(r.method), target, body);
        CAPTURE(r.method, target, answer.status, answer.body);
        bool own_submission_status = r.what == station::endpoint::submission_status && stranger == &f.bob;
        for (const std::string& hidden :
             {std::string(marker), std::string("198.51.100.77"), std::string("hiddentag"),
              std::string("hiddenmark"), std::string("8.8.8.77"), f.own, f.report_id})
          if (target.find(hidden) == std::string::npos) // an error names the path that the caller sent
            CHECK(answer.body.find(hidden) == std::string::npos);
        if (answer.status == 200 && r.what != station::endpoint::enclaves && !own_submission_status &&
            answer.body.find("totalElements") != std::string::npos)
          CHECK(bj::parse(answer.body).at("totalElements") == 0);
        CHECK((answer.status == 200 || answer.status == 403 || answer.status == 404));
        // Unknown and not granted look the same.
        std::string unknown = "00000000-0000-4000-8000-000000000000";
        auto swapped = [&](std::string text) {
          for (const std::string& id : {f.own, f.report_id, f.submission_id, f.export_id})
            for (std::size_t at; (at = text.find(id)) != std::string::npos;)
              text.replace(at, id.size(), unknown);
          return text;
        };
        if (own_submission_status)
          continue;
        auto of_unknown = f.call(*stranger, std::string(r.method), swapped(target), swapped(body));
        CHECK(of_unknown.status == answer.status);
        CHECK(of_unknown.body == swapped(answer.body)); // to the byte, but for the id that was sent
      }
  }
  CHECK(f.everything(f.alice) == before);
  CHECK(f.sightings(f.alice, "198.51.100.77") == 1);
}

TEST_CASE("each level of access allows what it says", "[station]") {
  station_fixture f(unlimited());
  auto listed = bj::parse(f.call(f.alice, "GET", "/enclaves").body).as_array();
  REQUIRE(listed.size() == 2);
  for (const bj::value& e : listed) {
    CHECK(e.at("read") == true);
    CHECK(e.at("create") == true);
    CHECK(e.at("update") == (text(e.at("id")) == f.own));
    CHECK(e.at("type") == "INTERNAL");
  }
  auto of_bob = bj::parse(f.call(f.bob, "GET", "/enclaves").body).as_array();
  REQUIRE(of_bob.size() == 1);
  CHECK(of_bob[0].at("name") == "Example ISAC");
  CHECK(of_bob[0].at("create") == false);
  CHECK(f.call(f.bob, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"})).status ==
        403);
  CHECK(f.call(f.bob, "POST", "/reports",
               R"({"title": "t", "reportBody": "b", "enclaveIds": [")" + f.shared + R"("]})")
            .status == 403);
  // One enclave without the right is enough to refuse all.
  std::string both =
      R"({"enclaveIds": [")" + f.shared + R"(", ")" + f.own + R"("], "content": [{"value": "203.0.113.9"}]})";
  CHECK(f.call(f.carol, "POST", "/indicators", both).status == 403);
  CHECK(f.sightings(f.bob, "203.0.113.9") == 0);
  f.people.grant(f.bob.key, f.shared, station::access::submit).value(); // counts at once
  CHECK(f.call(f.bob, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"})).status ==
        200);
  f.people.revoke(f.bob.key, f.shared).value();
  CHECK(f.call(f.bob, "GET", "/enclaves").body == "[]");
  CHECK(f.sightings(f.bob, "203.0.113.9") == 0);
}
