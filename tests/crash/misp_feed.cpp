/// The rules of the MISP feed, each on the real actors, a sample MISP and a real Station in virtual time.
#include "crash/misp_events.hpp"
#include "crash/misp_judge.hpp"
#include "crash/station_reports.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace isacbot;
using namespace isacbot::test;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

void require_well(const misp_world& w, bool quiet) {
  auto found = judge(w, quiet);
  INFO(to_string(found));
  REQUIRE(found.empty());
}

} // namespace

TEST_CASE("each published event becomes one report; published again unchanged, nothing is sent", "[misp]") {
  misp_world w({});
  add_published(w.misp(), 1, 5);
  require_well(w, w.run());
  auto before = w.network().changes().size();
  CHECK(before == 10); // a creation and its tags for each
  for (unsigned n = 1; n <= 5; ++n)
    w.misp().publish_event(event_uuid(n));
  require_well(w, w.run());
  CHECK(w.network().changes().size() == before);
}

TEST_CASE("an event that is edited and published again replaces its report, once", "[misp]") {
  misp_world w({});
  add_published(w.misp(), 1, 2);
  require_well(w, w.run());
  auto before = read_reports(w.station());
  w.misp().edit(event_uuid(1), [](boost::json::object& event) { event["info"] = "being edited"; });
  REQUIRE(w.run()); // nothing is published, so nothing is seen
  CHECK(read_reports(w.station()) == before);
  change_and_publish(w.misp(), 1, "event 1, corrected", "tlp:clear");
  auto changes = w.network().changes().size();
  require_well(w, w.run());
  CHECK(w.network().changes().size() == changes + 2); // the report and its tags
  for (const auto& report : read_reports(w.station()))
    if (report.what.external_id == event_uuid(2))
      CHECK(std::find(before.begin(), before.end(), report) != before.end());
}

TEST_CASE("an event that is still being stored is left alone until it is complete", "[misp]") {
  misp_world w({});
  auto uuid = w.misp().add_event(make_event(1), sandbox::misp_server::publish::yes).value();
  w.misp().patch(uuid, [](boost::json::object& event) { event["publish_timestamp"] = "0"; });
  REQUIRE(w.run(hours{1}));
  CHECK(read_reports(w.station()).empty());
  w.misp().add_attribute(uuid, "domain", "Network activity", "late.example.com");
  w.misp().publish_event(uuid);
  require_well(w, w.run());
}

TEST_CASE("250 events of one second, and none at all", "[misp]") {
  misp_world w({});
  require_well(w, w.run());
  add_published(w.misp(), 1, 250);
  require_well(w, w.run());
  CHECK(read_reports(w.station()).size() == 250);
  CHECK(w.network().most_at_once() == 1);
}

TEST_CASE("a MISP whose clock is a day off, or is set back, loses nothing", "[misp]") {
  for (auto offset : {seconds{86'400}, seconds{-86'400}}) {
    misp_world w({});
    w.misp().configure([&](sandbox::misp_settings& s) { s.clock_offset = offset; });
    add_published(w.misp(), 1, 2);
    require_well(w, w.run());
    add_published(w.misp(), 3, 1);
    require_well(w, w.run());
    w.misp().configure([&](sandbox::misp_settings& s) { s.clock_offset = offset - minutes{10}; });
    add_published(w.misp(), 4, 1);
    require_well(w, w.run(hours{1}));
  }
}

