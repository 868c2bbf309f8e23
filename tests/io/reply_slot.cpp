#include "io/reply_slot.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace isacbot;
using namespace isacbot::io;

TEST_CASE("the first reply of an open slot is delivered, no other", "[io]") {
  std::vector<std::string> delivered;
  reply_slot slot([&](http::response r) { delivered.push_back(r.body); });
  CHECK(slot.offer(http::make_response(200, "", "one")));
  CHECK_FALSE(slot.offer(http::make_response(200, "", "two")));
  CHECK_FALSE(slot.close()); // a reply won
  CHECK(delivered == std::vector<std::string>{"one"});
}

TEST_CASE("a closed slot takes no reply", "[io]") {
  reply_slot slot([](const http::response&) { FAIL("delivered after the exchange had ended"); });
  CHECK(slot.close());
  CHECK_FALSE(slot.offer({}));
  CHECK_FALSE(slot.close());
}

TEST_CASE("reply and deadline racing have one winner", "[io]") {
  for (int i = 0; i < 500; ++i) {
    int delivered = 0;
    reply_slot slot([&](const http::response&) { ++delivered; });
    std::atomic<int> ready = 0;
    bool replied = false;
    std::thread other([&] {
      for (++ready; ready < 2;) {
      }
      replied = slot.offer({});
    });
    for (++ready; ready < 2;) {
    }
    const bool closed = slot.close();
    other.join();
    CHECK(closed != replied);
    CHECK(delivered == (replied ? 1 : 0));
  }
}

TEST_CASE("a request leaves the in-flight count once, answered or forgotten", "[io]") {
  const auto count = std::make_shared<std::atomic<std::size_t>>(2);
  {
    in_flight_token answered(count);
    answered.release();
    answered.release();
    CHECK(*count == 1);
    const in_flight_token forgotten(count);
  }
  CHECK(*count == 0);
}
