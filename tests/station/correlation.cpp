/// From values to reports and back: extraction, correlation, search by value, the whitelist.
#include "station/report_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

using strings = std::vector<std::string>;

strings report_titles(const http::response& answer) {
  strings out;
  bj::value page = bj::parse(answer.body);
  for (const bj::value& item : page.at("items").as_array())
    out.push_back(text(item.at("title")));
  return out;
}

strings whitelist_of(report_fixture& f, const station::api_credentials& who, const std::string& query = "") {
  strings out;
  bj::value page = bj::parse(f.call(who, "GET", "/whitelist" + query).body);
  for (const bj::value& item : page.at("items").as_array())
    out.push_back(text(item.at("indicatorType")) + " " + text(item.at("value")));
  return out;
}

} // namespace

TEST_CASE("a body's observables are found, special addresses and hosts of URLs aside", "[station]") {
  report_fixture f;
  auto id = f.create(
      f.alice, f.draft(f.own, "192.168.0.9 in the title",
                       "From 10.0.0.1 and 127.0.0.1 to 8.8.4[.]4, hxxps://c2.evil-example[.]net/gate?a=1, "
                       "mail from bad@mail-example.net with invoice.exe "
                       "(d41d8cd98f00b204e9800998ecf8427f, CVE-2031-4455), family Emotet; AS64496."));
  CHECK(f.indicators(f.alice, id) == strings{"IP 8.8.4.4", "URL https://c2.evil-example.net/gate?a=1",
                                             "EMAIL_ADDRESS bad@mail-example.net", "SOFTWARE invoice.exe",
                                             "MD5 d41d8cd98f00b204e9800998ecf8427f", "CVE CVE-2031-4455",
                                             "MALWARE EMOTET"});
  // The hosts lead to the report, but are no indicators of it.
  CHECK(f.correlated(f.alice, "c2.evil-example.net") == strings{id});
  CHECK(f.correlated(f.alice, "mail-example.net") == strings{id});
  CHECK(f.search(f.alice, "c2.evil-example.net") == strings{"https://c2.evil-example.net/gate?a=1"});
  CHECK(f.search(f.alice, "mail-example.net") == strings{"bad@mail-example.net"});
  CHECK(f.metadata(f.alice, "mail-example.net").at(0).at("correlationCount") == 1); // looked up exactly
  // Once handed in as such, the host is listed and keeps its count.
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.own, {"c2.evil-example.net"}));
  CHECK(f.search(f.alice, "c2.evil-example.net").size() == 2);
  auto known = f.metadata(f.alice, "c2.evil-example.net").at(0);
  CHECK(known.at("correlationCount") == 1);
  CHECK(known.at("sightings") == 2);
  CHECK(known.at("indicatorType") == "URL"); // a domain on this wire
}

TEST_CASE("a report's indicators come in pages, with or without the whitelisted ones", "[station]") {
  report_fixture f;
  std::string body;
  for (int i = 0; i < 250; ++i)
    body += "h" + std::to_string(i) + ".evil-example.net\n";
  auto id = f.create(f.alice, f.draft(f.own, "t", body));
  auto page = bj::parse(f.call(f.alice, "GET", "/reports/" + id + "/indicators").body);
  CHECK(page.at("items").as_array().size() == 100);
  CHECK(
      page.at("items").at(0) ==
      bj::parse(
          R"({"indicatorType": "URL", "value": "h0.evil-example.net", "weight": 1, "whitelisted": false})"));
  CHECK(page.at("hasNext") == true);
  CHECK(page.at("totalElements") == 250);
  CHECK(f.indicators(f.alice, id, "?pageNumber=2").size() == 50);
  CHECK(f.indicators(f.alice, id, "?pageNumber=3").empty());
  CHECK(f.indicators(f.alice, id, "?pageSize=5000").size() == 250);
  CHECK(f.indicators(f.alice, id, "?pageSize=2&pageNumber=1") ==
        strings{"URL h2.evil-example.net", "URL h3.evil-example.net"});
  f.call(f.bob, "POST", "/whitelist", R"(["h1.evil-example.net"])"); // Bob is of the same company
  CHECK(f.indicators(f.alice, id, "?pageSize=2") ==
        strings{"URL h0.evil-example.net", "URL h2.evil-example.net"});
  page = bj::parse(
      f.call(f.alice, "GET", "/reports/" + id + "/indicators?applyWhitelist=False&pageSize=2").body);
  CHECK(page.at("items").at(1).at("value") == "h1.evil-example.net");
  CHECK(page.at("items").at(1).at("whitelisted") == true);
  CHECK(f.call(f.alice, "GET", "/reports/" + id + "/indicators?applyWhitelist=maybe").status == 400);
  CHECK(f.call(f.alice, "GET", "/reports/" + id + "/indicators?pageSize=x").status == 400);
}

