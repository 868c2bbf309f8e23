/// The bot ends at every step of its work, in every way; what it had accepted is at Station exactly once.
#include "crash/scenarios.hpp"
#include "crash/sweep.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

void require_promises_kept(const sweep_result& result) {
  INFO(to_string(result.violations));
  CAPTURE(result.steps, result.runs);
  REQUIRE(result.violations.empty());
  CHECK(result.crashed == result.runs);
  CHECK(result.steps > 20);
}

} // namespace

TEST_CASE("a list survives the end of the bot at every step", "[crash]") {
  require_promises_kept(sweep(one_list, all_ways()));
}

TEST_CASE("a list in several parts survives the end of the bot at every step", "[crash]") {
  require_promises_kept(sweep(several_parts, {{crash_side::before, crash_kind::power_lost},
                                              {crash_side::after, crash_kind::power_lost},
                                              {crash_side::after, crash_kind::killed}}));
}

TEST_CASE("a batch that is halved and a row that is refused survive the end of the bot at every step",
          "[crash]") {
  require_promises_kept(sweep(halves_and_bad_row, {{crash_side::before, crash_kind::power_lost},
                                                   {crash_side::after, crash_kind::killed}}));
}

TEST_CASE("limits, faults and time-outs of Station survive the end of the bot at every step", "[crash]") {
  require_promises_kept(sweep(trouble_on_the_way, {{crash_side::before, crash_kind::power_lost},
                                                   {crash_side::after, crash_kind::power_lost}}));
}

TEST_CASE("lists of two members at once survive the end of the bot at every step", "[crash]") {
  require_promises_kept(sweep(two_members, {{crash_side::after, crash_kind::power_lost}}));
}

TEST_CASE("a large list, staged part by part, survives the end of the bot at every step", "[crash]") {
  require_promises_kept(sweep(
      staged_list, {{crash_side::before, crash_kind::power_lost}, {crash_side::after, crash_kind::killed}}));
}

TEST_CASE("what is withheld in large lists, overridden or not, survives the end of the bot at every step",
          "[crash]") {
  require_promises_kept(sweep(withheld_in_staged_lists, {{crash_side::before, crash_kind::power_lost},
                                                         {crash_side::after, crash_kind::killed}}));
}

TEST_CASE("a large list survives limits, faults and time-outs of Station too", "[crash]") {
  auto make = [] {
    auto o = staged_list();
    o.disturb = go_wrong_in_turn;
    return o;
  };
  require_promises_kept(sweep(make, {{crash_side::before, crash_kind::power_lost_torn}}));
}

TEST_CASE("a list survives the failure of an actor at every step", "[crash][supervision]") {
  auto result = sweep(several_parts, {{crash_side::before, crash_kind::actor_failed},
                                      {crash_side::after, crash_kind::actor_failed}});
  INFO(to_string(result.violations));
  REQUIRE(result.violations.empty());
  CHECK(result.crashed > 20); // what arrives from outside is no actor's step
}

TEST_CASE("requests delivered twice, and again to the restarted bot, change nothing", "[crash]") {
  auto make = [] {
    auto o = one_list();
    o.deliver_twice = true;
    o.repeat_after_restart = true;
    return o;
  };
  require_promises_kept(
      sweep(make, {{crash_side::before, crash_kind::killed}, {crash_side::after, crash_kind::power_lost}}));
}

TEST_CASE("a batch that arrives after the restarted bot has sent it again is applied once", "[crash]") {
  auto make = [] {
    auto o = several_parts();
    o.in_flight_delay = seconds{2};
    return o;
  };
  require_promises_kept(sweep(make, {{crash_side::after, crash_kind::killed}}));
}

TEST_CASE("a Station that loses power between its sync and its answer applies a batch once", "[crash]") {
  auto make = [] {
    auto o = several_parts();
    o.station = station_storage::disk;
    o.disturb = [](const http::request&, std::uint64_t nth) -> std::optional<disturbance> {
      if (nth % 3 == 1)
        return disturbance{disturbance::kind::station_dies, {}};
      return std::nullopt;
    };
    return o;
  };
  require_promises_kept(sweep(make, {{crash_side::after, crash_kind::power_lost}}));
}

TEST_CASE("a report survives the end of the bot at every step", "[crash][report]") {
  require_promises_kept(sweep(one_report, all_ways()));
}

TEST_CASE("an oversized report survives the end of the bot at every step, each part once",
          "[crash][report]") {
  require_promises_kept(sweep(oversized_report, {{crash_side::before, crash_kind::power_lost},
                                                 {crash_side::after, crash_kind::killed}}));
}

TEST_CASE("trouble between the parts of an oversized report doubles and loses none", "[crash][report]") {
  require_promises_kept(sweep(oversized_report_in_trouble, {{crash_side::after, crash_kind::power_lost}}));
}

TEST_CASE("a report that Station refuses as too large survives the end of the bot at every step, in pieces",
          "[crash][report]") {
  require_promises_kept(sweep(report_too_large_after_all, {{crash_side::before, crash_kind::power_lost},
                                                           {crash_side::after, crash_kind::killed}}));
}

TEST_CASE("trouble between the pieces of a report doubles and loses none", "[crash][report]") {
  auto make = [] {
    auto o = report_too_large_after_all();
    o.disturb_reports = refuse_large_reports_in_trouble;
    o.lax_external_ids = true; // nobody but the bot itself prevents a second report
    return o;
  };
  require_promises_kept(sweep(make, {{crash_side::after, crash_kind::power_lost}}));
}

TEST_CASE("limits, faults and time-outs around reports survive the end of the bot at every step",
          "[crash][report]") {
  require_promises_kept(sweep(reports_in_trouble, {{crash_side::before, crash_kind::power_lost},
                                                   {crash_side::after, crash_kind::killed}}));
}

TEST_CASE("a creation that arrives after the restarted bot has looked makes no second report",
          "[crash][report]") {
  auto make = [] {
    auto o = one_report();
    o.in_flight_delay = seconds{2};
    o.lax_external_ids = true; // nobody but the bot itself prevents it
    return o;
  };
  require_promises_kept(sweep(make, {{crash_side::after, crash_kind::killed}}));
}
