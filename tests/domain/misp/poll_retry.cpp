/// When a failed event is tried again, and which event is next.
#include "domain/misp/poll_retry.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

queued_event entry(std::string uuid, std::int64_t published_at, std::int64_t next_try_ms = 0) {
  queued_event e;
  e.uuid = std::move(uuid);
  e.version.publish_timestamp = misp_time{seconds{published_at}};
  e.next_try = from_epoch_ms(next_try_ms);
  return e;
}

} // namespace

TEST_CASE("waits grow from half a minute to an hour, and eight failures are enough", "[domain]") {
  poll_retry_policy policy;
  auto e = entry("e", 1);
  auto now = from_epoch_ms(1'000'000);
  milliseconds last{0};
  for (std::uint32_t n = 1; n <= 8; ++n) {
    auto verdict = count_failure(e, event_fault::other, "no answer", now, 0.0, policy);
    auto wait = e.next_try - now;
    CHECK(wait >= last);
    CHECK(wait <= std::chrono::hours{1});
    last = wait;
    CHECK(verdict == (n < 8 ? retry_verdict::later : retry_verdict::bury));
  }
  CHECK(e.tries == 8);
  CHECK(e.reason == "no answer");
  CHECK(last > std::chrono::minutes{29});
}

TEST_CASE("three clean server errors on one event are enough", "[domain]") {
  auto e = entry("e", 1);
  auto fail_once = [&](event_fault kind) { return count_failure(e, kind, "500", {}, 0.5, {}); };
  CHECK(fail_once(event_fault::server_error) == retry_verdict::later);
  CHECK(fail_once(event_fault::other) == retry_verdict::later);
  CHECK(fail_once(event_fault::server_error) == retry_verdict::later);
  CHECK(fail_once(event_fault::server_error) == retry_verdict::bury);
}

TEST_CASE("jitter only shortens the wait", "[domain]") {
  auto a = entry("a", 1);
  auto b = entry("b", 1);
  (void)count_failure(a, event_fault::other, "", {}, 0.0, {});
  (void)count_failure(b, event_fault::other, "", {}, 0.99, {});
  CHECK(a.next_try == from_epoch_ms(30'000));
  CHECK(b.next_try < a.next_try);
  CHECK(b.next_try >= from_epoch_ms(15'000));
}

TEST_CASE("the event published first is next, among those that are due", "[domain]") {
  event_queue queue;
  CHECK(next_due(queue, poll_order::publication, from_epoch_ms(0)) == nullptr);
  CHECK(next_time(queue) == std::nullopt);
  queue["a"] = entry("a", 30);
  queue["b"] = entry("b", 10, 5'000);
  queue["c"] = entry("c", 20);
  CHECK(next_due(queue, poll_order::publication, from_epoch_ms(4'999))->uuid == "c");
  CHECK(next_due(queue, poll_order::publication, from_epoch_ms(5'000))->uuid == "b");
  CHECK(next_time(queue) == from_epoch_ms(0));
  queue["a"].next_try = queue["c"].next_try = from_epoch_ms(9'000);
  CHECK(next_due(queue, poll_order::publication, from_epoch_ms(1)) == nullptr);
  CHECK(next_time(queue) == from_epoch_ms(5'000));
}
