/// Each promise's mechanism is switched off in the product, and the same comparison of data must notice: a
/// proof that cannot fail proves nothing.
#include "crash/scenarios.hpp"
#include "crash/sweep.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace isacbot;
using namespace isacbot::test;

namespace {

/// With the end of the bot behind every step, the judge has to find it.
template <class Make>
void expect_breach(Make make, crash_kind end, breach wanted) {
  auto result = sweep(make, {{crash_side::after, end}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, wanted));
}

} // namespace

TEST_CASE("without syncs the comparison finds accepted lists that are lost", "[crash][sabotage]") {
  expect_breach(
      [] {
        auto o = one_list();
        o.store_sabotage.skip_sync = true;
        return o;
      },
      crash_kind::power_lost, breach::lost);
}

TEST_CASE("with parts dequeued before they are sent the comparison finds lost values", "[crash][sabotage]") {
  expect_breach(
      [] {
        auto o = several_parts();
        o.outbox_sabotage.dequeue_before_send = true;
        return o;
      },
      crash_kind::killed, breach::lost);
}

TEST_CASE("without idempotency keys the comparison finds doubled sightings", "[crash][sabotage]") {
  expect_breach(
      [] {
        auto o = one_list();
        o.outbox_sabotage.no_idempotency_key = true;
        return o;
      },
      crash_kind::killed, breach::doubled);
}

TEST_CASE("without syncs the comparison finds accepted large lists that are lost", "[crash][sabotage]") {
  expect_breach(
      [] {
        auto o = staged_list();
        o.store_sabotage.skip_sync = true;
        return o;
      },
      crash_kind::power_lost, breach::lost);
}

TEST_CASE("without syncs the comparison finds overridden values that are lost", "[crash][sabotage]") {
  auto make = [] {
    auto o = withheld_in_staged_lists();
    o.store_sabotage.skip_sync = true;
    return o;
  };
  auto result = sweep(make, {{crash_side::after, crash_kind::power_lost}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(std::any_of(result.violations.begin(), result.violations.end(), [](const violation& v) {
    return v.what == breach::lost && v.detail.find("10.0.0.5") != std::string::npos;
  }));
}

TEST_CASE("without idempotency keys the comparison finds doubled values of large lists",
          "[crash][sabotage]") {
  expect_breach(
      [] {
        auto o = staged_list();
        o.outbox_sabotage.no_idempotency_key = true;
        return o;
      },
      crash_kind::killed, breach::doubled);
}

TEST_CASE("without a memory of requests the comparison finds a second answer", "[crash][sabotage]") {
  auto options = one_list();
  options.deliver_twice = true;
  options.dispatcher_sabotage.forget_duplicates = true;
  world w(options);
  bool quiet = w.run();
  auto found = judge(w, quiet);
  INFO(to_string(found));
  CHECK(has(found, breach::answered_twice));
}

TEST_CASE("without looking before creating again the comparison finds doubled reports",
          "[crash][sabotage][report]") {
  auto make = [] {
    auto o = one_report();
    o.lax_external_ids = true;
    o.outbox_sabotage.create_without_look_up = true;
    return o;
  };
  auto result = sweep(make, {{crash_side::after, crash_kind::killed}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, breach::doubled));
}

TEST_CASE("with the pieces of a report recorded one by one the comparison finds lost text",
          "[crash][sabotage][report]") {
  auto make = [] {
    auto o = report_too_large_after_all();
    o.torn_splits = true;
    return o;
  };
  auto result = sweep(make, {{crash_side::after, crash_kind::killed}}, 2);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, breach::lost));
}

TEST_CASE("with reports split that may have been taken the comparison finds doubled text",
          "[crash][sabotage][report]") {
  auto options = report_too_large_after_all();
  options.disturb_reports = [](const http::request& call, std::uint64_t nth) -> std::optional<disturbance> {
    if (nth == 1)
      return disturbance{disturbance::kind::answer_lost, {}};
    return refuse_large_reports(call, nth);
  };
  options.outbox_sabotage.split_in_doubt = true;
  world w(options);
  bool quiet = w.run();
  auto found = judge(w, quiet);
  INFO(to_string(found));
  CHECK(has(found, breach::doubled));
}

TEST_CASE("with parts that overtake one that waits the comparison finds another order", "[crash][sabotage]") {
  auto overtaken = [](world_options options) {
    options.outbox_sabotage.overtake = true;
    world w(options);
    bool quiet = w.run();
    auto found = judge(w, quiet);
    INFO(to_string(found));
    return has(found, breach::out_of_order);
  };
  auto list = several_parts();
  list.disturb = go_wrong_in_turn;
  CHECK(overtaken(list));
  CHECK(overtaken(oversized_report_in_trouble()));
}
