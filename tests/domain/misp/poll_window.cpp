/// Which span is listed, and how it is cut.
#include "domain/misp/poll_window.hpp"

#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

misp_time at(std::int64_t s) {
  return misp_time{seconds{s}};
}

} // namespace

TEST_CASE("the first window and its upper end are measured by the server's own clock", "[domain]") {
  poll_settings settings;
  auto first = next_window(settings, std::nullopt);
  CHECK_FALSE(first.from.at);
  CHECK(first.from.ago == seconds{86'400});
  CHECK_FALSE(first.to.at);
  CHECK(first.to.ago == seconds{90});

  auto next = next_window(settings, poll_checkpoint{at(1), at(1'700'000'000), {}});
  CHECK(next.from.at == at(1'700'000'000 - 3'600));
  CHECK(next.to.ago == seconds{90});
  CHECK_FALSE(next.to.at);
}

TEST_CASE("a checkpoint near the epoch gives no negative time", "[domain]") {
  CHECK(next_window({}, poll_checkpoint{at(0), at(10), {}}).from.at == at(0));
}

TEST_CASE("halves share a second, cover the whole and end at single seconds", "[domain]") {
  test::seeded_random random{7};
  for (int round = 0; round < 100; ++round) {
    auto now = at(1'700'000'000 + static_cast<std::int64_t>(random_bits(random) % 1'000));
    poll_window whole;
    whole.from.at = now - seconds{static_cast<std::int64_t>(random_bits(random) % 500 + 100)};
    whole.to.ago = seconds{90};
    std::vector<poll_window> open{whole};
    std::vector<poll_window> pieces;
    while (!open.empty()) {
      auto w = open.back();
      open.pop_back();
      auto halves = halve(w, now);
      if (!halves) {
        pieces.push_back(w);
        continue;
      }
      open.push_back(halves->second);
      open.push_back(halves->first);
    }
    // In order of time, without a gap, the ends untouched.
    CHECK(pieces.front().from == whole.from);
    CHECK(pieces.back().to == whole.to);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      CHECK(pieces[i].to.resolve(now) - pieces[i].from.resolve(now) <= seconds{1});
      if (i > 0)
        CHECK(pieces[i].from == pieces[i - 1].to);
    }
  }
}