TEST_CASE("whatever a MISP answers instead of events, they arrive when it is well again", "[misp]") {
  using fault = sandbox::misp_fault;
  const std::vector<fault> faults{
      {fault::what::error, 403},   {fault::what::error, 404},    {fault::what::error, 405},
      {fault::what::error, 500},   {fault::what::error, 503},    {fault::what::page, 401},
      {fault::what::page, 200},    {fault::what::page, 502},     {fault::what::login},
      {fault::what::rate_limit},   {fault::what::cut, 500, 0},   {fault::what::cut, 500, 1},
      {fault::what::cut, 500, 60}, {fault::what::cut, 500, 150}, {fault::what::notice},
      {fault::what::empty},        {fault::what::drop},          {fault::what::every_event},
  };
  for (std::string path : {"/events/index", "/events/restSearch"})
    for (auto f : faults) {
      CAPTURE(path, static_cast<int>(f.kind), f.status, f.bytes);
      misp_world w({});
      // An old event that nobody asks for, if the server knows what it is asked.
      (void)w.misp().add_event(make_event(9), sandbox::misp_server::publish::yes).value();
      w.misp().patch(event_uuid(9), [](boost::json::object& event) { event["publish_timestamp"] = "1000"; });
      add_published(w.misp(), 1, 3);
      f.path = path;
      f.times = 2;
      w.misp().fail_next(f);
      bool quiet = w.run(hours{3});
      auto found = judge(w, quiet);
      std::erase_if(found, [](const misp_violation& v) { return v.detail == event_uuid(9); });
      INFO(to_string(found));
      CHECK(found.empty());
    }
}

TEST_CASE("a refused key keeps the checkpoint: with a new one, nothing is missing", "[misp]") {
  misp_world w({});
  add_published(w.misp(), 1, 1);
  require_well(w, w.run());
  w.misp().configure([](sandbox::misp_settings& s) { s.key = secret{std::string(40, 'x')}; });
  add_published(w.misp(), 2, 2);
  auto calls = w.misp().calls().size();
  REQUIRE(w.run(hours{10}));
  CHECK(read_reports(w.station()).size() == 1);
  CHECK(w.misp().calls().size() - calls <= 12); // now and then, not at every poll
  w.misp().configure([](sandbox::misp_settings& s) { s.key = secret{std::string(40, 'k')}; });
  require_well(w, w.run(hours{2}));
}

TEST_CASE("maintenance and a rate limit are waited out", "[misp]") {
  misp_world w({});
  w.misp().configure([](sandbox::misp_settings& s) {
    s.maintenance = true;
    s.searches_per_window = 2;
  });
  add_published(w.misp(), 1, 5);
  REQUIRE(w.run());
  CHECK(read_reports(w.station()).empty());
  w.misp().configure([](sandbox::misp_settings& s) { s.maintenance = false; });
  require_well(w, w.run(hours{4}));
}

TEST_CASE("old and new servers: no CSV, numbers as numbers", "[misp]") {
  for (bool csv : {false, true})
    for (bool text : {false, true}) {
      misp_world w({});
      w.misp().configure([&](sandbox::misp_settings& s) {
        s.csv = csv;
        s.numbers_as_text = text;
      });
      add_published(w.misp(), 1, 3);
      require_well(w, w.run());
      change_and_publish(w.misp(), 2, "event 2, again", "tlp:clear");
      require_well(w, w.run());
    }
}

TEST_CASE("two hours without Station hold up the queue, not the listing, and wear out nothing", "[misp]") {
  misp_world w({});
  require_well(w, w.run());
  w.network().unplug_station(true);
  auto reached = w.tables().misp.checkpoint("main").value()->reached;
  for (unsigned n = 1; n <= 6; ++n) {
    add_published(w.misp(), n, 1);
    w.pass(minutes{20});
  }
  CHECK(w.tables().misp.queue("main").value().size() == 6);
  CHECK(w.tables().misp.checkpoint("main").value()->reached > reached);
  CHECK(read_reports(w.station()).empty());
  w.network().unplug_station(false);
  require_well(w, w.run(minutes{15}));
  auto reports = read_reports(w.station()); // newest first
  for (std::size_t i = 0; i < reports.size(); ++i)
    CHECK(reports[i].what.external_id == event_uuid(static_cast<unsigned>(6 - i)));
}

