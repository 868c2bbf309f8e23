/// `isacbot station ...` against a real database, alone and beside a running service.
#include "cli/operator_fixture.hpp"

#include "app/admin_commands.hpp"
#include "app/admin_house.hpp"
#include "app/station_part.hpp"
#include "station/accounts.hpp"
#include "station/audit_notes.hpp"
#include "station/scores.hpp"
#include "station/secret_checker.hpp"

#include <catch2/generators/catch_generators.hpp>

using namespace isacbot;
using test::operator_fixture;
using test::text;

TEST_CASE_METHOD(operator_fixture, "accounts made on the command line are Station's accounts",
                 "[cli][station]") {
  if (GENERATE(false, true))
    serve();
  std::string enclave = text(type_json({"station", "add-enclave", "--name", "Community"}), "id");
  auto user = type_json({"station", "add-user", "--name", "Ada", "--company", "Example"});
  type({"station", "grant", "--key", text(user, "key"), "--enclave", enclave, "--access", "submit"});
  REQUIRE(status == 0);
  auto other = type_json({"station", "add-user", "--name", "Bob"});
  type({"station", "grant", "--key", text(other, "key"), "--enclave", enclave, "--access", "view"});
  type({"station", "revoke", "--key", text(other, "key"), "--enclave", enclave});
  CHECK(status == 0);
  auto list = type_json({"station", "list"});
  CHECK(list.at("enclaves").as_array().size() == 1);
  CHECK(list.at("users").as_array().size() == 2);
  CHECK(boost::json::serialize(list).find(text(user, "secret")) == std::string::npos);
  type({"station", "remove-user", "--key", text(other, "key")});
  CHECK(status == 0);
  service.reset();

  auto store = app::open_station_database((dir / "data" / "station").string());
  REQUIRE(store.has_value());
  station::accounts accounts(**store, time, random);
  auto stored = accounts.find_user(text(user, "key"));
  REQUIRE(stored.has_value());
  REQUIRE(stored->has_value());
  CHECK((*stored)->name == "Ada");
  CHECK(station::matches_hash(secret{text(user, "secret")}, (*stored)->secret_hash));
  auto enclaves = accounts.enclaves_of(text(user, "key"));
  REQUIRE(enclaves.has_value());
  REQUIRE(enclaves->size() == 1);
  CHECK(enclaves->front().enclave.id == enclave);
  CHECK(enclaves->front().level == station::access::submit);
  CHECK_FALSE(accounts.find_user(text(other, "key")).value().has_value());
}

TEST_CASE_METHOD(operator_fixture, "a company's redaction library is kept on the command line",
                 "[cli][station]") {
  if (GENERATE(false, true))
    serve();
  type({"station", "add-user", "--name", "Ada", "--company", "Example"});
  type({"station", "redaction", "add", "--company", "EXAMPLE", "--category", "email-address", "--term",
        "*@corp.example"});
  CHECK(status == 0);
  type({"station", "redaction", "add", "--company", "Example", "--category", "person", "--term", "Ada"});
  type({"station", "redaction", "remove", "--company", "Example", "--category", "person", "--term", "Ada"});
  CHECK(status == 0);
  auto terms = type_json({"station", "redaction", "list", "--company", "Example"}).at("terms").as_array();
  REQUIRE(terms.size() == 1);
  CHECK(terms[0].at("category") == "email-address");
  CHECK(terms[0].at("term") == "*@corp.example");
  CHECK(type({"station", "redaction", "list", "--company", "Example"}).find("*@corp.example") !=
        std::string::npos);
  type({"station", "redaction", "remove", "--company", "Example", "--category", "person", "--term", "Ada"});
  CHECK(status == 1);
  type({"station", "redaction", "list", "--company", "Nobody"});
  CHECK(status == 1);
  type({"station", "redaction", "add", "--company", "Example", "--category", "<b>", "--term", "Ada"});
  CHECK(status == 1);
  type({"station", "redaction"});
  CHECK(status == 2);
}

