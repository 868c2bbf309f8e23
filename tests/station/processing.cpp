/// What lies between the answer and the indexes: durable, told as PROCESSING, done in the background.
#include "station/index_queue.hpp"
#include "station/indexer.hpp"
#include "station/indicator_reader.hpp"
#include "station/keys.hpp"
#include "station/report_fixture.hpp"
#include "support/count_rows.hpp"
#include "support/failing_store.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

struct queued : report_fixture {
  std::string status_of(const std::string& path) {
    return text(bj::parse(call(alice, "GET", path + "/status").body).at("status"));
  }
  std::string submit(const std::vector<std::string>& values) {
    auto answer = call(alice, "POST", "/indicators", submission(own, values));
    REQUIRE(answer.status == 200);
    return "/submissions/" + std::string(answer.headers.find("Submission-Id").value());
  }
  /// Read from the store: the API would lend a hand.
  std::size_t known(const std::string& value) {
    std::vector<station::enclave> where{people.find_enclave(own).value().value()};
    return station::read_metadata(store, where, value, "").value().size();
  }
  std::size_t rows(storage::table t) { return test::count_rows(store, t); }
};

} // namespace

TEST_CASE("a status says processing until the values are indexed", "[station]") {
  queued f;
  std::string submitted = f.submit({"203.0.113.9"});
  std::string report = "/reports/" + f.create(f.alice, f.draft(f.own, "t", "8.8.4.4"));
  CHECK(f.status_of(submitted) == "SUBMISSION_PROCESSING");
  CHECK(f.status_of(report) == "SUBMISSION_PROCESSING");
  CHECK(f.known("203.0.113.9") == 0);
  CHECK(f.known("8.8.4.4") == 0);
  CHECK(text(f.read(f.alice, report.substr(9)).at("title")) == "t"); // the report itself is there
  CHECK(f.indicators(f.alice, report.substr(9)) == std::vector<std::string>{"IP 8.8.4.4"});
  f.index();
  CHECK(f.status_of(submitted) == "SUBMISSION_SUCCESS");
  CHECK(f.status_of(report) == "SUBMISSION_SUCCESS");
  CHECK(f.known("203.0.113.9") == 1);
  CHECK(f.known("8.8.4.4") == 1);
  CHECK(f.call(f.bob, "GET", report + "/status").status == 404);

  f.call(f.alice, "PUT", report, bj::serialize(f.draft(f.own, "t2", "8.8.4.5")));
  CHECK(f.status_of(report) == "SUBMISSION_PROCESSING");
  f.index();
  CHECK(f.status_of(report) == "SUBMISSION_SUCCESS");
  CHECK(f.known("8.8.4.4") == 0);
  CHECK(f.known("8.8.4.5") == 1);
}

TEST_CASE("a submission of which nothing can be stored has failed at once", "[station]") {
  queued f;
  CHECK(f.status_of(f.submit({"no value at all"})) == "SUBMISSION_FAILURE");
  CHECK(f.rows(station::tables::pending_submissions) == 0);
}

TEST_CASE("a backlog survives a restart and is indexed once", "[station]") {
  queued f;
  std::string submitted = f.submit({"8.8.4.9", "8.8.4.9"});
  std::string report = "/reports/" + f.create(f.alice, f.draft(f.own, "t", "8.8.4.9"));
  f.restart(unlimited());
  CHECK(f.status_of(submitted) == "SUBMISSION_PROCESSING");
  CHECK(f.status_of(report) == "SUBMISSION_PROCESSING");
  f.index();
  f.restart(unlimited());
  f.index();
  CHECK(f.sightings(f.alice, "8.8.4.9") == 3);
  CHECK(f.metadata(f.alice, "8.8.4.9").at(0).at("correlationCount") == 1);
  CHECK(f.rows(station::tables::pending_submissions) == 0);
  CHECK(f.rows(station::tables::pending_reports) == 0);
}