TEST_CASE("an event that its server cannot answer is given up, and holds up no other", "[misp]") {
  misp_world w({});
  add_published(w.misp(), 1, 3);
  sandbox::misp_fault fault;
  fault.path = "/events/restSearch";
  fault.times = 3 * 3; // each try is made whole, without galaxies, and without reports
  w.misp().fail_next(fault);
  bool quiet = w.run(hours{3});
  auto dead = w.tables().misp.dead("main").value();
  auto found = judge(w, quiet);
  INFO(to_string(found));
  CHECK(read_reports(w.station()).size() + dead.size() == 3);
}

TEST_CASE("an event that is given up gets a new chance with its next publication", "[misp]") {
  misp_world_options o;
  o.configure = [](actors::misp_poller_config& c) { c.poll.max_attributes = 2; };
  misp_world w(o);
  add_published(w.misp(), 1, 1);
  w.misp().add_attribute(event_uuid(1), "domain", "Network activity", "more.example.com");
  w.misp().publish_event(event_uuid(1));
  REQUIRE(w.run());
  REQUIRE(w.tables().misp.dead("main").value().size() == 1);
  CHECK(w.tables().misp.dead("main").value()[0].entry.reason.find("max_attributes") != std::string::npos);
  CHECK(w.misp().count_calls("/events/restSearch") == 0); // never fetched
  w.misp().edit(event_uuid(1), [](boost::json::object& event) { event["Attribute"].as_array().pop_back(); });
  w.misp().publish_event(event_uuid(1));
  require_well(w, w.run());
  CHECK(w.tables().misp.dead("main").value().empty());
}

TEST_CASE("two servers with the same event make one report: the newer edit counts", "[misp]") {
  misp_world_options o;
  o.servers = {"east", "west"};
  misp_world w(o);
  add_published(w.misp("east"), 1, 2);
  add_published(w.misp("west"), 1, 2);
  add_published(w.misp("west"), 3, 1);
  require_well(w, w.run());
  CHECK(read_reports(w.station()).size() == 3);
  auto changes = w.network().changes().size();
  // The same, published again elsewhere: nothing. Then edited there: it counts.
  w.misp("west").publish_event(event_uuid(1));
  require_well(w, w.run());
  CHECK(w.network().changes().size() == changes);
  change_and_publish(w.misp("west"), 1, "edited in the west", "tlp:clear");
  require_well(w, w.run());
  // East's older version does not come back with its next publication.
  w.misp("east").publish_event(event_uuid(1));
  require_well(w, w.run());
}

TEST_CASE("an event that becomes too strict is withdrawn as configured, and may come back", "[misp]") {
  using domain::withdrawal_policy;
  for (auto policy : {withdrawal_policy::keep, withdrawal_policy::tag, withdrawal_policy::remove}) {
    misp_world_options o;
    o.configure = [&](actors::misp_poller_config& c) { c.rules.withdrawal = policy; };
    misp_world w(o);
    add_published(w.misp(), 1, 2);
    require_well(w, w.run());
    change_and_publish(w.misp(), 1, "now secret", "tlp:red");
    REQUIRE(w.run());
    std::size_t left = 0;
    for (const auto& report : read_reports(w.station())) {
      CHECK(report.what.title != "now secret");
      if (report.what.external_id != event_uuid(1))
        continue;
      ++left;
      bool marked = std::count(report.tags.begin(), report.tags.end(), "misp-withdrawn") == 1;
      CHECK(marked == (policy == withdrawal_policy::tag));
    }
    CHECK(left == (policy == withdrawal_policy::remove ? 0 : 1));
    change_and_publish(w.misp(), 1, "open again", "tlp:clear");
    require_well(w, w.run());
  }
}

