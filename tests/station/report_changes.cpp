/// Updating, moving, tagging and deleting reports through the API.
#include "station/report_fixture.hpp"
#include "support/failing_store.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <atomic>
#include <set>
#include <thread>

using namespace isacbot;
using namespace isacbot::test;

namespace {

using strings = std::vector<std::string>;

} // namespace

TEST_CASE("an update replaces the whole report; id, created and tags stay", "[station]") {
  report_fixture f;
  bj::object what = f.draft(f.own, "Wave 1", "Beacon to 8.8.4.4, hxxp://evil-example[.]net/x");
  what["externalTrackingId"] = "case-7";
  what["externalUrl"] = "https://t.example.com/7";
  auto id = f.create(f.alice, what);
  f.call(f.alice, "POST", "/reports/" + id + "/alter-tags", R"({"addedTags": [{"name": "C2"}]})");
  auto before = f.read(f.alice, id);
  f.time.advance(seconds(5));
  auto answer = f.call(f.alice, "PUT", "/reports/" + id,
                       R"({"id": "ignored", "created": 1, "updated": 2, "title": "Wave 2",
                           "reportBody": "Beacon to 8.8.4.5", "timeBegan": "2023-02-23T23:01:54Z",
                           "externalTrackingId": null, "externalUrl": null, "distributionType": "ENCLAVE",
                           "enclaveIds": [")" +
                           f.own + R"("]})");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK_FALSE(answer.headers.find("Content-Type"));
  auto after = f.read(f.alice, id);
  CHECK(after == bj::parse(R"({"id": ")" + id + R"(", "title": "Wave 2", "reportBody": "Beacon to 8.8.4.5",
      "timeBegan": 1677193314000, "externalTrackingId": null, "externalId": null, "externalUrl": null,
      "distributionType": "ENCLAVE", "enclaveIds": [")" +
                           f.own + R"("], "created": 1700000000000, "updated": 1700000005000})"));
  CHECK(after.at("updated").as_int64() > before.at("updated").as_int64());
  CHECK(f.tags(f.alice, "/reports/" + id + "/tags") == strings{"c2"});
  CHECK(f.indicators(f.alice, id) == strings{"IP 8.8.4.5"});
  CHECK(f.correlated(f.alice, "8.8.4.4").empty());
  CHECK(f.correlated(f.alice, "evil-example.net").empty());
  CHECK(f.correlated(f.alice, "8.8.4.5") == strings{id});
  CHECK(f.call(f.alice, "GET", "/reports/case-7?idType=external").status == 404);
  CHECK(f.metadata(f.alice, "8.8.4.4").as_array().empty()); // nobody else had it
  // The external id is free again, and an update by external id finds its report.
  what["title"] = "Another";
  auto second = f.create(f.alice, what);
  what["title"] = "Another, later";
  CHECK(f.call(f.alice, "PUT", "/reports/case-7?idType=external", bj::serialize(what)).status == 200);
  CHECK(f.read(f.alice, second).at("title") == "Another, later");
  bj::object taking = f.draft(f.own, "Wave 2", "b");
  taking["externalTrackingId"] = "case-7";
  CHECK(f.call(f.alice, "PUT", "/reports/" + id, bj::serialize(taking)).status == 409);
  CHECK(f.read(f.alice, id) == after);
}

