#include "domain/report_fsm.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace isacbot;
using namespace isacbot::domain;
using kind = report_outcome_kind;
using step = report_step;
using namespace std::chrono_literals;

namespace {

const sys_time start = from_epoch_ms(1'700'000'000'000);
const std::string home = "5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c";

report_goal single_report(std::vector<std::string> tags = {"c2"}) {
  return {"01HEXAMPLE", enclave_id{home}, std::move(tags), {}, false};
}

report_goal feed() {
  return {"5b773e07-e694-458b-b99c-27f30a016219", enclave_id{home}, {"tlp-green"}, {"tlp-amber"}, true};
}

report_outcome outcome(kind k) {
  report_outcome out;
  out.kind = k;
  out.cause = k == kind::done ? "" : "because";
  return out;
}

report_outcome found(std::string where = home, bool same = false) {
  auto out = outcome(kind::done);
  out.report_id = "r-1";
  out.enclave_ids = {std::move(where)};
  out.same_content = same;
  return out;
}

report_outcome created() {
  auto out = outcome(kind::done);
  out.report_id = "r-1";
  return out;
}

report_progress doubtful_progress(sys_time since) {
  report_progress p;
  p.state = part_state::sent;
  p.created_at = since;
  return p;
}

} // namespace

TEST_CASE("a new report is created, its id kept before its tags are set, and settled", "[domain]") {
  report_fsm fsm(single_report(), {}, {});
  auto action = fsm.on_start(start);
  CHECK(action.step == step::create);
  CHECK(action.save); // the doubt is on disk before the request leaves
  CHECK(fsm.current().state == part_state::sent);
  CHECK(fsm.current().created_at == start);
  CHECK(fsm.on_start(start).step == step::stop); // not twice at a time

  action = fsm.on_outcome(created(), start, 0);
  CHECK(action.step == step::alter_tags);
  CHECK(action.save);
  CHECK(fsm.current().report_id == "r-1");
  CHECK(fsm.current().body_delivered);
  CHECK_FALSE(fsm.doubtful());

  action = fsm.on_outcome(outcome(kind::done), start, 0);
  CHECK(action.step == step::settle);
  CHECK(action.save);
  CHECK(fsm.current().state == part_state::settled);
  CHECK(fsm.on_outcome(outcome(kind::done), start, 0).step == step::stop);
  CHECK(fsm.on_start(start).step == step::stop);
}

TEST_CASE("a report without tags is settled by its creation", "[domain]") {
  report_fsm fsm(single_report({}), {}, {});
  CHECK(fsm.on_start(start).step == step::create);
  CHECK(fsm.on_outcome(created(), start, 0).step == step::settle);
}

TEST_CASE("after an ambiguous creation nothing is created before a look-up says no", "[domain]") {
  report_fsm fsm(single_report(), {}, {});
  REQUIRE(fsm.on_start(start).step == step::create);
  auto action = fsm.on_outcome(outcome(kind::ambiguous), start + 1s, 0.5);
  REQUIRE(action.step == step::wait);
  CHECK(action.save);
  CHECK(fsm.current().state == part_state::sent);

  SECTION("it had been created") {
    REQUIRE(fsm.on_start(start + 3s).step == step::look_up);
    action = fsm.on_outcome(found(), start + 3s, 0);
    CHECK(action.step == step::alter_tags);
    CHECK(action.save);
    CHECK(fsm.current().report_id == "r-1");
  }
  SECTION("a look-up too early proves nothing") {
    REQUIRE(fsm.on_start(start + 3s).step == step::look_up);
    action = fsm.on_outcome(outcome(kind::missing), start + 3s, 0);
    CHECK(action.step == step::wait);
    CHECK(action.delay == 57s);
    CHECK(fsm.current().state == part_state::sent);
    REQUIRE(fsm.on_start(start + 60s).step == step::look_up);
    CHECK(fsm.on_outcome(outcome(kind::missing), start + 60s, 0).step == step::create);
    CHECK(fsm.current().created_at == start + 60s);
  }
  SECTION("a look-up that finds the id in another enclave has not found this report") {
    REQUIRE(fsm.on_start(start + 61s).step == step::look_up);
    CHECK(fsm.on_outcome(found("another"), start + 61s, 0).step == step::create);
    CHECK(fsm.current().report_id.empty());
  }
  SECTION("a wall clock that was set back waits no longer than it takes") {
    REQUIRE(fsm.on_start(start - 1h).step == step::look_up);
    action = fsm.on_outcome(outcome(kind::missing), start - 1h, 0);
    CHECK(action.step == step::wait);
    CHECK(action.delay == 60s);
    CHECK(action.save);
    REQUIRE(fsm.on_start(start - 1h + 60s).step == step::look_up);
    CHECK(fsm.on_outcome(outcome(kind::missing), start - 1h + 60s, 0).step == step::create);
  }
}

