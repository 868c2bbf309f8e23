/// Indicators beyond search and metadata: lists, relations, details, trends, tags, export; redaction; triage.
#include "station/redaction.hpp"
#include "station/report_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

using strings = std::vector<std::string>;

strings keys_of(const http::response& answer) {
  strings out;
  bj::value page = bj::parse(answer.body);
  for (const bj::value& item : page.at("items").as_array()) {
    CHECK(item.as_object().size() == 2);
    out.push_back(text(item.at("indicatorType")) + " " + text(item.at("value")));
  }
  return out;
}

} // namespace

TEST_CASE("the list of indicators holds values and types of a week, newest first", "[station]") {
  report_fixture f;
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.own, {"8.8.4.4"}));
  f.time.advance(std::chrono::days(4));
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.own, {"evil-example.net"}));
  f.create(f.alice, f.draft(f.own, "t", "http://other-example.net/x"));
  CHECK(keys_of(f.call(f.alice, "GET", "/indicators")).size() == 3);
  f.time.advance(std::chrono::days(4));
  auto recent = keys_of(f.call(f.alice, "GET", "/indicators"));
  CHECK(recent == strings{"URL evil-example.net", "URL http://other-example.net/x"});
  CHECK(keys_of(f.call(f.alice, "GET", "/indicators?from=0")).back() == "IP 8.8.4.4");
  CHECK(keys_of(f.call(f.bob, "GET", "/indicators?from=0")).empty());
  CHECK(f.call(f.bob, "GET", "/indicators?enclaveIds=" + f.own).status == 403);
  CHECK(f.call(f.alice, "GET", "/indicators?from=x").status == 400);
}

TEST_CASE("related indicators share a report of the last ninety days", "[station]") {
  report_fixture f;
  f.create(f.alice, f.draft(f.own, "Old", "8.8.4.4 8.8.4.9"));
  f.time.advance(std::chrono::days(60));
  f.create(f.alice, f.draft(f.own, "One", "8.8.4.4 8.8.4.5 http://evil-example.net/a?b=1,2&c=3"));
  f.create(f.alice, f.draft(f.shared, "Two", "8.8.4.4 8.8.4.5"));
  f.create(f.alice, f.draft(f.own, "Apart", "8.8.4.7"));
  auto related = [&](const station::api_credentials& who, const std::string& query) {
    return keys_of(f.call(who, "GET", "/indicators/related?indicators=" + query));
  };
  CHECK(related(f.alice, "8.8.4.4") ==
        strings{"IP 8.8.4.4", "IP 8.8.4.5", "IP 8.8.4.9", "URL http://evil-example.net/a?b=1,2&c=3"});
  CHECK(related(f.bob, "8.8.4.4") == strings{"IP 8.8.4.4", "IP 8.8.4.5"});
  CHECK(related(f.alice, "http%3A%2F%2Fevil-example.net%2Fa%3Fb%3D1%2C2%26c%3D3").size() == 3);
  CHECK(related(f.alice, "8.8.4.4&pageSize=2&pageNumber=1").size() == 2);
  CHECK(related(f.alice, "nothing").empty());
  f.time.advance(std::chrono::days(31)); // the old report is out of reach now
  CHECK(related(f.alice, "8.8.4.4").size() == 3);
}

TEST_CASE("details know what is whitelisted and leave out what is unknown", "[station]") {
  report_fixture f;
  f.create(f.alice, f.draft(f.own, "One", "8.8.4.4 8.8.4.5"));
  f.call(f.alice, "POST", "/whitelist", R"(["8.8.4.5"])");
  auto details = [&](const station::api_credentials& who) {
    return bj::parse(f.call(who, "GET", "/indicators/details?indicatorValues=8.8.4.4,8.8.4.5,8.8.4.6").body);
  };
  CHECK(details(f.alice) == bj::parse(R"([
    {"indicatorType": "IP", "value": "8.8.4.4", "priorityLevel": "NOT_FOUND", "correlationCount": 1,
     "whitelisted": false, "weight": 1},
    {"indicatorType": "IP", "value": "8.8.4.5", "priorityLevel": "NOT_FOUND", "correlationCount": 1,
     "whitelisted": true, "weight": 1}])"));
  CHECK(details(f.bob).as_array().empty());
  CHECK(f.call(f.alice, "GET", "/indicators/details").body == "[]");
}

