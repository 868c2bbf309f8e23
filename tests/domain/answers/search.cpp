#include "domain/answers.hpp"

#include "domain/answers/show.hpp"
#include "shown.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace isacbot::test;

namespace {

constexpr sys_time noon{seconds{1'760'000'000}};

indicator_hit make_hit(std::string type, std::string value) {
  indicator_hit hit;
  hit.type = std::move(type);
  hit.value = std::move(value);
  return hit;
}

} // namespace

TEST_CASE("search hits are ordered by priority and shown with all that is known", "[answers]") {
  search_findings findings;
  findings.term = {"evil.example", observables::type::domain};
  findings.station_url = station + "/";
  auto quiet = make_hit("IP", "192.0.2.1");
  quiet.sightings = 9;
  auto linked = make_hit("URL", "http://evil.example/x");
  linked.correlations = 3;
  auto severe = make_hit("URL", "evil.example");
  severe.severity = 3;
  severe.source = hostile;
  severe.tags = {"wannacry", hostile};
  severe.enclaves = {"Intel", hostile};
  severe.sightings = 4;
  severe.correlations = 1;
  severe.first_seen = noon;
  severe.last_seen = noon;
  auto benign = make_hit("MD5", "d41d8cd98f00b204e9800998ecf8427e");
  benign.severity = 0;
  benign.correlations = 100;
  findings.indicators = {quiet, benign, linked, severe};
  findings.reports = {{"r/1", "Report " + hostile, {"Intel"}, noon}};

  CHECK(is_high_priority(severe));
  CHECK(is_high_priority(linked));
  CHECK_FALSE(is_high_priority(quiet));
  CHECK_FALSE(is_high_priority(benign)); // a severity that says benign counts more than correlations

  std::string shown = check_message(found(findings));
  auto at = [&](std::string_view part) {
    INFO(part);
    REQUIRE(contains(shown, part));
    return shown.find(part, shown.find("\"blocks\""));
  };
  CHECK(at("*DOMAIN* `evil[.]example`") < at("`hxxp://evil[.]example/x`"));
  CHECK(at("`hxxp://evil[.]example/x`") < at("`d41d8cd98f00b204e9800998ecf8427e`"));
  CHECK(at("`d41d8cd98f00b204e9800998ecf8427e`") < at("`192.0.2[.]1`"));
  CHECK(contains(shown, "Found 4 indicators and 1 report for `evil[.]example`, 2 of high priority."));
  CHECK(contains(shown, "severity high"));
  CHECK(contains(shown, "4 sightings"));
  CHECK(contains(shown, "1 correlated report"));
  CHECK(contains(shown, "first seen <!date^1760000000^"));
  CHECK(contains(shown, "`wannacry`"));
  CHECK(contains(shown, "<https://station.test/constellation/reports/r%2F1|Open in Station>"));
}

TEST_CASE("long search results are paged and the rest is counted", "[answers]") {
  search_findings findings;
  findings.term = {"wannacry", std::nullopt};
  findings.station_url = station;
  for (int i = 0; i < 30; ++i) {
    findings.indicators.push_back(make_hit("URL", "http://evil.example/" + std::string(5'000, 'x')));
    findings.indicators.back().tags = std::vector<std::string>(200, hostile);
    findings.reports.push_back({"id", std::string(5'000, 'y'), std::vector<std::string>(50, hostile), {}});
  }
  findings.total_indicators = 12'345;
  std::string shown = check_message(found(findings));
  CHECK(contains(shown, "12,345 indicators"));
  CHECK(contains(shown, "and 12,335 more in <https://station.test/|Station>"));
  CHECK(contains(shown, "and 25 more in"));
}

TEST_CASE("searches that find nothing or part of it say so", "[answers]") {
  search_findings findings;
  findings.term = {hostile, std::nullopt};
  findings.missing = {"reports"};
  std::string shown = check_message(found(findings));
  CHECK(contains(shown, "Nothing found for"));
  CHECK(contains(shown, "could not tell me about reports"));
  findings.indicators = {make_hit("IP", "192.0.2.1")};
  CHECK_FALSE(contains(check_message(found(findings)), "Open in Station")); // no Station, no link
  check_message(searching(findings.term));
  check_message(search_usage(fail(ec::invalid_argument, "nothing to search for", "add a value or a word")));
  check_message(search_usage({}));
}

TEST_CASE("defang_text breaks everything that a client could make a link of", "[answers]") {
  const std::pair<std::string, std::string> table[] = {
      {"http://evil.com/a.b", "hxxp://evil[.]com/a[.]b"},
      {"HTTPS://EVIL.COM", "HXXPS://EVIL[.]COM"},
      {"see https://evil.com.", "see hxxps://evil[.]com."},
      {"ftp://evil.com", "ftp[:]//evil[.]com"},
      {"://x", "[:]//x"},
      {"bad@evil.com", "bad[at]evil[.]com"},
      {"192.0.2.1:80", "192[.]0[.]2[.]1:80"},
      {"End. Start", "End. Start"},
      {"...", "..."},
      {"@here", "@here"},
      {"hxxps://evil[.]com", "hxxps://evil[.]com"},
      {"", ""},
  };
  for (const auto& [text, shown] : table) {
    INFO(text);
    CHECK(defang_text(text) == shown);
  }
}

TEST_CASE("addresses of Station are built from the configuration and quoted data", "[answers]") {
  CHECK(report_address(station + "//", "a b/../c") ==
        "https://station.test/constellation/reports/a%20b%2F..%2Fc");
  // base64("IP%7C192.0.2.1") = SVAlN0MxOTIuMC4yLjE=
  CHECK(indicator_address(station, "IP", "192.0.2.1") ==
        "https://station.test/constellation/reports/SVAlN0MxOTIuMC4yLjE%3D");
  CHECK(report_address("", "x").empty());
  CHECK(start_address(station) == "https://station.test/");
}
