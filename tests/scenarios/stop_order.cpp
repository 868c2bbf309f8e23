// Stopping under load: every step of the designed order, under sanitizers too; nothing that was accepted is
// lost.
#include "scenarios/demo_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <thread>

using namespace isacbot;

namespace {

constexpr int rows_per_list = 40;

std::string value_of(int member, int list, int row) {
  return "m" + std::to_string(member) + "l" + std::to_string(list) + "r" + std::to_string(row) +
         ".example.com";
}

struct accepted_list {
  int member;
  int list;
};

/// Submits lists until the house stops answering. @returns those whose dialogs closed: "accepted" was said
std::vector<accepted_list> submit_until_stopped(app::tour_member& member, int number,
                                                const std::atomic<bool>& stopping,
                                                std::atomic<int>& accepted) {
  std::vector<accepted_list> lists;
  for (int list = 0; !stopping; ++list) {
    if (!member.type("/trustar-submit-indicators") || !member.has_dialog("submit_indicators"))
      break;
    std::string text;
    for (int row = 0; row < rows_per_list; ++row)
      text += value_of(number, list, row) + "\n";
    auto enclave = member.choose_enclave();
    if (!enclave)
      break;
    auto previewed = member.submit({{"indicators", text}, {"enclave", *enclave}});
    if (!previewed || previewed->outcome != "pushed")
      break;
    auto agreed = member.submit({});
    if (!agreed || agreed->outcome != "cleared")
      break;
    lists.push_back({number, list});
    ++accepted;
  }
  return lists;
}

} // namespace

TEST_CASE("a stop under load ends within five seconds and loses nothing that was accepted",
          "[scenario][stop]") {
  test::demo_fixture demo;
  REQUIRE(demo.start().has_value());
  std::vector<accepted_list> accepted;
  {
    app::tour_member ana(demo.house->slack(), "U0ANA", "C0INTEL", seconds{10});
    app::tour_member ben(demo.house->slack(), "U0BEN", "C0INTEL", seconds{10});
    REQUIRE(demo.register_member(ana));
    REQUIRE(demo.register_member(ben));

    std::atomic<bool> stopping{false};
    std::atomic<int> count{0};
    std::vector<accepted_list> of_ana;
    std::vector<accepted_list> of_ben;
    std::thread first([&] { of_ana = submit_until_stopped(ana, 1, stopping, count); });
    std::thread second([&] { of_ben = submit_until_stopped(ben, 2, stopping, count); });
    std::thread searches([&] {
      app::tour_member reader(demo.house->slack(), "U0ANA", "C0GENERAL", seconds{10});
      while (!stopping && reader.type("/trustar-search", "example").has_value())
        ;
    });
    demo.house->slack().world().wait_until([&](const auto&) { return count >= 6; }, seconds{60});
    auto begin = std::chrono::steady_clock::now();
    stopping = true;
    bool clean = demo.house->stop_bot();
    auto took = std::chrono::steady_clock::now() - begin;
    first.join();
    second.join();
    searches.join();
    CHECK(clean);
    CHECK(took < std::chrono::seconds{5}); // the promise itself, not a benchmark
    CHECK(count >= 6);
    accepted = std::move(of_ana);
    accepted.insert(accepted.end(), of_ben.begin(), of_ben.end());
  }
  demo.house.reset();

  REQUIRE(demo.start().has_value());
  app::tour_station station(demo.house->http(), demo.house->station_url(), demo.house->observer());
  std::vector<std::string> missing;
  std::vector<std::string> doubled;
  for (const auto& list : accepted) {
    std::vector<std::string> values;
    for (int row = 0; row < rows_per_list; ++row)
      values.push_back(value_of(list.member, list.list, row));
    std::vector<trustar::indicator> known;
    // What was still queued is delivered now; the follower's messages are the changes that are waited for.
    demo.house->slack().world().wait_until(
        [&](const auto&) {
          auto answer = station.look_up(values);
          if (answer)
            known = std::move(*answer);
          return known.size() == values.size();
        },
        seconds{30});
    if (known.size() != values.size())
      missing.push_back(values.front());
    for (const auto& indicator : known)
      if (indicator.sightings != 1U)
        doubled.push_back(indicator.value);
  }
  CHECK(missing.empty());
  CHECK(doubled.empty());
  CHECK(demo.house->stop());
}