TEST_CASE("the sizes that are refused are refused before the answer, and leave nothing to index",
          "[station]") {
  queued f;
  std::string body;
  for (int i = 0; i <= 2'000; ++i)
    body += "host" + std::to_string(i) + ".evil-example.net\n";
  CHECK(f.call(f.alice, "POST", "/reports", bj::serialize(f.draft(f.own, "t", body))).status == 413);
  CHECK(f.rows(station::tables::pending_reports) == 0);
  CHECK(f.rows(station::tables::reports) == 0);
}

TEST_CASE("whoever asks sees what was accepted before, indexed or not", "[station]") {
  queued f;
  f.submit({"8.8.4.9"});
  CHECK(f.sightings(f.alice, "8.8.4.9") == 1);
  auto id = f.create(f.alice, f.draft(f.own, "Quarterly", "8.8.4.9"));
  CHECK(f.correlated(f.alice, "8.8.4.9") == std::vector{id});
  auto page = bj::parse(f.call(f.alice, "POST", "/reports/search", R"({"searchTerm": "uarterl"})").body);
  CHECK(page.at("totalElements") == 1);
  f.call(f.alice, "DELETE", "/reports/" + id);
  CHECK(f.correlated(f.alice, "8.8.4.9").empty());
}

TEST_CASE("before its indexes hear of it, a deleted or moved report shows nowhere that it is not",
          "[station]") {
  queued f;
  auto gone = f.create(f.alice, f.draft(f.own, "t", "8.8.4.4"));
  auto moved = f.create(f.alice, f.draft(f.own, "t", "8.8.4.4 8.8.4.77"));
  f.people.grant(f.bob.key, f.own, station::access::view).value();
  f.people.grant(f.alice.key, f.foreign, station::access::full).value();
  f.index();
  f.call(f.alice, "DELETE", "/reports/" + gone);
  f.call(f.alice, "POST", "/reports/move/" + moved + "?destEnclaveId=" + f.foreign);
  failing_store broken(f.store); // the indexes stay as they are
  station::service_settings settings = unlimited();
  settings.secret_cost = f.cheap;
  station::service stale(broken, f.time, f.random, settings);
  auto ask = [&](const station::api_credentials& who, const std::string& target) {
    auto token = stale.handle({"POST",
                               "/oauth/token?grant_type=client_credentials",
                               {{"Authorization", station_fixture::basic(who)}},
                               ""});
    std::string bearer = "Bearer " + text(bj::parse(token.body).at("access_token"));
    return stale.handle({"GET", "/api/1.3" + target, {{"Authorization", bearer}}, ""}).body;
  };
  broken.fail_after(0);
  CHECK(ask(f.bob, "/reports/correlate?indicators=8.8.4.4") == "[]");
  CHECK(bj::parse(ask(f.bob, "/reports/correlated?indicators=8.8.4.4")).at("items").as_array().empty());
  CHECK(ask(f.bob, "/indicators/related?indicators=8.8.4.4").find("8.8.4.77") == std::string::npos);
  CHECK(f.rows(station::tables::pending_reports) == 2);
}

TEST_CASE("a tag that is taken away stays away, although a row with it was still waiting", "[station]") {
  queued f;
  f.call(f.alice, "POST", "/indicators",
         R"({"enclaveIds": [")" + f.own + R"("], "tags": [{"name": "c2", "enclaveId": ")" + f.own +
             R"("}], "content": [{"value": "203.0.113.9"}]})");
  CHECK(f.call(f.alice, "DELETE", "/indicators/tags/c2?value=203.0.113.9").status == 200);
  f.index();
  CHECK(f.metadata(f.alice, "203.0.113.9").at(0).at("tags").as_array().empty());
}

TEST_CASE("a failure of the disk leaves the work waiting, and nothing half done", "[station]") {
  queued f;
  failing_store broken(f.store);
  station::service_settings settings = unlimited();
  settings.secret_cost = f.cheap;
  f.submit({"203.0.113.9"});
  station::service second(broken, f.time, f.random, settings);
  broken.fail_after(0);
  CHECK(second.index_some().error().code == ec::io_failure);
  CHECK(f.known("203.0.113.9") == 0);
  broken.recover();
  CHECK(second.index_some().value());
  CHECK_FALSE(second.index_some().value());
  CHECK(f.sightings(f.alice, "203.0.113.9") == 1);
}

TEST_CASE("who submits while the indexes are behind lends a hand", "[station]") {
  queued f;
  f.submit({"203.0.113.1"});
  f.time.advance(milliseconds(50));
  f.submit({"203.0.113.2"});
  CHECK(f.known("203.0.113.1") == 0);
  f.time.advance(milliseconds(50));
  f.submit({"203.0.113.3"});
  CHECK(f.known("203.0.113.1") == 1);
  CHECK(f.known("203.0.113.2") == 1);
  CHECK(f.known("203.0.113.3") == 0);
}

