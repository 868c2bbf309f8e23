/// Users, submissions, audit log and keys, from the command line, without a service and beside one.
#include "cli/operator_fixture.hpp"

#include "storage/audit_table.hpp"
#include "storage/keys.hpp"

#include <catch2/generators/catch_generators.hpp>

#include <sys/stat.h>

#include <algorithm>

using namespace isacbot;
using test::operator_fixture;
using test::text;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> actions_of(operator_fixture& f) {
  auto database = f.open_database();
  storage::audit_table audit(*database.store, database.sealer, f.random);
  storage::write_batch chained;
  REQUIRE(audit.chain(chained, 1'000));
  if (!chained.empty())
    REQUIRE(database.store->write(chained, storage::sync::yes));
  std::vector<std::string> actions;
  REQUIRE(audit.read([&](auto, const storage::audit_event& e) {
    actions.push_back(e.action + " " + e.subject);
    return true;
  }));
  return actions;
}

bool has(const std::vector<std::string>& list, const std::string& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

} // namespace

TEST_CASE_METHOD(operator_fixture, "users are listed without secrets and removed with all that is theirs",
                 "[cli][admin]") {
  CHECK(contains(type({"users", "list"}), "nobody is registered"));
  std::string id = seed(domain::part_state::parked);
  bool serving = GENERATE(false, true);
  if (serving)
    serve();
  std::string all = type({"users", "list"}) + type({"users", "list", "--json"}) +
                    type({"submissions", "list"}) + type({"submissions", "show", id, "--json"});
  CHECK(status == 0);
  CHECK(contains(all, "U0ADA"));
  CHECK(contains(all, "...wxyz"));
  CHECK_FALSE(contains(all, "planted-api-key"));
  CHECK_FALSE(contains(all, "planted-api-secret"));

  type({"users", "remove", "--team", "T1", "--user", "U0NOBODY"});
  CHECK(status == 1);
  CHECK(contains(err, "users list"));
  // Nothing accepted is lost by the way: what is not delivered has to be given up first.
  type({"users", "remove", "--team", "T1", "--user", "U0ADA"});
  CHECK(status == 1);
  CHECK(contains(err, id));
  CHECK(contains(err, "nothing was removed"));
  CHECK(contains(type({"users", "list"}), "U0ADA"));

  type({"submissions", "cancel", id});
  REQUIRE(status == 0);
  auto removed = type_json({"users", "remove", "--team", "T1", "--user", "U0ADA"});
  CHECK(removed.at("submissions").as_int64() == 1);
  CHECK(removed.at("credentials").as_bool());
  CHECK(contains(type({"users", "list"}), "nobody is registered"));
  type({"submissions", "show", id});
  CHECK(status == 1);
  if (service)
    CHECK(service->stop());
  service.reset();
  auto database = open_database();
  for (auto t : {storage::tables::credentials, storage::tables::submissions, storage::tables::parts,
                 storage::tables::part_rows, storage::tables::drafts, storage::tables::outbox_index})
    REQUIRE(database.store->scan(t, {}, {}, [](auto, auto) {
      FAIL_CHECK("a row is left");
      return true;
    }));
}

TEST_CASE_METHOD(operator_fixture, "a submission is shown with its counts, reasons and parts",
                 "[cli][admin]") {
  std::string id = seed(domain::part_state::held);
  auto shown = type_json({"submissions", "show", id});
  CHECK(text(shown, "standing") == "stuck");
  CHECK(shown.at("handed_in").as_int64() == 2);
  CHECK(shown.at("accepted").as_int64() == 1);
  CHECK(shown.at("withheld").as_int64() == 1);
  CHECK(shown.at("reasons").as_object().at("special_address").as_int64() == 1);
  auto& line = shown.at("withheld_lines").as_array().at(0).as_object();
  CHECK(line.at("line").as_int64() == 2);
  CHECK(text(line, "text") == "10.0.0.1");
  auto& part = shown.at("parts").as_array().at(0).as_object();
  CHECK(text(part, "part") == "1");
  CHECK(text(part, "state") == "held");
  CHECK(text(part, "last_error") == "key or secret refused");
  std::string people = type({"submissions", "show", id});
  CHECK(contains(people, "2 handed in = 1 accepted + 0 merged + 1 withheld + 0 refused"));
  CHECK(type_json({"submissions", "list", "--standing", "dead"}).at("submissions").as_array().empty());
  CHECK(type_json({"submissions", "list", "--standing", "stuck"}).at("submissions").as_array().size() == 1);
  type({"submissions", "show", "no-such"});
  CHECK(status == 1);
  type({"submissions", "show"});
  CHECK(status == 2);
}

TEST_CASE_METHOD(operator_fixture, "retry and cancel move parts that got stuck, and only those",
                 "[cli][admin]") {
  std::string id = seed(domain::part_state::parked);
  bool serving = GENERATE(false, true);
  auto state_of = [&] {
    return text(type_json({"submissions", "show", id}).at("parts").as_array().at(0).as_object(), "state");
  };
  if (serving)
    serve();
  type({"submissions", "cancel", id});
  REQUIRE(status == 0);
  CHECK(state_of() == "buried");
  type({"submissions", "cancel", id});
  CHECK(status == 1);
  CHECK(contains(err, "nothing left to cancel"));
  CHECK(type_json({"submissions", "retry", id}).at("parts").as_int64() == 1);
  // Nobody listens where the configuration says Station is: it waits, queued, or doubt is written down.
  std::string state = state_of();
  CHECK((state == "queued" || state == "sent"));
  std::string again = type({"submissions", "retry", id}); // nothing waits for a person any more
  CHECK((status == 1 || contains(again, "0 parts are sent again")));
  if (service)
    CHECK(service->stop());
  service.reset();
  auto actions = actions_of(*this);
  CHECK(has(actions, "command_started submissions cancel"));
  CHECK(has(actions, "command_done submissions retry"));
  CHECK(has(actions, "command_failed submissions cancel"));
  CHECK(has(actions, "part_buried " + id + "/1"));
}

TEST_CASE_METHOD(operator_fixture, "the audit log is found whole, or where it is not", "[cli][admin]") {
  for (int i = 0; i < 4; ++i)
    type({"station", "add-enclave", "--name", "E" + std::to_string(i)});
  REQUIRE(actions_of(*this).size() == 12); // begun, made, done
  CHECK(contains(type({"audit", "verify"}), "is whole: 12 entries"));
  CHECK(status == 0);
  {
    auto database = open_database();
    auto row = [&](std::uint64_t n) {
      return database.store->get(storage::tables::audit, storage::keys::audit_chained(n)).value().value();
    };
    storage::write_batch tampering;
    SECTION("removed") {
      tampering.erase(storage::tables::audit, storage::keys::audit_chained(5));
    }
    SECTION("changed") {
      std::string bytes = row(5);
      bytes.back() = static_cast<char>(bytes.back() ^ 1);
      tampering.put(storage::tables::audit, storage::keys::audit_chained(5), bytes);
    }
    SECTION("reordered") {
      tampering.put(storage::tables::audit, storage::keys::audit_chained(5), row(6));
      tampering.put(storage::tables::audit, storage::keys::audit_chained(6), row(5));
    }
    SECTION("truncated") {
      for (std::uint64_t n = 5; n <= 12; ++n)
        tampering.erase(storage::tables::audit, storage::keys::audit_chained(n));
    }
    REQUIRE(database.store->write(tampering, storage::sync::yes));
  }
  std::string said = type({"audit", "verify"});
  CHECK(status == 3);
  CHECK(contains(said, "NOT whole"));
  CHECK(contains(said, "row 5"));
  CHECK_FALSE(type_json({"audit", "verify"}, 3).at("whole").as_bool());
}

TEST_CASE_METHOD(operator_fixture, "the master key is changed while a service runs, which goes on",
                 "[cli][admin]") {
  std::string id = seed(domain::part_state::parked);
  bool serving = GENERATE(true, false);
  if (serving)
    serve();
  std::string next = (dir / "next_key").string();
  type({"key", "rotate", "--to", next});
  CHECK(status == 2); // file: is missing
  type({"key", "rotate", "--to", "file:" + key_file});
  CHECK(status == 1);
  CHECK(contains(err, "in use already"));

  std::string said = type({"key", "rotate", "--to", "file:" + next});
  INFO(said << err);
  REQUIRE(status == 0);
  CHECK(contains(said, "[storage]\nmaster_key = \"file:" + next + "\""));
  struct stat made {};
  REQUIRE(stat(next.c_str(), &made) == 0);
  CHECK((made.st_mode & 0777) == 0600);
  if (serving) { // under the new key, without having been told by anybody
    CHECK(contains(type({"users", "list"}), "U0ADA"));
    type({"submissions", "cancel", id});
    CHECK(status == 0);
    CHECK(service->stop());
    service.reset();
  }
  type({"users", "list"});
  CHECK(status == 1); // the configuration still names the old key
  CHECK(contains(err, "another master key"));
  write_config(next);
  key_file = next;
  CHECK(contains(type({"users", "list"}), "U0ADA"));
  CHECK(status == 0);
  type({"audit", "verify"});
  CHECK(status == 0);
  serve();
  CHECK(contains(type({"users", "list"}), "U0ADA"));
}

TEST_CASE_METHOD(operator_fixture, "a process that has the database and does not listen is named",
                 "[cli][admin]") {
  auto database = open_database();
  type({"users", "list"});
  CHECK(status == 1);
  CHECK(contains(err, "pid "));
  CHECK(contains(err, "admin.sock"));
}