TEST_CASE("tags that people added in Station stay when an event is replaced", "[misp]") {
  misp_world w({});
  (void)w.misp().add_event(make_event(1, "", {"tlp:green", "mine"}), sandbox::misp_server::publish::yes);
  require_well(w, w.run());
  auto id = read_reports(w.station())[0].what.id;
  w.tag_by_hand(id, "checked-by-ana");
  change_and_publish(w.misp(), 1, "event 1, again", "tlp:clear");
  REQUIRE(w.run());
  auto tags = read_reports(w.station())[0].tags;
  std::sort(tags.begin(), tags.end());
  CHECK(tags == std::vector<std::string>{"checked-by-ana", "tlp-clear"});
}

TEST_CASE("a report that somebody deleted in Station is made anew with the next version", "[misp]") {
  misp_world w({});
  add_published(w.misp(), 1, 1);
  require_well(w, w.run());
  w.delete_by_hand(read_reports(w.station())[0].what.id);
  change_and_publish(w.misp(), 1, "event 1, again", "tlp:clear");
  require_well(w, w.run());
}

TEST_CASE("a pull tells what it did, and a dry run what it would do", "[misp]") {
  misp_world w({});
  REQUIRE(w.run(minutes{2}));
  add_published(w.misp(), 1, 3);
  (void)w.misp().add_event(make_event(4, "", {"tlp:red"}), sandbox::misp_server::publish::yes);
  w.time().advance(minutes{2}); // settled
  auto dry = w.pull(true);
  REQUIRE(dry);
  CHECK(dry->trouble.empty());
  CHECK(dry->listed == 4);
  CHECK(dry->created == 3);
  CHECK(dry->withheld == 1);
  CHECK(read_reports(w.station()).empty());
  CHECK(w.tables().misp.queue("main").value().empty());
  CHECK_FALSE(w.tables().misp.record(enclave_id{w.station().enclave_id()}, event_uuid(1)).value());
  CHECK(w.network().changes().empty());

  auto wet = w.pull();
  REQUIRE(wet);
  CHECK(wet->listed == 4);
  CHECK(wet->queued == 4);
  CHECK(wet->created == 3);
  CHECK(wet->withheld == 1);
  CHECK(wet->waiting == 0);
  CHECK(read_reports(w.station()).size() == 3);
  auto again = w.pull();
  REQUIRE(again);
  CHECK(again->queued == 0);
  CHECK(again->created == 0);
  w.network().unplug_misp(true);
  auto failed = w.pull();
  REQUIRE(failed);
  CHECK_FALSE(failed->trouble.empty());
}

TEST_CASE("polls, events and the checkpoint are counted", "[misp]") {
  misp_world w({});
  add_published(w.misp(), 1, 3);
  (void)w.misp().add_event(make_event(4, "", {"tlp:red"}), sandbox::misp_server::publish::yes);
  REQUIRE(w.run());
  auto text = w.metrics();
  for (const char* line : {"isacbot_misp_events_total{outcome=\"created\",server=\"main\"} 3",
                           "isacbot_misp_events_total{outcome=\"withheld\",server=\"main\"} 1",
                           "isacbot_misp_polls_total{outcome=\"success\",server=\"main\"}",
                           "isacbot_misp_checkpoint_timestamp_seconds{server=\"main\"} 1800000000",
                           "isacbot_misp_last_success_timestamp_seconds{server=\"main\"}"}) {
    INFO(line << "\n" << text);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("a process that lives for one command polls when it is asked, and never by itself", "[misp]") {
  misp_world_options o;
  o.configure = [](actors::misp_poller_config& c) { c.on_request_only = true; };
  misp_world w(o);
  add_published(w.misp(), 1, 2);
  w.pass(hours{2});
  CHECK(w.misp().calls().empty());
  auto dry = w.pull(true);
  REQUIRE(dry);
  CHECK(dry->created == 2);
  w.pass(hours{1});
  CHECK(w.network().changes().empty()); // a dry run leaves nothing to be done
  auto wet = w.pull();
  REQUIRE(wet);
  CHECK(wet->created == 2);
  require_well(w, true);
}
