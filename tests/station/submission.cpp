#include "station/fixture.hpp"
#include "station/submission_log.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>

using namespace isacbot;
using namespace isacbot::test;

TEST_CASE("a submission is answered 200, empty, with its id, and is there at once", "[station]") {
  station_fixture f(unlimited());
  auto answer =
      f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"bad.example.net"}));
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK_FALSE(answer.headers.find("Content-Type"));
  CHECK_FALSE(answer.headers.find("Idempotent-Replay"));
  std::string id(answer.headers.find("Submission-Id").value());
  f.index();
  auto status = f.call(f.alice, "GET", "/submissions/" + id + "/status");
  CHECK(bj::parse(status.body) ==
        bj::parse(R"({"id": ")" + id +
                  R"(", "status": "SUBMISSION_SUCCESS", "errorMessage": "", "accepted": 1, "skipped": []})"));
  CHECK(f.call(f.bob, "GET", "/submissions/" + id + "/status").status == 200); // the same company
  CHECK(f.call(f.eve, "GET", "/submissions/" + id + "/status").status == 404);
  CHECK(f.call(f.alice, "GET", "/submissions/nothing/status").status == 404);

  auto found = f.metadata(f.alice, "bad.example.net").as_array();
  REQUIRE(found.size() == 1);
  CHECK(found[0].at("indicatorType") == "URL"); // a domain is URL on this wire
  CHECK(found[0].at("guid") == "URL|bad.example.net");
  CHECK(found[0].at("sightings") == 1);
  CHECK(found[0].at("firstSeen") == to_epoch_ms(f.time.now()));
  CHECK(found[0].at("lastSeen") == to_epoch_ms(f.time.now()));
  CHECK(found[0].at("enclaveIds") == bj::array{f.shared});
}

TEST_CASE("a repeated value gains sightings, notes, tags and a wider span of time", "[station]") {
  station_fixture f(unlimited());
  auto body = [&](const std::string& row, const std::string& tags = "null") {
    return R"({"enclaveIds": [")" + f.shared + R"("], "tags": )" + tags + R"(, "content": [)" + row + "]}";
  };
  std::string enclave = R"("enclaveId": ")" + f.shared + R"("})";
  f.call(
      f.alice, "POST", "/indicators",
      body(R"({"value": "203.0.113.9", "firstSeen": 1690000000000, "lastSeen": 1690000500000, "sightings": 3,
                  "source": "slack", "notes": "from #ir"})",
           R"([{"name": "  Slack-Ops ", )" + enclave + "]"));
  f.call(
      f.carol, "POST", "/indicators",
      body(R"({"value": "203[.]0[.]113[.]9", "notes": "again", "tags": [{"name": "own", )" + enclave + "]}",
           R"([{"name": "not-for-rows-with-own", )" + enclave + "]"));
  auto found = f.metadata(f.bob, "203.0.113.9").at(0);
  CHECK(found.at("sightings") == 4);
  CHECK(found.at("firstSeen") == 1690000000000);
  CHECK(found.at("lastSeen") == to_epoch_ms(f.time.now()));
  CHECK(found.at("notes") == bj::array{"from #ir", "again"});
  CHECK(found.at("noteCount") == 2);
  CHECK(found.at("source") == "slack");
  auto tags = found.at("tags").as_array();
  REQUIRE(tags.size() == 2);
  CHECK(tags[0].at("name") == "slack-ops");
  CHECK(tags[1].at("name") == "own");
  CHECK(text(tags[0].at("enclaveId")) == f.shared);
  CHECK(tags[0].at("guid").as_string().size() == 36);
  CHECK(tags[0].at("guid") != tags[1].at("guid"));
}