TEST_CASE("an update that cannot be is refused and changes nothing", "[station]") {
  report_fixture f;
  auto id = f.create(f.alice, f.draft(f.shared, "Wave 1", "8.8.4.4"));
  auto own = f.create(f.alice, f.draft(f.own, "Mine", "8.8.4.4"));
  auto put = [&](const std::string& which, const std::string& body) {
    return f.call(f.alice, "PUT", "/reports/" + which, body);
  };
  auto good = bj::serialize(f.draft(f.own, "New", "b"));
  CHECK(put(id, good).status == 403); // may submit there, not change
  CHECK(put("00000000-0000-4000-8000-000000000000", good).status == 404);
  CHECK(put(own + "?idType=outer", good).status == 400);
  CHECK(put(own, bj::serialize(f.draft(f.foreign, "New", "b"))).status == 403);
  CHECK(put(own, bj::serialize(f.draft("nowhere", "New", "b"))).status == 403);
  for (const char* body : {"", "null", "[]", "{", R"({"title": null, "reportBody": "b"})",
                           R"({"title": "t", "reportBody": " "})", R"({"title": "t"})",
                           R"({"title": "t", "reportBody": "b", "timeBegan": true})",
                           R"({"title": "t", "reportBody": "b", "externalUrl": 7})",
                           R"({"title": "t", "reportBody": "b", "externalTrackingId": ["x"]})",
                           R"({"title": "t", "reportBody": "b", "enclaveIds": "x"})",
                           R"({"title": "t", "reportBody": "b", "enclaveIds": ["a", "b"]})"}) {
    CAPTURE(body);
    auto answer = put(own, body);
    CHECK(answer.status == 400);
    CHECK_FALSE(text(bj::parse(answer.body).at("message")).empty());
  }
  CHECK(f.read(f.alice, own).at("title") == "Mine");
  // Without an enclave the report stays where it is.
  CHECK(put(own, R"({"title": "Still mine", "reportBody": "b"})").status == 200);
  CHECK(f.read(f.alice, own).at("enclaveIds").at(0) == f.own.c_str());
}

TEST_CASE("an update that names another enclave moves the report", "[station]") {
  report_fixture f;
  auto id = f.create(f.alice, f.draft(f.own, "Wave 1", "8.8.4.4"));
  CHECK(f.call(f.bob, "GET", "/reports/" + id).status == 404);
  CHECK(f.call(f.alice, "PUT", "/reports/" + id, bj::serialize(f.draft(f.shared, "Wave 1", "8.8.4.4")))
            .status == 200);
  CHECK(f.read(f.bob, id).at("enclaveIds").at(0) == f.shared.c_str());
  CHECK(f.correlated(f.bob, "8.8.4.4") == strings{id});
  CHECK(f.metadata(f.bob, "8.8.4.4").at(0).at("correlationCount") == 1);
}

TEST_CASE("a deleted report is gone from everywhere", "[station]") {
  report_fixture f;
  bj::object what = f.draft(f.own, "Wave 1", "8.8.4.4 and 8.8.4.5");
  what["externalTrackingId"] = "case-7";
  auto id = f.create(f.alice, what);
  f.call(f.alice, "POST", "/reports/" + id + "/alter-tags", R"({"addedTags": [{"name": "c2"}]})");
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.own, {"8.8.4.5"}));
  CHECK(f.metadata(f.alice, "8.8.4.5").at(0).at("sightings") == 2);
  auto answer = f.call(f.alice, "DELETE", "/reports/case-7?idType=external");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(f.call(f.alice, "GET", "/reports/" + id).status == 404);
  CHECK(f.call(f.alice, "DELETE", "/reports/" + id).status == 404);
  CHECK(f.call(f.alice, "GET", "/reports/" + id + "/status").status == 404);
  CHECK(f.call(f.alice, "GET", "/reports/" + id + "/indicators").status == 404);
  CHECK(f.tags(f.alice, "/reports/tags").empty());
  CHECK(f.correlated(f.alice, "8.8.4.4").empty());
  CHECK(f.search(f.alice, "8.8.4.4").empty());
  CHECK(f.metadata(f.alice, "8.8.4.5").at(0).at("sightings") == 1); // what was submitted as such stays
  CHECK(f.metadata(f.alice, "8.8.4.5").at(0).at("correlationCount") == 0);
  f.create(f.alice, what); // and so is the external id
}