TEST_CASE("a damaged entry of the queue is set aside, told, and keeps nobody waiting", "[station]") {
  queued f;
  std::vector<std::string> told;
  station::indexer indexing(f.store, f.time, {}, [&](const error& why) { told.push_back(why.cause); });
  auto index_all = [&](station::indexer& by) {
    for (auto more = by.work(); more.value();)
      more = by.work();
  };
  std::string damaged = f.submit({"203.0.113.1"});
  std::string key, bytes;
  f.store
      .scan(station::tables::pending_submissions, "", "",
            [&](auto k, auto v) { return key = k, bytes = v, false; })
      .value();
  f.store
      .write(storage::write_batch().put(station::tables::pending_submissions, key, bytes.substr(0, 9)),
             storage::sync::no)
      .value();
  std::string whole = f.submit({"203.0.113.2"});
  std::string report = "/reports/" + f.create(f.alice, f.draft(f.own, "t", "8.8.4.4"));
  f.store
      .write(storage::write_batch().put(station::tables::pending_reports,
                                        station::keys::text("00000000-0000-4000-8000-000000000000"), "\x01"),
             storage::sync::no)
      .value();
  index_all(indexing);
  CHECK(told.size() == 2);
  CHECK(f.known("203.0.113.1") == 0);
  CHECK(f.known("203.0.113.2") == 1);
  CHECK(f.known("8.8.4.4") == 1);
  CHECK(f.status_of(damaged) == "SUBMISSION_FAILURE");
  CHECK(f.status_of(whole) == "SUBMISSION_SUCCESS");
  CHECK(f.status_of(report) == "SUBMISSION_SUCCESS");
  CHECK(station::count_set_aside(f.store).value() == 2);
  CHECK(f.rows(station::tables::pending_submissions) == 0);

  // What is mended is indexed by the next start; what is not is set aside again.
  f.store
      .write(storage::write_batch().put(station::tables::set_aside,
                                        station::keys::set_aside(station::tables::pending_submissions, key),
                                        bytes),
             storage::sync::no)
      .value();
  station::indexer next(f.store, f.time, {}, {});
  index_all(next);
  CHECK(f.known("203.0.113.1") == 1);
  CHECK(f.status_of(damaged) == "SUBMISSION_SUCCESS");
  CHECK(station::count_set_aside(f.store).value() == 1);
}

TEST_CASE("damage in what an entry is about sets that entry aside, and no other", "[station]") {
  queued f;
  f.submit({"203.0.113.1"});
  f.index();
  std::string row =
      station::keys::indicator(f.people.find_enclave(f.own).value()->number, "203.0.113.1", "IP");
  REQUIRE(f.store.get(station::tables::indicators, row).value());
  f.store.write(storage::write_batch().put(station::tables::indicators, row, "\x01"), storage::sync::no)
      .value();
  std::string concerned = f.submit({"203.0.113.1", "203.0.113.3"});
  std::string other = f.submit({"203.0.113.2"});
  f.index();
  CHECK(f.status_of(concerned) == "SUBMISSION_FAILURE");
  CHECK(f.status_of(other) == "SUBMISSION_SUCCESS");
  CHECK(f.known("203.0.113.2") == 1);
}

TEST_CASE("the lag of the index is the age of what waits longest", "[station]") {
  queued f;
  f.index();
  CHECK(f.service->index_lag() == milliseconds(0));
  f.submit({"203.0.113.1"});
  f.time.advance(milliseconds(50));
  f.submit({"203.0.113.2"});
  f.time.advance(milliseconds(350));
  CHECK(f.service->index_lag() == milliseconds(400));
  f.index();
  CHECK(f.service->index_lag() == milliseconds(0));
}

TEST_CASE("a damaged entry of the queue is an error, not a guess", "[station]") {
  queued f;
  station::pending_submission what{"id", 7, f.time.now(), {{"e", 3, "", "", {}}}, {{"t", "e", ""}}, {}};
  what.rows.push_back({"IP", "203.0.113.9", {"203.0.113.9", f.time.now(), {}, 4, "s", "n", {{"x", "", ""}}}});
  storage::write_batch batch;
  station::put_pending(batch, what);
  auto& [table, key, bytes] = batch.operations().front();
  auto back = station::decode_pending_submission(key, *bytes).value();
  CHECK(back.id == "id");
  CHECK(back.order == 7);
  CHECK(back.applied == f.time.now());
  REQUIRE(back.rows.size() == 1);
  CHECK(back.rows[0].submitted.sightings == 4);
  CHECK(back.rows[0].submitted.first_seen == f.time.now());
  CHECK_FALSE(back.rows[0].submitted.last_seen);
  CHECK(back.rows[0].submitted.tags.size() == 1);
  for (std::size_t size = 0; size < bytes->size(); ++size) {
    auto cut = station::decode_pending_submission(key, std::string_view(*bytes).substr(0, size));
    REQUIRE_FALSE(cut.has_value());
    CHECK(cut.error().code == ec::corrupted);
  }
  CHECK_FALSE(station::decode_pending_report("", "x").has_value());
  CHECK_FALSE(station::decode_indexed_report("\x01").has_value());
}