TEST_CASE("a report found sent is looked up, whatever else is known of it", "[domain]") {
  report_progress damaged;
  damaged.state = part_state::sent;
  for (const auto& p : {doubtful_progress(start), damaged}) {
    report_fsm fsm(single_report(), p, {});
    CHECK(fsm.on_start(start + 1h).step == step::look_up);
    CHECK(fsm.on_outcome(outcome(kind::missing), start + 1h, 0).step == step::create);
  }
}

TEST_CASE("every outcome of a creation leads where the drawing says", "[domain]") {
  struct expectation {
    kind what;
    step then;
    part_state state;
  };
  using s = part_state;
  const std::vector<expectation> table{
      {kind::done, step::alter_tags, s::queued},
      {kind::missing, step::bury, s::buried},
      {kind::rate_limited, step::wait, s::queued},
      {kind::not_sent, step::wait, s::queued},
      {kind::ambiguous, step::wait, s::sent},
      {kind::token_refused, step::renew_token, s::queued},
      {kind::credentials_refused, step::park, s::parked},
      {kind::too_large, step::bury, s::buried},
      {kind::duplicate, step::look_up, s::queued},
      {kind::refused, step::look_up, s::queued},
      {kind::cancelled, step::stop, s::sent},
  };
  REQUIRE(table.size() == report_outcome_count);
  for (const auto& e : table) {
    INFO("outcome " << static_cast<int>(e.what));
    report_fsm fsm(single_report(), {}, {});
    REQUIRE(fsm.on_start(start).step == step::create);
    auto result = e.what == kind::done ? created() : outcome(e.what);
    auto action = fsm.on_outcome(result, start + 1s, 0.5);
    CHECK(action.step == e.then);
    CHECK(fsm.current().state == e.state);
    bool open = e.what == kind::ambiguous || e.what == kind::cancelled;
    CHECK(fsm.doubtful() == open);
    CHECK((action.step == step::wait) == (action.delay > 0ms));
    if (e.what != kind::done)
      CHECK(fsm.current().last_error.find("because") != std::string::npos);
    if (action.step == step::bury || action.step == step::park || action.step == step::wait)
      CHECK(action.save);
  }
}

TEST_CASE("a taken external id leads to the report that has it", "[domain]") {
  for (kind k : {kind::duplicate, kind::refused}) {
    report_fsm fsm(single_report(), {}, {});
    REQUIRE(fsm.on_start(start).step == step::create);
    REQUIRE(fsm.on_outcome(outcome(k), start, 0).step == step::look_up);
    CHECK(fsm.on_outcome(found(), start, 0).step == step::alter_tags);
    CHECK(fsm.current().report_id == "r-1");
  }
}

TEST_CASE("a refused report that is not there is buried with Station's words", "[domain]") {
  report_fsm fsm(single_report(), {}, {});
  REQUIRE(fsm.on_start(start).step == step::create);
  REQUIRE(fsm.on_outcome(outcome(kind::refused), start, 0).step == step::look_up);
  CHECK(fsm.on_outcome(outcome(kind::missing), start, 0).step == step::bury);
  CHECK(fsm.current().last_error == "Station refused the report: because");
  // A person may ask for it again: it starts as if new.
  CHECK(fsm.on_request().step == step::wait);
  CHECK(fsm.on_start(start).step == step::create);
}