TEST_CASE("upsert creates, replaces and appends", "[station]") {
  report_fixture f;
  bj::object what = f.draft(f.own, "Event", "8.8.4.4");
  what["externalTrackingId"] = "event-1";
  auto upsert = [&](const bj::object& body, const std::string& query) {
    return f.call(f.alice, "POST", "/reports/upsert" + query, bj::serialize(body));
  };
  auto first = upsert(what, "?idType=external");
  CHECK(first.status == 200);
  CHECK(first.headers.find("Content-Type") == "text/plain;charset=UTF-8");
  what["title"] = "Event, edited";
  what["reportBody"] = "8.8.4.5";
  CHECK(upsert(what, "?idType=EXTERNAL&mode=override").body == first.body);
  CHECK(f.read(f.alice, first.body).at("title") == "Event, edited");
  CHECK(f.indicators(f.alice, first.body) == strings{"IP 8.8.4.5"});
  what["reportBody"] = "8.8.4.6";
  CHECK(upsert(what, "?idType=external&mode=APPEND").body == first.body);
  CHECK(f.read(f.alice, first.body).at("reportBody") == "8.8.4.5\n8.8.4.6");
  CHECK(f.indicators(f.alice, first.body) == strings{"IP 8.8.4.5", "IP 8.8.4.6"});
  // By internal id the guid says which one; without a match a report is made.
  bj::object by_guid = f.draft(f.own, "By guid", "b");
  by_guid["guid"] = first.body;
  CHECK(upsert(by_guid, "").body == first.body);
  by_guid["guid"] = "00000000-0000-4000-8000-000000000000";
  auto made = upsert(by_guid, "?idType=internal");
  CHECK(made.status == 200);
  CHECK(made.body != first.body);
  CHECK(made.body != text(by_guid["guid"])); // ids are ours
  // The same external id in another enclave is another report.
  what["enclaveIds"] = bj::array{f.shared};
  CHECK(upsert(what, "?idType=external").body != first.body);
  CHECK(upsert(what, "?idType=external").status == 403); // may create there, not change
  CHECK(upsert(f.draft(f.own, "t", "b"), "?idType=external").status == 400);
  CHECK(upsert(what, "?idType=external&mode=MERGE").status == 400);
  CHECK(upsert(what, "?idType=foreign").status == 400);
  CHECK(upsert(f.draft(f.foreign, "t", "b"), "").status == 403);
}