TEST_CASE("values of no known type are skipped and named in the status", "[station]") {
  station_fixture f(unlimited());
  auto answer = f.call(
      f.alice, "POST", "/indicators",
      station_fixture::submission(f.shared, {"hello world", "203.0.113.9", "", std::string(5000, 'a')}));
  CHECK(answer.status == 200);
  std::string id(answer.headers.find("Submission-Id").value());
  f.index();
  auto status = bj::parse(f.call(f.alice, "GET", "/submissions/" + id + "/status").body);
  CHECK(status.at("status") == "SUBMISSION_SUCCESS");
  CHECK(status.at("accepted") == 1);
  auto skipped = status.at("skipped").as_array();
  REQUIRE(skipped.size() == 3);
  CHECK(skipped[0] == bj::parse(R"({"row": 0, "value": "hello world", "reason": "of no known type"})"));
  CHECK(skipped[1].at("row") == 2);
  CHECK(skipped[2].at("value").as_string().size() == 200);

  auto nothing =
      f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"hello world"}));
  id = nothing.headers.find("Submission-Id").value();
  status = bj::parse(f.call(f.alice, "GET", "/submissions/" + id + "/status").body);
  CHECK(status.at("status") == "SUBMISSION_FAILURE");
  CHECK_FALSE(status.at("errorMessage").as_string().empty());
}

TEST_CASE("the same key applies a batch once and answers the same id", "[station]") {
  station_fixture f(unlimited());
  std::string body = station_fixture::submission(f.shared, {"203.0.113.9"});
  auto first = f.call(f.alice, "POST", "/indicators", body, "01J/1");
  f.time.advance(std::chrono::hours(7 * 24) - milliseconds(1));
  auto replay = f.call(f.alice, "POST", "/indicators", body, "01J/1");
  CHECK(replay.status == 200);
  CHECK(replay.headers.find("Submission-Id") == first.headers.find("Submission-Id"));
  CHECK(replay.headers.find("Idempotent-Replay") == "true");
  CHECK(f.sightings(f.alice, "203.0.113.9") == 1);
  // The meaning counts, not the bytes.
  auto respelled =
      f.call(f.alice, "POST", "/indicators",
             R"({ "content" : [ { "notes":null, "value": "203.0.113.9", "x": 1 } ], "enclaveIds": [")" +
                 f.shared + R"("]})",
             "01J/1");
  CHECK(respelled.headers.find("Idempotent-Replay") == "true");
  // It is the company's memory: a colleague's repeat is a repeat, a stranger's is not.
  CHECK(f.call(f.carol, "POST", "/indicators", body, "01J/1").headers.find("Idempotent-Replay") == "true");
  auto stranger =
      f.call(f.eve, "POST", "/indicators", station_fixture::submission(f.foreign, {"203.0.113.9"}), "01J/1");
  CHECK(stranger.status == 200);
  CHECK_FALSE(stranger.headers.find("Idempotent-Replay"));

  auto conflict = f.call(f.alice, "POST", "/indicators",
                         station_fixture::submission(f.shared, {"203.0.113.10"}), "01J/1");
  CHECK(conflict.status == 409);
  CHECK(bj::parse(conflict.body).at("message").as_string().find("Idempotency-Key") != bj::string::npos);
  CHECK(f.sightings(f.alice, "203.0.113.10") == 0);

  f.time.advance(milliseconds(1)); // seven days are over
  auto later = f.call(f.alice, "POST", "/indicators", body, "01J/1");
  CHECK_FALSE(later.headers.find("Idempotent-Replay"));
  CHECK(later.headers.find("Submission-Id") != first.headers.find("Submission-Id"));
  CHECK(f.sightings(f.alice, "203.0.113.9") == 2);
}

TEST_CASE("a replay is told even when the right was revoked since", "[station]") {
  station_fixture f(unlimited());
  std::string body = station_fixture::submission(f.shared, {"203.0.113.9"});
  f.call(f.alice, "POST", "/indicators", body, "k");
  f.people.revoke(f.alice.key, f.shared).value();
  CHECK(f.call(f.alice, "POST", "/indicators", body, "k").headers.find("Idempotent-Replay") == "true");
  CHECK(f.call(f.alice, "POST", "/indicators", body, "other").status == 403);
}

