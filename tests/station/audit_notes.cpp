/// What members change over HTTP leaves a note for the audit log.
#include "station/audit_notes.hpp"

#include "station/keys.hpp"
#include "station/pages/page_fixture.hpp"
#include "support/failing_store.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

struct noted : page_fixture {
  /// Actions and subjects of the notes that wait, which are taken.
  std::vector<std::string> take() {
    auto notes = station::read_notes(store, 100).value();
    std::vector<std::string> out;
    for (const auto& one : notes)
      out.push_back(one.note.action + " " + one.note.subject + " " + one.note.detail);
    station::erase_notes(store, notes).value();
    return out;
  }
};

using strings = std::vector<std::string>;

} // namespace

TEST_CASE("every change of what others rely on is noted with who and what", "[station][audit]") {
  noted f;
  auto id = f.create(f.alice, f.draft(f.own, "t", "8.8.4.4"));
  CHECK(f.take().empty()); // the report tells itself when it was made
  f.call(f.alice, "PUT", "/reports/" + id, bj::serialize(f.draft(f.own, "t2", "b")));
  CHECK(f.take() == strings{"station_report_replaced " + id + " into enclave " + f.own});
  auto upsert = f.draft(f.own, "t3", "more");
  upsert["guid"] = id;
  f.call(f.alice, "POST", "/reports/upsert?mode=APPEND", bj::serialize(upsert));
  CHECK(f.take() == strings{"station_report_appended " + id + " into enclave " + f.own});
  f.call(f.alice, "POST", "/reports/move/" + id + "?destEnclaveId=" + f.shared);
  CHECK(f.take() == strings{"station_report_moved " + id + " from enclave " + f.own + " to " + f.shared});
  f.people.grant(f.alice.key, f.shared, station::access::full).value();
  f.call(f.alice, "DELETE", "/reports/" + id);
  CHECK(f.take() == strings{"station_report_deleted " + id + " from enclave " + f.shared});

  auto company = std::to_string(f.people.find_user(f.alice.key).value()->company);
  f.call(f.alice, "POST", "/whitelist", R"(["203.0.113.9", "nonsense", "evil-example.net"])");
  CHECK(f.take() == strings{"station_whitelist_extended " + company + " 203.0.113.9 evil-example.net"});
  f.call(f.alice, "DELETE", "/whitelist?indicatorType=IP&value=203.0.113.9");
  CHECK(f.take() == strings{"station_whitelist_shortened " + company + " 203.0.113.9"});

  f.log_in(f.alice);
  f.post("/account/secret", {});
  auto notes = station::read_notes(f.store, 10).value();
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].note.action == "station_secret_renewed");
  CHECK(notes[0].note.actor == "station/Alice (..." + f.alice.key.substr(f.alice.key.size() - 4) + ")");
  CHECK(notes[0].note.when == f.time.now());
}

TEST_CASE("what is refused is not noted, and nothing is done without its note", "[station][audit]") {
  noted f;
  auto id = f.create(f.alice, f.draft(f.own, "t", "8.8.4.4"));
  CHECK(f.call(f.bob, "DELETE", "/reports/" + id).status == 404);
  CHECK(f.call(f.alice, "PUT", "/reports/" + id, "{}").status == 400);
  CHECK(f.call(f.alice, "POST", "/whitelist", R"(["nonsense"])").status == 200);
  CHECK(f.post("/account/secret", {}).status == 200); // asked to log in
  CHECK(f.take().empty());

  failing_store shaky(f.store);
  station::service_settings settings = unlimited();
  settings.secret_cost = f.cheap;
  f.index();
  f.service = std::make_unique<station::service>(shaky, f.time, f.random, settings);
  f.token(f.alice);
  shaky.fail_after(0);
  CHECK(f.call(f.alice, "DELETE", "/reports/" + id).status == 500);
  shaky.recover();
  CHECK(text(f.read(f.alice, id).at("title")) == "t");
  CHECK(f.take().empty());
}

TEST_CASE("notes come back as they were, oldest first, and damage is told", "[station][audit]") {
  noted f;
  station::user who{"key-1234", "Ada", 1, "", {}};
  for (int i : {2, 1, 3})
    station::write_note(f.store, station::make_note(who, from_epoch_ms(i), "a", "s", std::string(600, 'x')),
                        f.random)
        .value();
  auto notes = station::read_notes(f.store, 2).value();
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].note.when == from_epoch_ms(1));
  CHECK(notes[1].note.when == from_epoch_ms(2));
  CHECK(notes[0].note.detail.size() == 503);
  CHECK(notes[0].note.actor == "station/Ada (...1234)");
  CHECK(station::count_notes(f.store).value() == 3);
  station::erase_notes(f.store, notes).value();
  CHECK(station::count_notes(f.store).value() == 1);
  f.store.write(storage::write_batch().put(station::tables::audit_notes, "k", "\x01"), storage::sync::no)
      .value();
  CHECK(station::read_notes(f.store, 10).error().code == ec::corrupted);
}
