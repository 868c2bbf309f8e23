// Splitting after 413, tried on losses and deaths at random: every byte of the text once, whatever happens.
#include "domain/batch_planner.hpp"
#include "domain/report_fsm.hpp"
#include "domain/report_split.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <random>

using namespace isacbot;
using namespace isacbot::domain;
using kind = report_outcome_kind;
using step = report_step;
using namespace std::chrono_literals;

namespace {

const std::string home = "5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c";
const submission_id submission{"01HEXAMPLE"};

struct part_order {
  bool operator()(const std::string& a, const std::string& b) const { return part_number_less(a, b); }
};

std::string number_of(const std::string& external_id) {
  auto colon = external_id.find(':');
  return colon == std::string::npos ? std::string("1") : external_id.substr(colon + 1);
}

report_outcome make(kind k) {
  report_outcome out;
  out.kind = k;
  out.cause = "because";
  return out;
}

/// A Station that takes no report over some size and does not mind doubled external ids, over a connection
/// that loses requests and answers, with a client that dies at any moment and remembers what it has saved.
class narrow_world {
 public:
  /// @param guesses  the client takes a time-out for 413
  narrow_world(std::uint32_t seed, std::string text, bool guesses) : random_(seed), guesses_(guesses) {
    limit_ = 40 + random_() % 100;
    disk_["1"] = {{}, {"Lantern Moth", std::move(text), {}, ""}};
  }

  void run() {
    for (int lives = 0; lives < 3'000; ++lives)
      if (live())
        return;
    FAIL("never settled");
  }

  /// Bodies at Station, in the order of their parts.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const auto& [external_id, body] : at_station_)
      all += body;
    return all;
  }
  [[nodiscard]] std::size_t reports() const { return at_station_.size(); }
  [[nodiscard]] std::size_t parts() const { return disk_.size(); }
  /// Numbers in the order in which their reports were created.
  [[nodiscard]] const std::vector<std::string>& order() const { return order_; }

 private:
  struct saved_part {
    report_progress progress;
    report_content content;
  };

  bool dice(unsigned percent) { return random_() % 100 < percent; }

  /// The first part that is not over. @returns whether there is none left
  bool live() {
    auto next = std::find_if(disk_.begin(), disk_.end(), [](const auto& entry) {
      auto state = entry.second.progress.state;
      return state != part_state::settled && state != part_state::buried;
    });
    if (next == disk_.end())
      return true;
    const std::string number = next->first;
    report_goal goal{report_part_id(submission, number), enclave_id{home}, {"c2"}, {}, false};
    report_fsm fsm(goal, next->second.progress, {});
    const report_content content = next->second.content;
    std::optional<std::array<report_piece, 2>> halves;
    auto action = fsm.on_start(now_);
    for (;;) {
      if (action.save || action.step == step::split) {
        if (dice(8))
          return false; // died before the write
        if (action.step == step::split) {
          disk_.erase(number);
          for (auto& piece : *halves)
            disk_[piece.number] = {{}, std::move(piece.content)};
          return false;
        }
        disk_[number].progress = fsm.current();
        if (dice(8))
          return false; // died after it
      }
      switch (action.step) {
      case step::settle:
        return false;
      case step::wait:
        now_ += action.delay;
        [[fallthrough]];
      case step::renew_token:
        action = fsm.on_start(now_);
        continue;
      case step::bury:
        if (guesses_) // what cannot be cut again
          return false;
        [[fallthrough]];
      case step::stop:
      case step::park:
        FAIL("step " << static_cast<int>(action.step) << " of part " << number);
        return true;
      default:
        break;
      }
      auto outcome = carry_out(action.step, fsm.goal(), content);
      if (guesses_ && action.step == step::create && outcome.kind == kind::ambiguous)
        outcome.kind = kind::too_large;
      if (outcome.kind == kind::too_large) {
        halves = halve_report(content, number, 16, {});
        outcome.divisible = halves.has_value();
      }
      now_ += 11s;
      if (dice(8))
        return false; // died with the answer in hand
      action = fsm.on_outcome(outcome, now_, 0.5);
    }
  }

  report_outcome carry_out(step what, const report_goal& goal, const report_content& content) {
    if (dice(10))
      return make(kind::not_sent);
    if (dice(10))
      return make(kind::rate_limited);
    if (dice(10))
      return make(kind::ambiguous); // lost on the way there
    report_outcome done = make(kind::done);
    auto there = std::find_if(at_station_.begin(), at_station_.end(),
                              [&](const auto& entry) { return entry.first.first == goal.external_id; });
    if (what == step::look_up) {
      if (there == at_station_.end())
        return make(kind::missing);
      done.report_id = "r";
      done.enclave_ids = {home};
    } else if (what == step::create) {
      if (content.body.size() > limit_)
        return dice(20) ? make(kind::ambiguous) : make(kind::too_large);
      done.report_id = "r";
      order_.push_back(number_of(goal.external_id));
      at_station_.emplace(std::pair{goal.external_id, at_station_.size()}, content.body);
    }
    return dice(20) ? make(kind::ambiguous) : done; // lost on the way back
  }

  /// By external id and age.
  struct report_order {
    using key = std::pair<std::string, std::size_t>;
    bool operator()(const key& a, const key& b) const {
      if (a.first != b.first)
        return part_number_less(number_of(a.first), number_of(b.first));
      return a.second < b.second;
    }
  };

  std::mt19937 random_;
  bool guesses_;
  std::size_t limit_;
  std::map<std::string, saved_part, part_order> disk_;
  sys_time now_ = from_epoch_ms(1'700'000'000'000);
  std::map<report_order::key, std::string, report_order> at_station_;
  std::vector<std::string> order_;
};

std::string text_of(std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string text;
  for (std::uint32_t line = 0, lines = 3 + random() % 30; line < lines; ++line)
    text += "line " + std::to_string(line) + " beacons to host" + std::to_string(line) + ".bad-site.com" +
            (random() % 4 == 0 ? "\n\n" : "\n");
  return text;
}

} // namespace

TEST_CASE(
    "whatever is lost and whenever it dies, a report that is too large arrives whole, in pieces, in order",
    "[domain][report]") {
  std::size_t in_pieces = 0;
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    narrow_world world(seed, text_of(seed), false);
    world.run();
    CHECK(world.text() == text_of(seed));
    CHECK(world.reports() == world.parts());
    CHECK(std::is_sorted(world.order().begin(), world.order().end(), part_number_less));
    in_pieces += world.reports() > 1;
  }
  CHECK(in_pieces > 100);
}

TEST_CASE("a client that took a time-out for 413 would end with text that is there twice",
          "[domain][report]") {
  std::size_t doubled = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    narrow_world world(seed, text_of(seed), true);
    world.run();
    doubled += world.text() != text_of(seed);
  }
  CHECK(doubled > 10);
}
