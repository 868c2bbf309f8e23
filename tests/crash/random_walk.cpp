/// Crashes in a row, at random steps in random ways, while everything else goes wrong too.
#include "crash/judge.hpp"
#include "crash/scenarios.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>

using namespace isacbot;
using namespace isacbot::test;

namespace {

class random_walk {
 public:
  explicit random_walk(std::uint64_t seed) : random_(seed) {}

  world_options options(std::uint64_t seed) {
    world_options o;
    o.seed = seed;
    for (std::size_t m = 0, members = 1 + random_() % 2; m < members; ++m) {
      o.lists.emplace_back();
      for (std::size_t i = 0, lists = 1 + random_() % 2; i < lists; ++i)
        o.lists[m].push_back(make_list(std::string(1, static_cast<char>('a' + 2 * m + i)), 2 + random_() % 9,
                                       random_() % 3 == 0));
      if (random_() % 2 == 0)
        o.lists[m].insert(o.lists[m].begin() + static_cast<std::ptrdiff_t>(random_() % 2),
                          make_report(std::string(1, static_cast<char>('r' + m))));
    }
    o.max_rows = 2 + random_() % 5;
    o.deliver_twice = random_() % 2 == 0;
    o.repeat_after_restart = random_() % 2 == 0;
    o.in_flight_delay = milliseconds{random_() % 2 * (random_() % 3'000)};
    o.disturb = [fate = random_()](const http::request& batch, std::uint64_t nth) {
      return disturb(batch, nth, fate);
    };
    o.disturb_reports = [fate = random_()](const http::request&, std::uint64_t nth) {
      return disturb_report(nth, fate);
    };
    // A creation on its way for longer than the bot waits is stopped by Station's rule alone; several crashes
    // in a row delay it by so much.
    bool lax = random_() % 2 == 0;
    o.lax_external_ids = lax && o.in_flight_delay.count() == 0;
    return o;
  }

  crash_plan next(std::uint64_t from) {
    crash_plan plan;
    plan.step = from + 1 + random_() % 40;
    plan.side = random_() % 2 == 0 ? crash_side::before : crash_side::after;
    plan.kind = static_cast<crash_kind>(random_() % 3);
    return plan;
  }

  bool another() { return random_() % 4 != 0; }

 private:
  static std::optional<disturbance> disturb(const http::request& batch, std::uint64_t nth,
                                            std::uint64_t fate) {
    auto refusal = refuse_large_and_bad(batch, nth);
    std::mt19937_64 draw(fate + nth);
    if (nth >= 40 || draw() % 3 != 0) // later all goes well, so that every walk ends
      return refusal;
    switch (draw() % 6) {
    case 0:
      return answer_with(429);
    case 1:
      return answer_with(503);
    case 2:
      return answer_with(500);
    case 3:
      return disturbance{disturbance::kind::request_lost, {}};
    case 4: // what Station refuses it has not applied, whatever becomes of its answer
      return refusal ? refusal : disturbance{disturbance::kind::answer_lost, {}};
    default:
      return refusal ? refusal : disturbance{disturbance::kind::cut, {}};
    }
  }

  static std::optional<disturbance> disturb_report(std::uint64_t nth, std::uint64_t fate) {
    std::mt19937_64 draw(fate + nth);
    if (nth >= 40 || draw() % 3 != 0)
      return std::nullopt;
    switch (draw() % 6) {
    case 0:
      return answer_with(429);
    case 1:
      return answer_with(503);
    case 2:
      return answer_with(500);
    case 3:
      return disturbance{disturbance::kind::request_lost, {}};
    case 4:
      return disturbance{disturbance::kind::answer_lost, {}};
    default:
      return disturbance{disturbance::kind::cut, {}};
    }
  }

  std::mt19937_64 random_;
};

} // namespace

TEST_CASE("hundreds of random runs with several crashes each keep every promise", "[crash]") {
  std::size_t crashes = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_walk walk(seed);
    world w(walk.options(seed), walk.next(0));
    bool quiet = w.run([&](const crash_points& points) {
      return walk.another() ? walk.next(points.steps()) : crash_plan{};
    });
    crashes += w.crashes();
    auto found = judge(w, quiet);
    INFO("seed " << seed << ", " << w.crashes() << " crashes\n" << to_string(found));
    REQUIRE(found.empty());
  }
  CHECK(crashes > 200);
}