TEST_CASE("a report that must be there is looked for several times", "[domain]") {
  report_fsm fsm(single_report(), {}, {});
  REQUIRE(fsm.on_start(start).step == step::create);
  REQUIRE(fsm.on_outcome(outcome(kind::duplicate), start, 0).step == step::look_up);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(fsm.on_outcome(found("another"), start, 0).step == step::wait);
    REQUIRE(fsm.on_start(start + 5s).step == step::look_up);
  }
  CHECK(fsm.on_outcome(found("another"), start, 0).step == step::bury);
}

TEST_CASE("a feed looks before it creates, and replaces what is there", "[domain]") {
  report_fsm fsm(feed(), {}, {});
  REQUIRE(fsm.on_start(start).step == step::look_up);
  SECTION("not there") {
    CHECK(fsm.on_outcome(outcome(kind::missing), start, 0).step == step::create);
    CHECK(fsm.on_outcome(created(), start, 0).step == step::alter_tags);
  }
  SECTION("there with other content") {
    CHECK(fsm.on_outcome(found(), start, 0).step == step::update);
    CHECK(fsm.current().report_id == "r-1");
    CHECK_FALSE(fsm.current().body_delivered);
    CHECK(fsm.on_outcome(outcome(kind::done), start, 0).step == step::alter_tags);
    CHECK(fsm.current().body_delivered);
  }
  SECTION("there with the same content: done by a run that could not say so any more") {
    CHECK(fsm.on_outcome(found(home, true), start, 0).step == step::alter_tags);
    CHECK(fsm.on_outcome(outcome(kind::done), start, 0).step == step::settle);
  }
  SECTION("only in another enclave") {
    CHECK(fsm.on_outcome(found("another"), start, 0).step == step::create);
  }
}

TEST_CASE("a feed that knows the report's id changes it, and finds it again when it is gone", "[domain]") {
  report_progress known;
  known.report_id = "r-0";
  report_fsm fsm(feed(), known, {});
  REQUIRE(fsm.on_start(start).step == step::update);
  SECTION("an ambiguous replacement is repeated") {
    REQUIRE(fsm.on_outcome(outcome(kind::ambiguous), start, 0).step == step::wait);
    CHECK(fsm.on_start(start + 5s).step == step::update);
  }
  SECTION("deleted at Station") {
    REQUIRE(fsm.on_outcome(outcome(kind::missing), start, 0).step == step::wait);
    REQUIRE(fsm.on_start(start + 5s).step == step::look_up);
    CHECK(fsm.on_outcome(outcome(kind::missing), start, 0).step == step::create);
  }
  SECTION("too large") {
    CHECK(fsm.on_outcome(outcome(kind::too_large), start, 0).step == step::bury);
  }
}

TEST_CASE("a report that was deleted before its tags were set is given up after a while", "[domain]") {
  report_progress tags_left;
  tags_left.report_id = "r-1";
  tags_left.body_delivered = true;
  report_fsm fsm(single_report(), tags_left, {});
  int waits = 0;
  for (; waits < 100; ++waits) {
    REQUIRE(fsm.on_start(start).step == step::alter_tags);
    if (fsm.on_outcome(outcome(kind::missing), start, 0).step == step::bury)
      break;
  }
  CHECK(waits == 8);
  CHECK(fsm.current().report_id == "r-1");
}

TEST_CASE("an old token is renewed twice at once, then waited for", "[domain]") {
  report_fsm fsm(single_report(), {}, {});
  for (int i = 0; i < 2; ++i) {
    REQUIRE(fsm.on_start(start).step == step::create);
    REQUIRE(fsm.on_outcome(outcome(kind::token_refused), start, 0).step == step::renew_token);
  }
  REQUIRE(fsm.on_start(start).step == step::create);
  CHECK(fsm.on_outcome(outcome(kind::token_refused), start, 0).step == step::wait);
}

TEST_CASE("an appointment of a rate limit is kept and costs no attempt", "[domain]") {
  report_fsm fsm(single_report(), {}, {});
  REQUIRE(fsm.on_start(start).step == step::create);
  auto limited = outcome(kind::rate_limited);
  limited.wait = 40s;
  auto action = fsm.on_outcome(limited, start, 0.9);
  CHECK(action.delay >= 40s);
  CHECK(fsm.current().attempts == 0);
}