TEST_CASE("trends count recent reports, ten at most, over what the caller may see", "[station]") {
  report_fixture f;
  f.create(f.alice, f.draft(f.own, "Old", "8.8.4.1"));
  f.time.advance(std::chrono::days(10));
  for (int i = 0; i < 3; ++i)
    f.create(f.alice, f.draft(f.own, "R", "8.8.4.4, evil-example.net and Emotet, CVE-2031-4455"));
  std::string many = "8.8.4.4";
  for (int i = 10; i < 25; ++i)
    many += " 8.8.5." + std::to_string(i);
  f.create(f.alice, f.draft(f.own, "R", many));
  auto trends = [&](const station::api_credentials& who, const std::string& query) {
    return bj::parse(f.call(who, "GET", "/indicators/community-trending" + query).body).as_array();
  };
  auto all = trends(f.alice, "");
  REQUIRE(all.size() == 10);
  CHECK(all[0] == bj::parse(R"({"indicatorType": "IP", "value": "8.8.4.4", "correlationCount": 4})"));
  CHECK(all[1].at("value") == "evil-example.net");
  CHECK(trends(f.alice, "?type=MALWARE") ==
        bj::parse(R"([{"indicatorType": "MALWARE", "value": "EMOTET", "correlationCount": 3}])").as_array());
  CHECK(trends(f.alice, "?type=CVE&daysBack=1").size() == 1);
  CHECK(trends(f.alice, "?type=IP&daysBack=30").size() == 10);
  f.call(f.alice, "POST", "/whitelist", R"(["8.8.4.4"])");
  CHECK(trends(f.alice, "")[0].at("value") == "evil-example.net");
  CHECK(trends(f.eve, "").empty());
  for (const char* days : {"0", "31", "x", "-1"})
    CHECK(f.call(f.alice, "GET", std::string("/indicators/community-trending?daysBack=") + days).status ==
          400);
}

TEST_CASE("indicator tags have ids, belong to an enclave and filter", "[station]") {
  report_fixture f;
  f.create(f.alice, f.draft(f.own, "t", "http://evil-example.net/a?b=1,2&c=3 8.8.4.4"));
  auto add = [&](const station::api_credentials& who, const std::string& value, const std::string& name,
                 const std::string& enclave) {
    return f.call(
        who, "POST", "/indicators/tags",
        bj::serialize(bj::object{{"value", value}, {"tag", {{"name", name}, {"enclaveId", enclave}}}}));
  };
  auto tagged = add(f.alice, "hxxp://evil-example[.]net/a?b=1,2&c=3", "C2", f.own);
  CHECK(tagged.status == 200);
  auto tag = bj::parse(tagged.body);
  CHECK(tag.at("name") == "c2");
  CHECK(tag.at("enclaveId") == f.own.c_str());
  std::string guid = text(tag.at("guid"));
  CHECK(text(bj::parse(add(f.alice, "8.8.4.4", "c2", f.own).body).at("guid")) == guid); // the same tag
  CHECK(add(f.alice, "8.8.4.4", "c2", f.foreign).status == 403);
  CHECK(add(f.bob, "8.8.4.4", "c2", f.shared).status == 403); // may only read
  CHECK(add(f.alice, "just words", "c2", f.own).status == 400);
  CHECK(add(f.alice, "8.8.4.4,8.8.4.5", "c2", f.own).status == 400);
  CHECK(add(f.carol, "8.8.4.40", "new", f.shared).status == 200); // unknown until now
  CHECK(f.search(f.bob, "8.8.4.40") == strings{"8.8.4.40"});
  CHECK(f.sightings(f.bob, "8.8.4.40") == 0);
  auto listed = bj::parse(f.call(f.alice, "GET", "/indicators/tags").body).as_array();
  CHECK(listed.size() == 2);
  CHECK(f.call(f.alice, "GET", "/indicators/tags?enclaveIds=" + f.own).body == bj::serialize(bj::array{tag}));
  CHECK(bj::parse(f.call(f.bob, "GET", "/indicators/tags").body).as_array().size() == 1);
  CHECK(keys_of(f.call(f.alice, "GET", "/indicators?tagIds=" + guid)).size() == 2);
  CHECK(keys_of(f.call(f.alice, "GET", "/indicators?excludedTagIds=" + guid)).size() == 1);
  CHECK(f.search(f.alice, "", "?tags=C2").size() == 2);

  auto remove = [&](const station::api_credentials& who, const std::string& which, const std::string& value) {
    return f.call(who, "DELETE", "/indicators/tags/" + which + "?value=" + value);
  };
  auto gone = remove(f.alice, guid, "http%3A%2F%2Fevil-example.net%2Fa%3Fb%3D1%2C2%26c%3D3");
  CHECK(gone.status == 200);
  CHECK(gone.body.empty());
  CHECK(remove(f.alice, "C2", "8.8.4.4").status == 200); // by name, too
  CHECK(remove(f.alice, "c2", "8.8.4.4").status == 200); // is gone already
  CHECK(f.call(f.alice, "GET", "/indicators/tags?enclaveIds=" + f.own).body == "[]");
  CHECK(remove(f.bob, "new", "8.8.4.40").status == 403);
  CHECK(remove(f.eve, "new", "8.8.4.40").status == 200); // knows nothing of it
  CHECK(bj::parse(f.call(f.bob, "GET", "/indicators/tags").body).as_array().size() == 1);
  CHECK(f.call(f.alice, "DELETE", "/indicators/tags/c2").status == 400);
  for (const char* body :
       {"", "[]", "{}", R"({"value": "8.8.4.4"})", R"({"value": "", "tag": {"name": "x"}})",
        R"({"value": "8.8.4.4", "tag": "x"})", R"({"value": "8.8.4.4", "tag": {"name": "x"}})",
        R"({"value": 7, "tag": {"name": "x", "enclaveId": "e"}})",
        R"({"value": "8.8.4.4", "tag": {"name": "", "enclaveId": "e"}})"})
    CHECK(f.call(f.alice, "POST", "/indicators/tags", body).status == 400);
}

