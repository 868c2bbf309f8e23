// The promise of report_fsm, tried on losses and deaths at random: one report, whatever happens.
#include "domain/report_fsm.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <random>
#include <set>

using namespace isacbot;
using namespace isacbot::domain;
using kind = report_outcome_kind;
using step = report_step;
using namespace std::chrono_literals;

namespace {

const sys_time start = from_epoch_ms(1'700'000'000'000);
const std::string home = "5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c";

report_outcome make(kind k) {
  report_outcome out;
  out.kind = k;
  out.cause = "because";
  return out;
}

/// A Station that does not mind doubled external ids, over a connection that loses requests and answers, with
/// a client that dies at any moment and remembers what it has saved.
class unreliable_world {
 public:
  unreliable_world(std::uint32_t seed, bool looks, bool replace) : random_(seed), looks_(looks) {
    goal_ = replace ? report_goal{"5b773e07", enclave_id{home}, {"tlp-green"}, {"tlp-amber"}, true}
                    : report_goal{"01HEXAMPLE", enclave_id{home}, {"c2", "phish"}, {}, false};
  }

  /// Runs until the report is settled. @returns how many reports Station has
  std::size_t run() {
    for (int lives = 0; lives < 200; ++lives) {
      report_fsm fsm(goal_, disk_, {});
      if (live(fsm))
        return bodies_.size();
    }
    FAIL("never settled");
    return 0;
  }

  /// By report id.
  const std::map<std::string, std::set<std::string>>& tags() const { return tags_; }

 private:
  bool dice(unsigned percent) { return random_() % 100 < percent; }

  bool live(report_fsm& fsm) {
    auto action = fsm.on_start(now_);
    for (;;) {
      if (action.save) {
        if (dice(10))
          return false; // died before the write
        disk_ = fsm.current();
        if (dice(10))
          return false; // died after it
      }
      switch (action.step) {
      case step::settle:
        return true;
      case step::wait:
        now_ += action.delay;
        action = fsm.on_start(now_);
        continue;
      case step::renew_token:
        action = fsm.on_start(now_);
        continue;
      case step::stop: // settled on disk by the life before
        CHECK(fsm.current().state == part_state::settled);
        return true;
      case step::park:
      case step::bury:
        FAIL("step " << static_cast<int>(action.step));
        return true;
      default:
        break;
      }
      auto result = carry_out(action.step, fsm);
      now_ += 11s; // long enough for what was done to be seen
      if (dice(10))
        return false; // died with the answer in hand
      action = fsm.on_outcome(result, now_, 0.5);
    }
  }

  report_outcome carry_out(step what, const report_fsm& fsm) {
    if (dice(15))
      return make(kind::not_sent);
    if (dice(5))
      return make(kind::token_refused);
    if (dice(15))
      return make(kind::ambiguous); // lost on the way there
    report_outcome done = make(kind::done);
    if (what == step::look_up) {
      if (bodies_.empty() || !looks_)
        return make(kind::missing);
      done.report_id = *bodies_.begin();
      done.enclave_ids = {home};
    } else if (what == step::create) {
      done.report_id = "r-" + std::to_string(bodies_.size());
      bodies_.insert(done.report_id);
    } else if (what == step::alter_tags) {
      tags_[fsm.current().report_id].insert(fsm.goal().tags.begin(), fsm.goal().tags.end());
    }
    return dice(25) ? make(kind::ambiguous) : done; // lost on the way back
  }

  std::mt19937 random_;
  bool looks_;
  report_goal goal_;
  report_progress disk_;
  sys_time now_ = start;
  std::set<std::string> bodies_;
  std::map<std::string, std::set<std::string>> tags_;
};

} // namespace

TEST_CASE("whatever is lost and whenever it dies, there is one report with its tags", "[domain]") {
  for (bool replace : {false, true})
    for (std::uint32_t seed = 1; seed <= 400; ++seed) {
      INFO("seed " << seed << ", replace " << replace);
      unreliable_world world(seed, true, replace);
      CHECK(world.run() == 1);
      REQUIRE(world.tags().size() == 1);
      CHECK(world.tags().begin()->second.size() == (replace ? 1 : 2));
    }
}

TEST_CASE("without its look-ups the same world ends with doubled reports", "[domain]") {
  std::size_t doubled = 0;
  for (std::uint32_t seed = 1; seed <= 400; ++seed)
    doubled += unreliable_world(seed, false, false).run() > 1;
  CHECK(doubled > 0);
}
