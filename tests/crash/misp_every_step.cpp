/// The bot ends at every step of the MISP feed, in every way: each published event is one report at Station,
/// as published last.
#include "crash/misp_events.hpp"
#include "crash/misp_judge.hpp"
#include "crash/sweep.hpp"
#include "protocol/trustar/server_answers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

struct misp_sweep_result {
  std::uint64_t steps = 0;
  std::uint64_t runs = 0;
  std::uint64_t crashed = 0;
  std::vector<misp_violation> violations;
};

/// Two events are published, one is changed and published again, one comes anew.
bool publish_and_change(misp_world& w) {
  add_published(w.misp(), 1, 2);
  bool quiet = w.run();
  change_and_publish(w.misp(), 1, "event 1, second version", "tlp:clear");
  add_published(w.misp(), 3, 1);
  return w.run() && quiet;
}

/// One event changes while its first version is on its way, and back again.
bool change_there_and_back(misp_world& w) {
  add_published(w.misp(), 1, 1);
  bool quiet = w.run(std::chrono::minutes{4});
  change_and_publish(w.misp(), 1, "event 1, second version", "first:tag");
  quiet = w.run(std::chrono::minutes{16}) && quiet;
  w.misp().edit(event_uuid(1), [](boost::json::object& event) {
    event["info"] = "event 1";
    event["Tag"].as_array().clear();
    event["Attribute"].as_array().pop_back();
  });
  w.misp().publish_event(event_uuid(1));
  return w.run() && quiet;
}

template <class Make, class Work>
misp_sweep_result sweep_misp(Make make, Work work, const std::vector<way_to_crash>& ways,
                             std::size_t enough = 3) {
  misp_sweep_result out;
  auto note = [&](const misp_world& w, bool quiet, const std::string& where) {
    auto found = judge(w, quiet);
    for (auto& v : found)
      out.violations.push_back({v.what, where + ": " + v.detail});
    return !found.empty();
  };
  {
    misp_world w(make());
    bool quiet = work(w);
    out.steps = w.points().steps();
    note(w, quiet, "without a crash");
  }
  std::size_t bad = 0;
  for (std::uint64_t step = 1; step <= out.steps; ++step)
    for (const auto& way : ways) {
      misp_world w(make(), {step, way.side, way.kind});
      bool quiet = work(w);
      ++out.runs;
      out.crashed += w.crashes() > 0 ? 1 : 0;
      auto where = std::string(way.side == crash_side::before ? "before step " : "after step ") +
                   std::to_string(step) + " (" + w.points().name(step) + ", way " +
                   std::to_string(static_cast<int>(way.kind)) + ")";
      if (note(w, quiet, where) && ++bad >= enough)
        return out;
    }
  return out;
}

void require_promises_kept(const misp_sweep_result& result) {
  INFO(to_string(result.violations));
  CAPTURE(result.steps, result.runs);
  REQUIRE(result.violations.empty());
  CHECK(result.crashed == result.runs);
  CHECK(result.steps > 30);
}

misp_world_options plain() {
  return {};
}

/// Every change of a report goes wrong once, each time in another way.
misp_world_options trouble_at_station() {
  misp_world_options o;
  o.disturb = [](const http::request&, std::uint64_t nth) -> std::optional<disturbance> {
    using kind = disturbance::kind;
    switch (nth) {
    case 1:
      return disturbance{kind::answer_lost, {}};
    case 2:
      return disturbance{kind::request_lost, {}};
    case 4:
      return disturbance{kind::cut, {}};
    case 6:
      return disturbance{kind::answered,
                         trustar::make_error_answer(503, "as ordered", "/api/1.3/reports", sys_time{})};
    case 8:
      return disturbance{kind::answered, trustar::make_limit_answer(seconds{2})};
    default:
      return std::nullopt;
    }
  };
  return o;
}

const std::vector<way_to_crash> two_ways{{crash_side::before, crash_kind::power_lost},
                                         {crash_side::after, crash_kind::killed}};

} // namespace

TEST_CASE("MISP events survive the end of the bot at every step", "[misp][crash]") {
  require_promises_kept(sweep_misp(plain, publish_and_change,
                                   {{crash_side::before, crash_kind::power_lost_torn},
                                    {crash_side::after, crash_kind::power_lost},
                                    {crash_side::after, crash_kind::killed}}));
}

TEST_CASE("a version that is taken back survives the end of the bot at every step", "[misp][crash]") {
  require_promises_kept(sweep_misp(plain, change_there_and_back, two_ways));
}

TEST_CASE("a Station in trouble and the end of the bot at every step double nothing", "[misp][crash]") {
  require_promises_kept(sweep_misp(trouble_at_station, publish_and_change, two_ways));
}

TEST_CASE("a Station that takes an external id twice gets it once", "[misp][crash]") {
  auto make = [] {
    auto o = trouble_at_station();
    o.lenient_station = true;
    return o;
  };
  require_promises_kept(sweep_misp(make, publish_and_change, {{crash_side::after, crash_kind::power_lost}}));
}

TEST_CASE("a creation that arrives after the restarted bot has looked is found", "[misp][crash]") {
  auto make = [] {
    misp_world_options o;
    o.in_flight_delay = seconds{2};
    return o;
  };
  require_promises_kept(sweep_misp(make, publish_and_change, {{crash_side::after, crash_kind::killed}}));
}

TEST_CASE("without looking first the comparison finds doubled reports", "[misp][sabotage]") {
  auto make = [] {
    misp_world_options o;
    o.lenient_station = true;
    o.sabotage.no_look_up = true;
    return o;
  };
  auto result = sweep_misp(make, publish_and_change, {{crash_side::after, crash_kind::killed}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, misp_breach::doubled));
}

TEST_CASE("with a checkpoint that moves without its queue the comparison finds lost events",
          "[misp][sabotage]") {
  misp_world_options o;
  o.sabotage.checkpoint_without_queue = true;
  misp_world w(o);
  add_published(w.misp(), 1, 2);
  // Beyond the overlap nothing lists them again.
  bool quiet = w.run(std::chrono::hours{2});
  auto found = judge(w, quiet);
  INFO(to_string(found));
  CHECK(has(found, misp_breach::lost));
}

TEST_CASE("without syncs the comparison finds lost events or doubled reports", "[misp][sabotage]") {
  auto make = [] {
    misp_world_options o;
    o.lenient_station = true;
    o.store_sabotage.skip_sync = true;
    return o;
  };
  // What a lost record costs: tags of the version before, which nobody knows to be ours any more.
  auto result = sweep_misp(make, publish_and_change, {{crash_side::after, crash_kind::power_lost}}, 1'000);
  INFO(to_string(result.violations));
  CHECK_FALSE(result.violations.empty());
}