TEST_CASE("correlated reports: any of the values, each report once, newest first, bodies included",
          "[station]") {
  report_fixture f;
  auto one = f.create(f.alice, f.draft(f.own, "One", "8.8.4.4 and 8.8.4.5"));
  auto two = f.create(f.alice, f.draft(f.shared, "Two", "8.8.4.5"));
  auto three = f.create(f.alice, f.draft(f.own, "Three", "http://evil-example.net/x?a=1,2&b=3#top"));
  CHECK(f.correlated(f.alice, "8.8.4.4,8.8.4.5") == strings{two, one});
  CHECK(f.correlated(f.alice, "8.8.4.4&indicators=8.8.4.5") == strings{two, one});
  CHECK(f.correlated(f.alice,
                     "8.8.4.4&indicators=http%3A%2F%2Fevil-example.net%2Fx%3Fa%3D1%2C2%26b%3D3%23top") ==
        strings{three, one}); // the comma is part of the value
  CHECK(f.correlated(f.alice, "8.8.4[.]5") == strings{two, one});
  CHECK(f.correlated(f.alice, "8.8.4.5&enclaveIds=" + f.own) == strings{one});
  CHECK(f.correlated(f.alice, "8.8.4.5&distributionType=COMMUNITY").size() == 2);
  CHECK(f.correlated(f.bob, "8.8.4.4,8.8.4.5") == strings{two});
  CHECK(f.correlated(f.eve, "8.8.4.5").empty());
  CHECK(f.correlated(f.alice, "8.8.4.99,unknown words").empty());
  CHECK(f.correlated(f.alice, "").empty());
  CHECK(f.call(f.alice, "GET", "/reports/correlated").status == 200);
  CHECK(f.call(f.bob, "GET", "/reports/correlated?indicators=8.8.4.5&enclaveIds=" + f.own).status == 403);
  auto page = bj::parse(f.call(f.alice, "GET", "/reports/correlated?indicators=8.8.4.5&pageSize=1").body);
  CHECK(page.at("items").as_array().size() == 1);
  CHECK(page.at("items").at(0).at("reportBody") == "8.8.4.5");
  CHECK(page.at("hasNext") == true);
  CHECK(page.at("totalElements") == 2);
  auto plain = f.call(f.alice, "GET", "/reports/correlate?indicators=8.8.4.4,8.8.4.5");
  CHECK(bj::parse(plain.body) == (bj::array{two, one}));
  CHECK(f.call(f.eve, "GET", "/reports/correlate?indicators=8.8.4.5").body == "[]");
  // Counted over what the caller may see.
  CHECK(f.metadata(f.alice, "8.8.4.5").at(0).at("correlationCount") == 2);
  CHECK(f.metadata(f.bob, "8.8.4.5").at(0).at("correlationCount") == 1);
}

TEST_CASE("a search for a value finds the reports that hold it in any spelling", "[station]") {
  report_fixture f;
  f.create(f.alice, f.draft(f.own, "Defanged", "hxxps://c2.evil-example[.]net/gate"));
  f.create(f.alice, f.draft(f.own, "Plain", "see c2.evil-example.net"));
  f.create(f.alice, f.draft(f.own, "Other", "nothing"));
  auto find = [&](const std::string& term) {
    return report_titles(
        f.call(f.alice, "POST", "/reports/search", bj::serialize(bj::object{{"searchTerm", term}})));
  };
  CHECK(find("c2.evil-example.net") == strings{"Plain", "Defanged"});
  CHECK(find("C2[.]EVIL-example[.]net") == strings{"Plain", "Defanged"});
  CHECK(find("evil-example.n") == strings{"Plain", "Defanged"}); // part of a value
  CHECK(find("https://c2.evil-example.net/gate") == strings{"Defanged"});
  CHECK(find("noth") == strings{"Other"});
}