TEST_CASE("an export is the metadata of a search as CSV, for its owner alone", "[station]") {
  report_fixture f;
  f.call(f.alice, "POST", "/indicators",
         R"({"enclaveIds": [")" + f.own + R"("], "content": [{"value": "8.8.4.4", "sightings": 3,
             "firstSeen": 1690000000000, "lastSeen": 1699990000000, "source": "a, \"b\"", "notes": "line\nbreak",
             "tags": [{"name": "c2"}, {"name": "x"}]}, {"value": "evil-example.net"}]})");
  auto started =
      f.call(f.alice, "POST", "/indicators/metadata/bulk-export?entityTypes=IP", R"({"searchTerm": null})");
  std::string path = "/indicators/metadata/bulk-export/" + text(bj::parse(started.body).at("guid"));
  CHECK(bj::parse(f.call(f.alice, "GET", path + "/status").body) == bj::parse(R"({"status": "COMPLETE"})"));
  auto data = f.call(f.alice, "GET", path + "/data.csv");
  CHECK(data.headers.find("Content-Type") == "text/csv;charset=UTF-8");
  CHECK(data.body ==
        "indicatorType,value,firstSeen,lastSeen,sightings,correlationCount,noteCount,source,"
        "enclaveIds,tags,notes\r\nIP,8.8.4.4,1690000000000,1699990000000,3,0,1,\"a, \"\"b\"\"\"," +
            f.own + ",c2;x,\"line\nbreak\"\r\n");
  for (const auto* other : {&f.carol, &f.eve}) {
    CHECK(f.call(*other, "GET", path + "/status").status == 404);
    CHECK(f.call(*other, "GET", path + "/data.csv").status == 404);
  }
  CHECK(f.call(f.bob, "POST", "/indicators/metadata/bulk-export?enclaveIds=" + f.own).status == 403);
  f.people.revoke(f.alice.key, f.own).value(); // the rights of the moment it is fetched count
  CHECK(f.call(f.alice, "GET", path + "/data.csv").body.find("8.8.4.4") == std::string::npos);
  f.time.advance(std::chrono::hours(24));
  CHECK(f.call(f.alice, "GET", path + "/status").status == 404);
}

