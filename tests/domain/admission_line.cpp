#include "domain/admission_line.hpp"

#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;
using isacbot::test::random_numbers;
using kind = call_verdict::kind;

namespace {

moment at(nanoseconds passed) {
  return {steady_time{passed},
          from_epoch_ms(20'000LL * 86'400'000) + std::chrono::floor<milliseconds>(passed)};
}

limit_tree_settings usual() {
  limit_tree_settings out;
  out.levels[0].limits = {make_limit(60, 60s, 15).value()};
  out.levels[1].limits = {make_limit(60, 60s, 15).value()};
  return out;
}

admission_line line_with(limit_tree_settings limits, admission_line_settings settings = {}) {
  return {settings, limit_tree(std::move(limits), {5, 6})};
}

call_wish wish(const std::string& user, const std::string& credential, std::uint64_t calls,
               bool bulk = false) {
  call_wish out;
  out.user = user;
  out.credential = credential;
  out.workspace = "T1";
  out.calls = calls;
  out.bulk = bulk;
  return out;
}

} // namespace

TEST_CASE("who comes first goes at once, a short wait is booked, a long one stands in line", "[domain]") {
  auto line = line_with(usual());
  CHECK(line.ask(wish("a", "c", 15), at(0s)).what == kind::granted);
  const auto soon = line.ask(wish("a", "c", 2), at(0s));
  CHECK(soon.what == kind::granted);
  CHECK(soon.wait == 2'666'666'667ns); // 45 a minute
  const auto later = line.ask(wish("a", "c", 4), at(0s));
  CHECK(later.what == kind::waiting);
  CHECK(later.ticket != 0);
  CHECK(later.wait == 8s);
  CHECK(later.limiting == limit_level::user);
  line.advance(at(7'999ms));
  CHECK(line.take_events().empty());
  line.advance(at(8s));
  const auto events = line.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].ticket == later.ticket);
  CHECK(events[0].granted == 4);
  CHECK(events[0].stood == 8s);
}

TEST_CASE("a wait beyond the deadline is refused at once, and keeps no place", "[domain]") {
  auto line = line_with(usual(), {.queue_deadline = 10s});
  CHECK(line.ask(wish("a", "c", 15), at(0s)).what == kind::granted);
  CHECK(line.ask(wish("a", "c", 6), at(0s)).what == kind::waiting);
  const auto refused = line.ask(wish("b", "c", 6), at(0s));
  CHECK(refused.what == kind::refused);
  CHECK(refused.wait > 10s);
  CHECK(line.waiting(service_class::interactive) == 1);
  auto late = wish("b", "c", 1);
  late.waited = 10s;
  CHECK(line.ask(late, at(0s)).what == kind::refused);
}

TEST_CASE("nobody behind takes what the first one waits for, others pass", "[domain]") {
  auto line = line_with(usual());
  CHECK(line.ask(wish("a", "shared", 15), at(0s)).granted == 15);
  const auto first = line.ask(wish("b", "shared", 8), at(0s));
  CHECK(first.what == kind::waiting);
  auto sneak = wish("c", "shared", 1);
  sneak.may_wait = false;
  CHECK(line.ask(sneak, at(5s)).what == kind::refused); // three are there, but somebody waits for them
  CHECK(line.ask(wish("d", "other", 4), at(5s)).what == kind::granted);
  line.advance(at(10'667ms));
  CHECK(line.take_events().size() == 1);
}

TEST_CASE("a cancelled place is nobody's, and what is behind moves up", "[domain]") {
  auto line = line_with(usual());
  CHECK(line.ask(wish("a", "c", 15), at(0s)).granted == 15);
  const auto first = line.ask(wish("a", "c", 12), at(0s));
  const auto second = line.ask(wish("b", "c", 3), at(0s));
  CHECK(line.holds(first.ticket));
  line.cancel(first.ticket);
  CHECK_FALSE(line.holds(first.ticket));
  line.advance(at(4s));
  const auto events = line.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].ticket == second.ticket);
}

TEST_CASE("bulk work leaves room for lookups, and goes on when there is room", "[domain]") {
  auto line = line_with(usual());
  std::size_t granted = 0;
  while (line.ask(wish("a", "c", 1, true), at(0s)).what == kind::granted)
    ++granted;
  CHECK(granted == 3); // twelve of fifteen are left
  CHECK(line.ask(wish("b", "c", 12), at(0s)).what == kind::granted);
  line.advance(at(17s));
  CHECK(line.take_events().empty());
  line.advance(at(17'334ms)); // thirteen are there
  CHECK(line.take_events().size() == 1);
}

TEST_CASE("what is brief takes what people leave of a burst, and goes before bulk work", "[domain]") {
  auto line = line_with(usual());
  while (line.ask(wish("a", "c", 1, true), at(0s)).what == kind::granted)
    continue; // bulk work stands in line now
  auto brief = wish("b", "c", 1, true);
  brief.brief = true;
  std::size_t granted = 0;
  while (granted < 20 && line.ask(brief, at(0s)).what == kind::granted)
    ++granted;
  CHECK(granted == 12); // the whole rest of the burst; the loop's last one waits
  line.advance(at(1'334ms));
  const auto events = line.take_events(); // the first token, not the thirteenth
  REQUIRE(events.size() == 1);
  CHECK(events[0].granted == 1);
  CHECK(line.waiting(service_class::bulk) == 1);
}

TEST_CASE("what is brief doesn't overtake people", "[domain]") {
  auto line = line_with(usual());
  CHECK(line.ask(wish("a", "c", 15), at(0s)).granted == 15);
  const auto person = line.ask(wish("b", "c", 4), at(0s));
  CHECK(person.what == kind::waiting);
  auto brief = wish("d", "c", 1, true);
  brief.brief = true;
  CHECK(line.ask(brief, at(2s)).what == kind::waiting); // there is one call by now, and somebody waits for it
  line.advance(at(5'334ms));
  const auto events = line.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].ticket == person.ticket);
}

TEST_CASE("bulk work that would wait longer than its patience is told so at once", "[domain]") {
  limit_tree_settings limits;
  limits.levels[1].limits = {make_limit(2, 1h, 1).value()};
  auto line = line_with(limits);
  CHECK(line.ask(wish("a", "c", 1, true), at(0s)).what == kind::granted);
  const auto refused = line.ask(wish("a", "c", 1, true), at(0s));
  CHECK(refused.what == kind::refused);
  CHECK(refused.wait == 1h);
}

TEST_CASE("the line is bounded, and says that it is crowded", "[domain]") {
  auto line = line_with(usual(), {.queue = {.max_items = 2}});
  CHECK(line.ask(wish("a", "c", 15), at(0s)).granted == 15);
  CHECK(line.ask(wish("a", "c", 5), at(0s)).what == kind::waiting);
  CHECK(line.ask(wish("b", "c", 5), at(0s)).what == kind::waiting);
  const auto refused = line.ask(wish("d", "c", 5), at(0s));
  CHECK(refused.what == kind::refused);
  CHECK(refused.crowded);
}

TEST_CASE("when the company's day is used up meanwhile, who waits is told", "[domain]") {
  auto limits = usual();
  limits.company_day = 16;
  auto line = line_with(limits);
  CHECK(line.ask(wish("a", "c", 15), at(0s)).granted == 15);
  const auto waiting = line.ask(wish("a", "c", 5), at(0s));
  CHECK(waiting.what == kind::refused);
  CHECK(waiting.limiting == limit_level::company_day);
  CHECK(waiting.wait == 24h);
}

TEST_CASE("changed limits reach those who wait", "[domain]") {
  auto line = line_with(usual());
  CHECK(line.ask(wish("a", "c", 15), at(0s)).granted == 15);
  CHECK(line.ask(wish("a", "c", 15), at(0s)).what == kind::waiting);
  line.tree().configure({});
  line.advance(at(1ms));
  CHECK(line.take_events().size() == 1);
}

TEST_CASE("everybody is served or told within his deadline, and about when it was said", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    random_numbers random(seed);
    auto line = line_with(usual());
    struct owner {
      nanoseconds since;
      nanoseconds expected;
      bool bulk;
    };
    std::map<ticket_number, owner> standing;
    nanoseconds now{0};
    std::size_t told = 0;
    const auto look = [&] {
      for (const auto& e : line.take_events()) {
        REQUIRE(standing.contains(e.ticket)); // once, and only those who wait
        const owner o = standing.at(e.ticket);
        standing.erase(e.ticket);
        REQUIRE(now - o.since <= (o.bulk ? 30s : 120s) + 2'500ms); // a step of this test
        ++told;
      }
    };
    for (int i = 0; i < 1'500; ++i) {
      now += milliseconds{random.below(2'500)};
      while (line.next_look() && !line.empty() && *line.next_look() <= steady_time{now}) {
        line.advance(at(std::max(now, line.next_look()->time_since_epoch())));
        look();
      }
      const bool bulk = random.one_in(3);
      const auto verdict =
          line.ask(wish("u" + std::to_string(random.below(6)), "c" + std::to_string(random.below(2)),
                        bulk ? 1 : random.between(1, 5), bulk),
                   at(now));
      if (verdict.what == kind::waiting)
        standing[verdict.ticket] = {now, verdict.wait, bulk};
      look();
      if (!standing.empty() && random.one_in(20)) {
        line.cancel(standing.begin()->first);
        standing.erase(standing.begin());
      }
    }
    REQUIRE(told > 20);
  }
}

TEST_CASE("who may not wait waits for a lease to be written, and for nothing else", "[domain]") {
  limit_tree_settings limits;
  limits.levels[3].limits = {make_limit(100, 10min, 20).value()};
  auto line = line_with(limits);
  line.tree().keep_long_limits(5min);
  auto now_or_never = wish("a", "c", 15);
  now_or_never.may_wait = false;
  const auto place = line.ask(now_or_never, at(0s));
  CHECK(place.what == kind::waiting);
  line.tree().written(line.tree().take_changes(at(0s)));
  line.advance(at(5ms));
  auto events = line.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].granted == 15);
  CHECK(line.ask(now_or_never, at(6ms)).what == kind::refused);
}
