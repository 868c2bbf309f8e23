/// Each promise's mechanism is switched off in the product, and the same comparison of data must notice: a
/// proof that cannot fail proves nothing.
#include "crash/scenarios.hpp"
#include "crash/sweep.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

TEST_CASE("without syncs the comparison finds accepted lists that are lost", "[crash][sabotage]") {
  auto make = [] {
    auto o = one_list();
    o.store_sabotage.skip_sync = true;
    return o;
  };
  auto result = sweep(make, {{crash_side::after, crash_kind::power_lost}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, breach::lost));
}

TEST_CASE("with parts dequeued before they are sent the comparison finds lost values", "[crash][sabotage]") {
  auto make = [] {
    auto o = several_parts();
    o.outbox_sabotage.dequeue_before_send = true;
    return o;
  };
  auto result = sweep(make, {{crash_side::after, crash_kind::killed}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, breach::lost));
}

TEST_CASE("without idempotency keys the comparison finds doubled sightings", "[crash][sabotage]") {
  auto make = [] {
    auto o = one_list();
    o.outbox_sabotage.no_idempotency_key = true;
    return o;
  };
  auto result = sweep(make, {{crash_side::after, crash_kind::killed}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, breach::doubled));
}

TEST_CASE("without syncs the comparison finds accepted large lists that are lost", "[crash][sabotage]") {
  auto make = [] {
    auto o = staged_list();
    o.store_sabotage.skip_sync = true;
    return o;
  };
  auto result = sweep(make, {{crash_side::after, crash_kind::power_lost}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, breach::lost));
}

TEST_CASE("without idempotency keys the comparison finds doubled values of large lists",
          "[crash][sabotage]") {
  auto make = [] {
    auto o = staged_list();
    o.outbox_sabotage.no_idempotency_key = true;
    return o;
  };
  auto result = sweep(make, {{crash_side::after, crash_kind::killed}}, 1'000);
  INFO(to_string(result.violations));
  CHECK(has(result.violations, breach::doubled));
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