TEST_CASE("terms of the company's library are replaced by their category", "[station]") {
  using station::redact;
  using library = std::vector<station::redaction_term>;
  CHECK(redact("Mail to ACME Corp, acme corporation", {{"company", "Acme Corp"}}) ==
        "Mail to <company>, acme corporation"); // whole words
  CHECK(redact("ann@corp.example wrote to bob@corp.example.", {{"email-address", "*@corp.example"}}) ==
        "<email-address> wrote to <email-address>.");
  CHECK(redact("host-7.corp.example and x", {{"host", "host-*"}}) == "<host> and x");
  CHECK(redact("SRV12-prod SRV-dev", {{"host", "srv*prod"}}) == "<host> SRV-dev");
  CHECK(redact("a b", {{"x", "a*b"}}) == "a b"); // a star does not reach over blanks
  library both{{"company", "Acme"}, {"person", "Acme Smith"}};
  CHECK(redact("Acme Smith of Acme", both) == "<person> of <company>");
  CHECK(redact("\xC3\x9C"
               "bersicht \xC3\xBC"
               "ber",
               {{"x", "\xC3\x9C"
                      "ber"}}) == "\xC3\x9C"
                                  "bersicht <x>");
  CHECK(redact("xAcme Acmex Acme_ (Acme)", {{"c", "acme"}}) == "xAcme Acmex Acme_ (<c>)");
  CHECK(redact("", both).empty());
  CHECK(redact("nothing", {}) == "nothing");
  CHECK(redact("aaaa", {{"c", "*a*"}}) == "<c>");

  report_fixture f;
  auto company = f.people.find_user(f.alice.key).value()->company;
  station::add_redaction_term(f.store, company, {"company", "Acme"}).value();
  station::add_redaction_term(f.store, company, {"email-address", "*@corp.example"}).value();
  station::add_redaction_term(f.store, company, {"company", "Acme"}).value();
  CHECK(station::list_redaction_terms(f.store, company).value() ==
        library{{"company", "Acme"}, {"email-address", "*@corp.example"}});
  for (const station::redaction_term& bad : library{{"", "x"},
                                                    {"<b>", "x"},
                                                    {"c", ""},
                                                    {"c", "**"},
                                                    {"c", " "},
                                                    {"c", std::string(501, 'x')},
                                                    {std::string(101, 'c'), "x"}})
    CHECK(station::add_redaction_term(f.store, company, bad).error().code == ec::invalid_argument);
  auto ask = [&](const station::api_credentials& who, const std::string& body) {
    return f.call(who, "POST", "/redaction/report", body);
  };
  CHECK(bj::parse(ask(f.bob, R"({"title": "Acme", "reportBody": "by ann@corp.example"})").body) ==
        bj::parse(R"({"title": "<company>", "reportBody": "by <email-address>"})"));
  CHECK(bj::parse(ask(f.bob, R"({"title": null, "reportBody": "Acme"})").body) ==
        bj::parse(R"({"title": null, "reportBody": "<company>"})"));
  CHECK(bj::parse(ask(f.eve, R"({"title": "Acme", "reportBody": null})").body).at("title") == "Acme");
  for (const char* body : {"", "null", "[]", R"({"title": 7})"})
    CHECK(ask(f.bob, body).status == 400);
  station::remove_redaction_term(f.store, company, {"company", "Acme"}).value();
  CHECK(station::remove_redaction_term(f.store, company, {"company", "Acme"}).error().code == ec::not_found);
  CHECK(bj::parse(ask(f.bob, R"({"title": "Acme"})").body).at("title") == "Acme");
}

TEST_CASE("a server without a mailbox has nothing to triage", "[station]") {
  report_fixture f;
  for (const char* path : {"/triage/submissions", "/triage/indicators?pageSize=1000"})
    for (const char* body : {"", "{}", R"({"from": 1699990000000, "priorityEventScore": [-1, 3], "cursor": "",
                             "status": ["UNRESOLVED"], "normalizedIndicatorScore": [3]})"}) {
      auto answer = f.call(f.alice, "POST", path, body);
      CHECK(bj::parse(answer.body) ==
            bj::parse(R"({"items": [], "responseMetadata": {"nextCursor": "", "totalItems": 0}})"));
    }
  for (const char* body :
       {"[]", "{", R"({"from": "x"})", R"({"status": [7]})", R"({"priorityEventScore": [4]})",
        R"({"priorityEventScore": 1})", R"({"cursor": 7})"})
    CHECK(f.call(f.alice, "POST", "/triage/submissions", body).status == 400);
  // The Python SDK swaps these two lists while it walks through pages.
  CHECK(f.call(f.alice, "POST", "/triage/indicators", R"({"enclaveIds": ["IGNORED"], "status": ["x"]})")
            .status == 200);
  CHECK(f.call(f.alice, "POST", "/triage/submissions/x/status?status=CONFIRMED").status == 404);
  CHECK(f.call(f.alice, "POST", "/triage/submissions/x/status?status=MAYBE").status == 400);
}