TEST_CASE("appending counts against the limits of the whole body", "[station]") {
  report_fixture f;
  std::string many;
  for (int i = 0; i < 1'500; ++i)
    many += "h" + std::to_string(i) + ".evil-example.net ";
  bj::object what = f.draft(f.own, "Long", many);
  what["externalTrackingId"] = "long";
  auto id = f.create(f.alice, what);
  std::string other;
  for (int i = 0; i < 501; ++i)
    other += "k" + std::to_string(i) + ".evil-example.net ";
  what["reportBody"] = other;
  auto refused = f.call(f.alice, "POST", "/reports/upsert?idType=external&mode=APPEND", bj::serialize(what));
  CHECK(refused.status == 413);
  CHECK(f.read(f.alice, id).at("reportBody") == many.c_str());
  what["reportBody"] = std::string(2'097'152 - 20'000, 'x');
  refused = f.call(f.alice, "POST", "/reports/upsert?idType=external&mode=APPEND", bj::serialize(what));
  CHECK(refused.status == 413);
}

TEST_CASE("tags come and go, lower case, and move with their report", "[station]") {
  report_fixture f;
  auto id = f.create(f.carol, f.draft(f.shared, "Wave 1", "8.8.4.4"));
  auto alter = [&](const station::api_credentials& who, const std::string& body) {
    return f.call(who, "POST", "/reports/" + id + "/alter-tags", body);
  };
  auto answer = alter(f.carol, R"({"addedTags": [{"name": " Phishing "}, {"name": "tlp:amber"}]})");
  CHECK(answer.status == 200);
  CHECK(bj::parse(answer.body) == bj::parse(R"({"id": ")" + id + R"("})"));
  CHECK(
      alter(f.carol, R"({"addedTags": [{"name": "phishing"}], "removedTags": [{"name": "never"}]})").status ==
      200);
  CHECK(f.tags(f.bob, "/reports/" + id + "/tags") == strings{"phishing", "tlp:amber"});
  auto before = f.read(f.bob, id).at("updated").as_int64();
  CHECK(alter(f.carol, "{}").status == 200);
  CHECK(alter(f.carol, "").status == 200);
  CHECK(f.read(f.bob, id).at("updated").as_int64() == before); // nothing changed
  CHECK(alter(f.carol, R"({"removedTags": [{"name": "TLP:Amber"}]})").status == 200);
  CHECK(f.read(f.bob, id).at("updated").as_int64() > before); // who polls by time hears of it
  CHECK(f.tags(f.bob, "/reports/tags") == strings{"phishing"});
  CHECK(f.tags(f.bob, "/reports/tags?enclaveIds=" + f.shared) == strings{"phishing"});
  CHECK(f.tags(f.alice, "/reports/tags?enclaveIds=" + f.own).empty());
  CHECK(alter(f.bob, R"({"addedTags": [{"name": "x"}]})").status == 403); // may only read
  for (const char* body :
       {"[]", "{", R"({"addedTags": "x"})", R"({"addedTags": ["x"]})", R"({"addedTags": [{"name": ""}]})",
        R"({"addedTags": [{"name": "a\u0007"}]})", R"({"removedTags": [{}]})"})
    CHECK(alter(f.carol, body).status == 400);
  CHECK(alter(f.carol, R"({"addedTags": [{"name": ")" + std::string(90, 'x') + R"("}]})").status == 200);
  CHECK(alter(f.carol, R"({"addedTags": [{"name": ")" + std::string(91, 'x') + R"("}]})").status == 400);
  // The older forms.
  auto named = f.call(f.carol, "POST", "/reports/" + id + "/tags?name=Spam&enclaveId=ignored");
  CHECK(named.body == "spam");
  CHECK(f.call(f.carol, "POST", "/reports/" + id + "/tags").status == 400);
  auto gone = f.call(f.carol, "DELETE", "/reports/" + id + "/tags/Spam");
  CHECK(gone.status == 200);
  CHECK(gone.body == id);
  CHECK(f.tags(f.bob, "/reports/" + id + "/tags") == strings{"phishing", std::string(90, 'x')});
  // Case is nothing that tells tags apart, in other scripts neither.
  CHECK(alter(f.carol, R"({"addedTags": [{"name": "ÜBERFALL"}, {"name": "ФИШИНГ"}]})").status == 200);
  CHECK(alter(f.carol, R"({"removedTags": [{"name": "überfall"}, {"name": "Фишинг"}]})").status == 200);
  CHECK(f.tags(f.bob, "/reports/" + id + "/tags") == strings{"phishing", std::string(90, 'x')});
  // Filters by tag.
  auto titles = [&](const std::string& query) {
    return bj::parse(f.call(f.bob, "GET", "/reports/search?searchTerm=" + query).body)
        .at("items")
        .as_array()
        .size();
  };
  CHECK(titles("&tags=phishing") == 1);
  CHECK(titles("&tags=Phishing," + std::string(90, 'X')) == 1);
  CHECK(titles("&tags=phishing&tags=spam") == 0);
  CHECK(titles("&excludedTags=phishing") == 0);
  CHECK(titles("&excludedTags=spam") == 1);
}

TEST_CASE("copies and moves need the right on both sides", "[station]") {
  report_fixture f;
  bj::object what = f.draft(f.own, "Wave 1", "8.8.4.4");
  what["externalTrackingId"] = "case-7";
  auto id = f.create(f.alice, what);
  f.call(f.alice, "POST", "/reports/" + id + "/alter-tags", R"({"addedTags": [{"name": "c2"}]})");
  auto copy = [&](const std::string& to, const std::string& body) {
    return f.call(f.alice, "POST",
                  "/reports/copy/" + id + "?destEnclaveId=" + to + "&copyFromProvidedSubmission=False", body);
  };
  auto copied = copy(f.shared, "null");
  CHECK(copied.status == 200);
  std::string copy_id = text(bj::parse(copied.body).at("id"));
  CHECK(copy_id != id);
  CHECK(f.read(f.bob, copy_id).at("title") == "Wave 1");
  CHECK(f.read(f.bob, copy_id).at("externalTrackingId") == "case-7"); // free there
  CHECK(f.tags(f.bob, "/reports/" + copy_id + "/tags") == strings{"c2"});
  auto second = copy(f.shared, "");
  CHECK(second.status == 200);
  CHECK(f.read(f.bob, text(bj::parse(second.body).at("id"))).at("externalTrackingId").is_null());
  bj::object edited = f.draft("ignored", "Redacted", "nothing here");
  edited["tags"] = bj::array{"One", "two"};
  auto third = copy(f.shared, bj::serialize(edited));
  CHECK(f.tags(f.bob, "/reports/" + text(bj::parse(third.body).at("id")) + "/tags") == strings{"one", "two"});
  CHECK(f.metadata(f.bob, "8.8.4.4").at(0).at("correlationCount") == 2);
  CHECK(copy(f.foreign, "").status == 403);
  CHECK(copy("", "").status == 400);
  CHECK(f.call(f.bob, "POST", "/reports/copy/" + copy_id + "?destEnclaveId=" + f.shared).status == 403);

  CHECK(f.call(f.carol, "POST", "/reports/move/" + copy_id + "?destEnclaveId=" + f.shared).status == 403);
  CHECK(f.call(f.alice, "POST", "/reports/move/" + id + "?destEnclaveId=" + f.foreign).status == 403);
  CHECK(f.call(f.alice, "POST", "/reports/move/" + id + "?destEnclaveId=" + f.shared).status == 409);
  CHECK(f.call(f.alice, "PUT", "/reports/" + id, bj::serialize(f.draft(f.own, "Wave 1", "8.8.4.4"))).status ==
        200);
  auto moved = f.call(f.alice, "POST", "/reports/move/" + id + "?destEnclaveId=" + f.shared);
  CHECK(text(bj::parse(moved.body).at("id")) == id);
  CHECK(f.tags(f.bob, "/reports/" + id + "/tags") == strings{"c2"});
  CHECK(f.metadata(f.alice, "8.8.4.4", "?enclaveIds=" + f.own).as_array().empty());
}

TEST_CASE("a report that could not be written is not there, and neither is any trace of it", "[station]") {
  report_fixture f;
  failing_store failing(f.store);
  station::service broken(failing, f.time, f.random, unlimited());
  auto send = [&](const std::string& method, const std::string& path, const std::string& body) {
    http::fields headers{{"Authorization", station_fixture::basic(f.alice)}};
    auto token = broken.handle({"POST", "/oauth/token?grant_type=client_credentials", headers, ""});
    http::fields bearer{{"Authorization", "Bearer " + text(bj::parse(token.body).at("access_token"))}};
    return broken.handle({method, "/api/1.3" + path, bearer, body});
  };
  bj::object what = f.draft(f.own, "Wave 1", "8.8.4.4");
  what["externalTrackingId"] = "case-7";
  failing.fail_after(0);
  CHECK(send("POST", "/reports", bj::serialize(what)).status == 500);
  failing.recover();
  CHECK(f.correlated(f.alice, "8.8.4.4").empty());
  CHECK(send("GET", "/reports/case-7?idType=external", "").status == 404);
  auto id = send("POST", "/reports", bj::serialize(what)).body;
  auto before = f.read(f.alice, id);
  failing.fail_after(0);
  what["title"] = "Wave 2";
  CHECK(send("PUT", "/reports/" + id, bj::serialize(what)).status == 500);
  CHECK(send("DELETE", "/reports/" + id, "").status == 500);
  CHECK(send("POST", "/reports/" + id + "/alter-tags", R"({"addedTags": [{"name": "c2"}]})").status == 500);
  CHECK(send("POST", "/whitelist", R"(["8.8.4.4"])").status == 500);
  failing.recover();
  CHECK(f.read(f.alice, id) == before);
  CHECK(f.tags(f.alice, "/reports/" + id + "/tags").empty());
  CHECK(bj::parse(f.call(f.alice, "GET", "/whitelist").body).at("items").as_array().empty());
}

TEST_CASE("refusals are told in so many words", "[station]") {
  report_fixture f;
  auto refused = [&](const http::response& answer, int status, const std::string& error,
                     const std::string& message, const std::string& path) {
    CHECK(answer.status == static_cast<unsigned>(status));
    CHECK(answer.headers.find("Content-Type") == "application/json;charset=UTF-8");
    CHECK(answer.body == R"({"timestamp":1700000000000,"status":)" + std::to_string(status) +
                             R"(,"error":")" + error + R"(","message":")" + message +
                             R"(","path":"/api/1.3)" + path + R"("})");
  };
  std::string values;
  for (int i = 0; i < 2'000; ++i)
    values += "h" + std::to_string(i) + ".evil-example.net ";
  auto id = f.create(f.alice, f.draft(f.own, "Just fits", values + "10.0.0.1")); // special ones don't count
  auto more = bj::serialize(f.draft(f.own, "t", values + "8.8.4.4"));
  const std::string too_many = "The report has more than 2000 indicators.";
  refused(f.call(f.alice, "POST", "/reports", more), 413, "Payload Too Large", too_many, "/reports");
  refused(f.call(f.alice, "PUT", "/reports/" + id, more), 413, "Payload Too Large", too_many,
          "/reports/" + id);
  refused(f.call(f.alice, "POST", "/reports/upsert", more), 413, "Payload Too Large", too_many,
          "/reports/upsert");
  refused(f.call(f.alice, "POST", "/reports/copy/" + id + "?destEnclaveId=" + f.own, more), 413,
          "Payload Too Large", too_many, "/reports/copy/" + id);
  auto long_body = bj::serialize(f.draft(f.own, "t", std::string(2'097'153, 'x')));
  refused(f.call(f.alice, "POST", "/reports", long_body), 413, "Payload Too Large",
          "reportBody is longer than 2 MB", "/reports");
  CHECK(f.call(f.alice, "POST", "/reports", bj::serialize(f.draft(f.own, "t", std::string(2'097'152, 'x'))))
            .status == 200);
  refused(f.call(f.alice, "POST", "/reports", bj::serialize(f.draft(f.own, " ", "b"))), 400, "Bad Request",
          "body.title: must not be blank", "/reports");
  refused(f.call(f.alice, "POST", "/reports", R"({"title": "t", "reportBody": "b", "enclaveIds": []})"), 400,
          "Bad Request", "body.enclaveIds: must name exactly one enclave", "/reports");
  refused(f.call(f.alice, "GET", "/reports/none"), 404, "Not Found", "No report with that ID.",
          "/reports/none");
  refused(f.call(f.bob, "POST", "/reports", bj::serialize(f.draft(f.shared, "t", "b"))), 403, "Forbidden",
          "No permission to submit in one of the enclaves named.", "/reports");
  bj::object taken = f.draft(f.own, "t", "b");
  taken["externalTrackingId"] = "once";
  f.create(f.alice, taken);
  refused(f.call(f.alice, "POST", "/reports", bj::serialize(taken)), 409, "Conflict",
          "a report with that externalTrackingId exists in the enclave", "/reports");
  refused(f.call(f.alice, "PATCH", "/reports/" + id), 400, "Bad Request",
          "The method is not supported on this path.", "/reports/" + id);
}

TEST_CASE("many writers at once: one report for an external id, and counts that agree", "[station]") {
  report_fixture f;
  auto second = std::make_unique<station::service>(f.store, f.time, f.random, unlimited()); // another process
  std::string token = f.token(f.alice);
  http::fields basic{{"Authorization", station_fixture::basic(f.alice)}};
  auto other = second->handle({"POST", "/oauth/token?grant_type=client_credentials", basic, ""});
  std::array<station::service*, 2> services{f.service.get(), second.get()};
  std::array<std::string, 2> tokens{token, text(bj::parse(other.body).at("access_token"))};
  bj::object what = f.draft(f.own, "Event", "8.8.4.4");
  what["externalTrackingId"] = "event-1";
  std::string body = bj::serialize(what);
  std::atomic<int> created{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 6; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 8; ++i) {
        http::fields bearer{{"Authorization", "Bearer " + tokens[t % 2]}};
        station::service& to = *services[t % 2];
        auto made = to.handle({"POST", "/api/1.3/reports", bearer, body});
        created += made.status == 200 ? 1 : 0;
        wrong += made.status == 200 || made.status == 409 ? 0 : 1;
        auto upserted = to.handle({"POST", "/api/1.3/reports/upsert?idType=external", bearer, body});
        wrong += upserted.status == 200 ? 0 : 1;
        auto plain =
            to.handle({"POST", "/api/1.3/reports", bearer, bj::serialize(f.draft(f.own, "P", "8.8.4.4"))});
        wrong += plain.status == 200 ? 0 : 1;
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  CHECK(wrong == 0);
  CHECK(created <= 1);
  CHECK(f.metadata(f.alice, "8.8.4.4").at(0).at("correlationCount") == 49);
  auto all = bj::parse(f.call(f.alice, "GET", "/reports?pageSize=100").body).at("items").as_array();
  std::set<std::int64_t> stamps;
  for (const bj::value& item : all)
    stamps.insert(item.at("updated").as_int64());
  CHECK(all.size() == 49);
  CHECK(stamps.size() == 49);
}