TEST_CASE("the owner hears of a late report at the fourth failure only", "[domain]") {
  report_fsm fsm(single_report(), {}, {});
  for (int failure = 1; failure <= 6; ++failure) {
    REQUIRE(fsm.on_start(start).step == step::create);
    CHECK(fsm.on_outcome(outcome(kind::not_sent), start, 0).tell_owner == (failure == 4));
  }
}

TEST_CASE("mended credentials resume a parked report with its doubt", "[domain]") {
  report_fsm fsm(single_report(), doubtful_progress(start), {});
  REQUIRE(fsm.on_start(start + 1h).step == step::look_up);
  REQUIRE(fsm.on_outcome(outcome(kind::credentials_refused), start + 1h, 0).step == step::park);
  CHECK(fsm.on_start(start + 1h).step == step::stop);
  CHECK(fsm.on_mended().step == step::wait);
  CHECK(fsm.current().state == part_state::sent);
  CHECK(fsm.on_start(start + 1h).step == step::look_up);
  CHECK(fsm.on_mended().step == step::stop);
}

TEST_CASE("cancelling says whether the report may be at Station", "[domain]") {
  report_fsm fresh(single_report(), {}, {});
  CHECK(fresh.on_cancel().step == step::bury);
  CHECK(fresh.current().last_error == "cancelled");
  report_fsm doubtful(single_report(), doubtful_progress(start), {});
  CHECK(doubtful.on_cancel().step == step::bury);
  CHECK(doubtful.current().last_error.find("may have reached") != std::string::npos);
  REQUIRE(fresh.on_request().step == step::wait);
  REQUIRE(fresh.on_start(start).step == step::create);
  CHECK(fresh.on_cancel().step == step::stop); // after its outcome
}

TEST_CASE("a report's progress survives as a part", "[domain]") {
  part p;
  p.submission = submission_id{"s1"};
  p.number = "1";
  report_fsm fsm(single_report(), progress_of(p), {});
  REQUIRE(fsm.on_start(start).step == step::create);
  put_progress(p, fsm.current());
  CHECK(p.state == part_state::sent);
  CHECK(progress_of(p) == fsm.current());
  REQUIRE(fsm.on_outcome(created(), start, 0).step == step::alter_tags);
  put_progress(p, fsm.current());
  CHECK(p.station_submission_id == "r-1");
  CHECK(progress_of(p) == fsm.current());
}

TEST_CASE("a report that Station finds too large is split when it can be cut, without a doubt", "[domain]") {
  report_fsm fsm(single_report(), {}, {});
  REQUIRE(fsm.on_start(start).step == step::create);
  auto too_large = outcome(kind::too_large);
  too_large.divisible = true;
  auto action = fsm.on_outcome(too_large, start + 1s, 0);
  CHECK(action.step == step::split);
  CHECK(fsm.current().state == part_state::queued);
  CHECK_FALSE(fsm.doubtful());
  CHECK(fsm.on_outcome(too_large, start + 2s, 0).step == step::stop); // the answer again changes nothing
}

TEST_CASE("a report in doubt is looked for before it can be split", "[domain]") {
  report_fsm fsm(single_report(), doubtful_progress(start), {});
  auto too_large = outcome(kind::too_large);
  too_large.divisible = true;
  REQUIRE(fsm.on_start(start + 1s).step == step::look_up);
  CHECK(fsm.on_outcome(too_large, start + 1s, 0).step == step::wait); // says nothing about the report
  REQUIRE(fsm.on_start(start + 120s).step == step::look_up);
  REQUIRE(fsm.on_outcome(outcome(kind::missing), start + 120s, 0).step == step::create);
  CHECK(fsm.on_outcome(too_large, start + 121s, 0).step == step::split);
}

TEST_CASE("an update that is too large is given up, whether it could be cut or not", "[domain]") {
  report_progress delivered;
  delivered.report_id = "r-1";
  report_fsm fsm(feed(), delivered, {});
  REQUIRE(fsm.on_start(start).step == step::update);
  auto too_large = outcome(kind::too_large);
  too_large.divisible = true;
  CHECK(fsm.on_outcome(too_large, start, 0).step == step::bury);
  CHECK(fsm.current().report_id == "r-1");
}