TEST_CASE("the list by time goes newest first and ignores the distribution", "[station]") {
  report_fixture f;
  for (const char* title : {"One", "Two", "Three"}) {
    f.create(f.alice, f.draft(f.own, title, "8.8.4.4"));
    f.time.advance(std::chrono::hours(10));
  }
  auto list = [&](const std::string& query) {
    return report_titles(f.call(f.alice, "GET", "/reports?distributionType=COMMUNITY" + query));
  };
  CHECK(list("") == strings{"Three", "Two"}); // one day by default
  CHECK(list("&from=0") == strings{"Three", "Two", "One"});
  auto page = bj::parse(f.call(f.alice, "GET", "/reports?from=0").body);
  CHECK(page.at("items").at(0).at("reportBody") == "8.8.4.4");
  auto last = page.at("items").at(1).at("updated").as_int64();
  CHECK(list("&from=0&to=" + std::to_string(last - 1)) == strings{"One"}); // as the SDK walks
  CHECK(f.call(f.alice, "GET", "/reports?from=5&to=4").status == 400);
  f.time.advance(std::chrono::days(14));
  CHECK(list("&from=0").empty()); // longer windows are cut to two weeks
}

TEST_CASE("the whitelist belongs to a company; only what is understood gets in", "[station]") {
  report_fixture f;
  auto added = f.call(f.alice, "POST", "/whitelist",
                      R"(["good.example.org", "8[.]8.8.8", "just words", "8.8.8.8", "AS64496"])");
  CHECK(added.status == 200);
  CHECK(bj::parse(added.body) == bj::parse(R"([{"indicatorType": "URL", "value": "good.example.org"},
                                               {"indicatorType": "IP", "value": "8.8.8.8"}])"));
  CHECK(whitelist_of(f, f.carol) == strings{"IP 8.8.8.8", "URL good.example.org"});
  CHECK(whitelist_of(f, f.eve).empty());
  auto page = bj::parse(f.call(f.bob, "GET", "/whitelist?pageSize=1").body);
  CHECK(page.at("items").as_array().size() == 1);
  CHECK(page.at("hasNext") == true);
  CHECK(page.at("totalElements") == 2);
  CHECK(whitelist_of(f, f.bob, "?pageSize=1&pageNumber=1") == strings{"URL good.example.org"});
  auto gone = f.call(f.bob, "DELETE",
                     "/whitelist?indicatorType=IP&value=8.8.8.8&whitelisted=True&tags=guid&tags=name");
  CHECK(gone.status == 200);
  CHECK(gone.body.empty());
  CHECK(f.call(f.bob, "DELETE", "/whitelist?indicatorType=IP&value=8.8.8.8").status ==
        200); // is gone already
  CHECK(f.call(f.eve, "DELETE", "/whitelist?indicatorType=URL&value=good.example.org").status == 200);
  CHECK(whitelist_of(f, f.alice) == strings{"URL good.example.org"});
  CHECK(f.call(f.alice, "DELETE", "/whitelist?indicatorType=DOMAIN&value=GOOD.example.org").status == 200);
  CHECK(whitelist_of(f, f.alice).empty());
  for (const char* body : {"", "{}", "null", R"("a")", R"([1])", R"([null])", "["})
    CHECK(f.call(f.alice, "POST", "/whitelist", body).status == 400);
  CHECK(f.call(f.alice, "POST", "/whitelist", "[]").body == "[]");
  CHECK(f.call(f.alice, "DELETE", "/whitelist").status == 400);
  CHECK(f.call(f.alice, "DELETE", "/whitelist?indicatorType=IP").status == 400);
  bj::array many;
  for (int i = 0; i <= 10'000; ++i)
    many.emplace_back("x");
  CHECK(f.call(f.alice, "POST", "/whitelist", bj::serialize(many)).status == 413);
}
