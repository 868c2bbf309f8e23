/// Which rows of a listing are queued, and where the checkpoint goes.
#include "domain/misp/poll_rows.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

constexpr std::int64_t now_s = 1'700'000'000;

misp_time at(std::int64_t s) {
  return misp_time{seconds{s}};
}

listed_event row(std::string uuid, std::int64_t published_at, std::int64_t edited = 5) {
  listed_event r;
  r.uuid = std::move(uuid);
  r.version = {at(edited), at(published_at)};
  r.attribute_count = 10;
  return r;
}

event_record record(event_state state, std::int64_t published_at, std::string server = "main") {
  event_record r;
  r.state = state;
  r.owner = server;
  r.seen = {{server, {at(5), at(published_at)}}};
  return r;
}

} // namespace

TEST_CASE("a version that is queued, done or dead is not queued again", "[domain]") {
  poll_settings settings;
  auto judge = [&](const row_knowledge& known) { return judge_row(row("e", 100), "main", known, settings); };
  CHECK(judge({}) == row_verdict::queue);

  queued_event queued;
  queued.version = {at(5), at(100)};
  CHECK(judge({&queued, nullptr, nullptr}) == row_verdict::known);
  queued.version = {at(5), at(99)}; // published again: the newer one takes its place
  CHECK(judge({&queued, nullptr, nullptr}) == row_verdict::queue);

  auto done = record(event_state::delivered, 100);
  CHECK(judge({nullptr, &done, nullptr}) == row_verdict::known);
  done = record(event_state::delivered, 101);
  CHECK(judge({nullptr, &done, nullptr}) == row_verdict::known);
  done = record(event_state::delivered, 99);
  CHECK(judge({nullptr, &done, nullptr}) == row_verdict::queue);
  done = record(event_state::withheld, 100);
  CHECK(judge({nullptr, &done, nullptr}) == row_verdict::known);
  // A record that is not finished proves nothing.
  done = record(event_state::delivering, 100);
  CHECK(judge({nullptr, &done, nullptr}) == row_verdict::queue);
  // Another server's publish time is another clock's.
  done = record(event_state::delivered, 1'000, "other");
  CHECK(judge({nullptr, &done, nullptr}) == row_verdict::queue);

  dead_event dead;
  dead.entry.version = {at(5), at(100)};
  CHECK(judge({nullptr, nullptr, &dead}) == row_verdict::known);
  dead.entry.version = {at(5), at(99)}; // a new chance
  CHECK(judge({nullptr, nullptr, &dead}) == row_verdict::queue);
}

TEST_CASE("with updates off a delivered event is never queued again", "[domain]") {
  poll_settings settings;
  settings.replace = false;
  auto done = record(event_state::delivered, 1);
  CHECK(judge_row(row("e", 100), "main", {nullptr, &done, nullptr}, settings) == row_verdict::known);
  done.state = event_state::withheld; // nothing of it is at Station
  CHECK(judge_row(row("e", 100), "main", {nullptr, &done, nullptr}, settings) == row_verdict::queue);
}

TEST_CASE("an event over the limit is buried without a fetch", "[domain]") {
  poll_settings settings;
  settings.max_attributes = 9;
  CHECK(judge_row(row("e", 100), "main", {}, settings) == row_verdict::bury);
}

TEST_CASE("servers that never publish are followed by time of edit", "[domain]") {
  poll_settings settings;
  settings.order = poll_order::edit;
  queued_event queued;
  queued.version = {at(50), at(0)};
  CHECK(judge_row(row("e", 0, 50), "main", {&queued, nullptr, nullptr}, settings) == row_verdict::known);
  CHECK(judge_row(row("e", 0, 51), "main", {&queued, nullptr, nullptr}, settings) == row_verdict::queue);

  auto unpublished = row("e", 0, now_s - 700);
  unpublished.published = false;
  poll_window window{{at(now_s - 86'400), {}}, {{}, seconds{600}}};
  CHECK(keep_requested({unpublished}, window, settings, at(now_s)).size() == 1);
  CHECK(keep_requested({unpublished}, window, {}, at(now_s)).empty());
}

TEST_CASE("the checkpoint goes to the greatest row and never back", "[domain]") {
  poll_settings settings;
  auto now = from_epoch_ms(1);
  SECTION("the first listing sets the anchor") {
    auto reached = advance(std::nullopt, {}, settings, at(now_s), now);
    CHECK(reached.anchor == at(now_s - 86'400));
    CHECK(reached.reached == reached.anchor);
    std::vector<listed_event> rows{row("a", now_s - 50), row("b", now_s - 200)}; // not in order
    reached = advance(std::nullopt, rows, settings, at(now_s), now);
    CHECK(reached.reached == at(now_s - 50));
    CHECK(reached.anchor == at(now_s - 86'400));
    CHECK(reached.last_success == now);
  }
  SECTION("later ones keep it") {
    poll_checkpoint before{at(1), at(now_s), {}};
    CHECK(advance(before, {}, settings, at(now_s), now).reached == at(now_s));
    std::vector<listed_event> old{row("a", now_s - 3'000)};
    CHECK(advance(before, old, settings, at(now_s + 10), now).reached == at(now_s));
    // A server clock a day off moves neither anchor nor checkpoint.
    CHECK(advance(before, old, settings, at(now_s - 86'400), now).anchor == at(1));
  }
}

TEST_CASE("a server that lists everything is not believed", "[domain]") {
  poll_window window{{at(now_s - 3'600), {}}, {{}, seconds{90}}};
  SECTION("rows before the window show it, and then young ones are not settled either") {
    auto kept = keep_requested({row("old", 5), row("good", now_s - 100), row("young", now_s - 5)}, window, {},
                               at(now_s));
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].uuid == "good");
  }
  SECTION("otherwise its own clock decides what is settled, not ours") {
    auto kept =
        keep_requested({row("good", now_s - 100), row("young", now_s + 86'400)}, window, {}, at(now_s));
    CHECK(kept.size() == 2);
  }
  SECTION("a relative end is judged generously: the clocks may differ") {
    poll_window first{{{}, seconds{86'400}}, {{}, seconds{90}}};
    auto kept = keep_requested({row("good", now_s - 86'400 - 1'800)}, first, {}, at(now_s));
    CHECK(kept.size() == 1);
  }
  SECTION("unpublished rows and rows without publish time are left out") {
    auto hidden = row("hidden", now_s - 100);
    hidden.published = false;
    CHECK(keep_requested({hidden, row("storing", 0)}, window, {}, at(now_s)).empty());
  }
}