TEST_CASE("expired keys are forgotten in the database too", "[station]") {
  station_fixture f(unlimited());
  for (int i = 0; i < 40; ++i)
    f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"}),
           "k" + std::to_string(i));
  auto count = [&] {
    std::size_t rows = 0;
    f.store.scan(storage::table{75}, "", "", [&](auto, auto) { return ++rows, true; }).value();
    return rows;
  };
  CHECK(count() == 40);
  f.time.advance(std::chrono::hours(24 * 8));
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"}));
  CHECK(count() == 8);
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"}), "new");
  CHECK(count() == 1);
}

TEST_CASE("without a key every submission counts", "[station]") {
  station_fixture f(unlimited());
  std::string body = station_fixture::submission(f.shared, {"203.0.113.9", "203.0.113.9"});
  f.call(f.alice, "POST", "/indicators", body);
  f.call(f.alice, "POST", "/indicators", body);
  CHECK(f.sightings(f.alice, "203.0.113.9") == 4);
}

namespace {

/// How often the log says each key was applied, and the sightings of the one value all of them carry.
struct applied {
  std::size_t entries = 0;
  std::int64_t sightings = 0;
};

/// Eight threads over two services on one store send the same four batches, each at once.
applied race(bool ignore_key) {
  auto settings = unlimited();
  settings.idempotency.ignore_key = ignore_key;
  station_fixture f(settings);
  settings.secret_cost = f.cheap;
  station::service second(f.store, f.time, f.random, settings); // as a second process on a shared database
  auto token_of = [&](station::service& s) {
    http::fields basic{{"Authorization", station_fixture::basic(f.alice)}};
    auto answer = s.handle({"POST", "/oauth/token?grant_type=client_credentials", basic, ""});
    return std::string(bj::parse(answer.body).at("access_token").as_string());
  };
  station::service* services[] = {f.service.get(), &second};
  std::string tokens[] = {token_of(*f.service), token_of(second)};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int batch = 0; batch < 4; ++batch) {
        http::fields headers{{"Authorization", "Bearer " + tokens[t % 2]},
                             {"Idempotency-Key", "b" + std::to_string(batch)}};
        auto answer = services[t % 2]->handle(
            {"POST", "/api/1.3/indicators", headers, station_fixture::submission(f.shared, {"203.0.113.9"})});
        wrong += answer.status == 200 ? 0 : 1;
      }
    });
  for (std::thread& thread : threads)
    thread.join();
  CHECK(wrong == 0);
  while (second.index_some().value())
    ;
  return {station::list_submissions(f.store).value().size(), f.sightings(f.alice, "203.0.113.9")};
}

} // namespace

TEST_CASE("requests with the same key at the same moment are applied once", "[station]") {
  applied found = race(false);
  CHECK(found.entries == 4);
  CHECK(found.sightings == 4);
}

TEST_CASE("sabotage: without a look at the key, log and sightings both show the doubles", "[station]") {
  applied found = race(true);
  CHECK(found.entries == 32);
  CHECK(found.sightings == 32);
}

TEST_CASE("the log holds what was applied, oldest first", "[station]") {
  station_fixture f(unlimited());
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9", "what"}),
         "one");
  f.time.advance(seconds(1));
  f.call(f.carol, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"}));
  auto log = station::list_submissions(f.store).value();
  REQUIRE(log.size() == 2);
  CHECK(log[0].idempotency_key == "one");
  CHECK(log[0].accepted == 1);
  CHECK(log[0].skipped.size() == 1);
  CHECK(log[0].user_key == f.alice.key);
  CHECK(log[0].enclave_ids == std::vector{f.shared});
  CHECK(log[1].idempotency_key.empty());
  CHECK(log[1].applied == f.time.now());
}