TEST_CASE_METHOD(operator_fixture, "scores are imported from a file, and its faults named",
                 "[cli][station]") {
  if (GENERATE(false, true))
    serve();
  std::string enclave = text(type_json({"station", "add-enclave", "--name", "Community"}), "id");
  std::string file = (dir / "scores.jsonl").string();
  std::ofstream(file) << R"({"value": "203.0.113.9", "severityLevel": 3})"
                      << "\n\n"
                      << R"({"value": "evil-example.net", "score": {"name": "Risk", "value": "9"}})";
  auto done = type_json({"station", "scores", "import", file, "--enclave", enclave});
  CHECK(done.at("imported") == 2);
  CHECK(done.at("refused") == 0);
  std::ofstream(file, std::ios::app) << "\nnonsense\n";
  std::string shown = type({"station", "scores", "import", file, "--enclave", enclave});
  CHECK(status == 1);
  CHECK(shown.find("2 scores imported, 1 lines refused") != std::string::npos);
  CHECK(shown.find("line 4: ") != std::string::npos);
  for (const std::string& bad : {file + ".not", dir.path().string()}) {
    type({"station", "scores", "import", bad, "--enclave", enclave});
    CHECK(status == 1);
  }
  type({"station", "scores", "import"});
  CHECK(status == 2);
  service.reset();
  auto store = app::open_station_database((dir / "data" / "station").string());
  REQUIRE(store.has_value());
  station::accounts people(**store, time, random);
  std::vector<station::enclave> where{people.find_enclave(enclave).value().value()};
  auto found = station::read_summaries(**store, where, "evil-example.net", {});
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 1);
  CHECK(found->front().score_value == "9");
}

TEST_CASE_METHOD(operator_fixture, "what members change at Station is in the one chain of the audit log",
                 "[cli][station]") {
  auto configured = settings();
  auto house = app::admin_house::open(configured, time, random, "test");
  REQUIRE(house.has_value());
  app::admin_desk& desk = (*house)->desk();
  station::user who{"some-key-1234", "Ada", 1, "", {}};
  for (int i = 0; i < 101; ++i)
    REQUIRE(station::write_note(*desk.station,
                                station::make_note(who, from_epoch_ms(i), "station_report_deleted", "r", "d"),
                                random));
  auto count = [&](const char* field) {
    auto answer = app::run_admin_command(desk, {"audit verify", {}});
    REQUIRE(answer.has_value());
    REQUIRE(answer->at("whole") == true);
    return answer->at(field).to_number<int>();
  };
  int before = count("waiting");
  CHECK(before >= 101); // at Station, but counted
  CHECK(app::carry_station_notes(desk).value());
  CHECK_FALSE(app::carry_station_notes(desk).value());
  CHECK(station::count_notes(*desk.station).value() == 0);
  CHECK(count("waiting") == before);
  storage::write_batch batch;
  REQUIRE(desk.tables.audit.chain(batch, 1'000).value() >= 101);
  REQUIRE(desk.write(std::move(batch), storage::sync::yes));
  CHECK(count("entries") >= 101);
  int deeds = 0;
  REQUIRE(desk.tables.audit.read([&](auto, const storage::audit_event& event) {
    deeds += event.action == "station_report_deleted" && event.actor == "station/Ada (...1234)" ? 1 : 0;
    return true;
  }));
  CHECK(deeds == 101);
}

TEST_CASE_METHOD(operator_fixture, "station commands say what is wrong", "[cli][station]") {
  type({"station", "grant", "--key", "nobody", "--enclave", "nowhere", "--access", "view"});
  CHECK(status == 1);
  CHECK(err.find("not found") != std::string::npos);
  type({"station", "grant", "--key", "nobody", "--enclave", "nowhere", "--access", "everything"});
  CHECK(status == 2);
  type({"station", "add-enclave"});
  CHECK(status == 2);
  type({"station", "add-enclave", "--name", "x", "--type", "SECRET"});
  CHECK(status == 1);
  type({"station", "ad-user"});
  CHECK(status == 2);
  CHECK(err.find("did you mean add-user?") != std::string::npos);
  config = "/no/such/file";
  type({"station", "add-enclave", "--name", "x"});
  CHECK(status == 78);
}

TEST_CASE_METHOD(operator_fixture, "a Station database in use by somebody else is explained",
                 "[cli][station]") {
  type({"station", "add-enclave", "--name", "first"});
  REQUIRE(status == 0);
  auto held = app::open_station_database((dir / "data" / "station").string());
  REQUIRE(held.has_value());
  type({"station", "add-enclave", "--name", "second"});
  CHECK(status == 1);
  CHECK(err.find("pid ") != std::string::npos);
}