TEST_CASE("the limits of a submission", "[station]") {
  station_fixture f(unlimited());
  std::vector<std::string> values(10'000, "203.0.113.9");
  CHECK(f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, values)).status == 200);
  values.emplace_back("203.0.113.9");
  auto answer = f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, values));
  CHECK(answer.status == 413);
  CHECK(bj::parse(answer.body).at("error") == "Payload Too Large");
  CHECK(f.sightings(f.alice, "203.0.113.9") == 10'000);
}

TEST_CASE("a malformed submission is 400, names the field and stores nothing", "[station]") {
  station_fixture f(unlimited());
  auto with_row = [&](const std::string& row) {
    return R"({"enclaveIds": [")" + f.shared + R"("], "content": [{"value": "203.0.113.9"}, )" + row + "]}";
  };
  std::vector<std::string> bodies{
      "",
      "null",
      "[]",
      "{",
      R"({"enclaveIds": [], "content": [{"value": "203.0.113.9"}]})",
      R"({"content": [{"value": "203.0.113.9"}]})",
      R"({"enclaveIds": [")" + f.shared + R"("], "content": []})",
      R"({"enclaveIds": [")" + f.shared + R"("]})",
      with_row("{}"),
      with_row("7"),
      with_row(R"({"value": 7})"),
      with_row(R"({"value": "a.example.net", "firstSeen": "yesterday"})"),
      with_row(R"({"value": "a.example.net", "lastSeen": -1})"),
      with_row(R"({"value": "a.example.net", "lastSeen": 1e300})"),
      with_row(R"({"value": "a.example.net", "sightings": -1})"),
      with_row(R"({"value": "a.example.net", "sightings": 1.5})"),
      with_row(R"({"value": "a.example.net", "tags": "c2"})"),
      with_row(R"({"value": "a.example.net", "tags": [{}]})"),
      with_row(R"({"value": "a.example.net", "tags": [{"name": ""}]})"),
      with_row(R"({"value": "a.example.net", "tags": [{"name": "c2", "enclaveId": "elsewhere"}]})"),
      with_row(R"({"value": "a.example.net", "tags": [{"name": ")" + std::string(91, 'x') + R"("}]})"),
      with_row(R"({"value": "\ud800"})"),
      with_row("{\"value\": \"\xff\"}"),
      std::string(200'000, '[')};
  for (const std::string& body : bodies) {
    CAPTURE(body.substr(0, 200));
    auto answer = f.call(f.alice, "POST", "/indicators", body);
    CHECK(answer.status == 400);
    CHECK(bj::parse(answer.body).as_object().size() == 5);
  }
  for (const char* key : {"has blank", "\xc3\xbc"})
    CHECK(f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"203.0.113.9"}), key)
              .status == 400);
  auto named = f.call(f.alice, "POST", "/indicators", with_row(R"({"value": 7})"));
  CHECK(bj::parse(named.body).at("message") == "body.content[1].value: a text is expected");
  CHECK(station::list_submissions(f.store).value().empty());
  CHECK(f.sightings(f.alice, "203.0.113.9") == 0);
}

TEST_CASE("several enclaves get the rows, each with its own tags, each once", "[station]") {
  station_fixture f(unlimited());
  std::string body = R"({"enclaveIds": [")" + f.shared + R"(", ")" + f.own + R"(", ")" + f.own +
                     R"("], "tags": [{"name": "here", "enclaveId": ")" + f.own +
                     R"("}], "content": [{"value": "203.0.113.9"}]})";
  CHECK(f.call(f.alice, "POST", "/indicators", body).status == 200);
  auto both = f.metadata(f.alice, "203.0.113.9").at(0);
  CHECK(both.at("sightings") == 2);
  CHECK(both.at("enclaveIds").as_array().size() == 2);
  CHECK(f.metadata(f.bob, "203.0.113.9").at(0).at("tags").as_array().empty());
  CHECK(f.metadata(f.alice, "203.0.113.9", "?enclaveIds=" + f.own).at(0).at("tags").as_array().size() == 1);
}
