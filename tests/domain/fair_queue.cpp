#include "domain/fair_queue.hpp"

#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <string>

using namespace isacbot::domain;
using isacbot::test::random_numbers;

namespace {

fair_lane person(const std::string& user, const std::string& workspace = "T1") {
  return {service_class::interactive, workspace, user};
}

fair_lane bulk(const std::string& user, const std::string& workspace = "T1") {
  return {service_class::bulk, workspace, user};
}

std::string order_of(fair_queue<std::string>& queue) {
  std::string out;
  while (auto next = queue.pop())
    out += *next;
  return out;
}

} // namespace

TEST_CASE("users take turns, whoever came first with how much", "[domain]") {
  fair_queue<std::string> queue;
  for (const char* item : {"a", "b", "c", "d"})
    REQUIRE(queue.push(person("hog"), item));
  REQUIRE(queue.push(person("late"), "x"));
  REQUIRE(queue.push(person("late"), "y"));
  CHECK(order_of(queue) == "axbycd");
  CHECK(queue.empty());
}

TEST_CASE("a workspace with many users gets no more than one with a single user", "[domain]") {
  fair_queue<std::string> queue;
  for (int user = 0; user < 5; ++user)
    for (int i = 0; i < 4; ++i)
      REQUIRE(queue.push(person("U" + std::to_string(user), "big"), "b"));
  for (int i = 0; i < 4; ++i)
    REQUIRE(queue.push(person("only", "small"), "s"));
  CHECK(order_of(queue).substr(0, 8) == "bsbsbsbs");
}

TEST_CASE("people go before bulk work, which keeps its share", "[domain]") {
  fair_queue<std::string> queue({.max_items = 512, .bulk_percent = 20});
  for (int i = 0; i < 100; ++i) {
    REQUIRE(queue.push(bulk("feed"), "b"));
    REQUIRE(queue.push(person("U" + std::to_string(i % 10)), "p"));
  }
  CHECK(*queue.pop() == "p");
  std::map<std::string, int> served;
  for (int i = 0; i < 100; ++i)
    ++served[*queue.pop()];
  CHECK(served["b"] >= 20);
  CHECK(served["b"] <= 21);
}

TEST_CASE("who was away saves up no turns, and nobody is made to pay for a quiet hour", "[domain]") {
  fair_queue<std::string> queue;
  for (int i = 0; i < 50; ++i)
    REQUIRE(queue.push(person("busy"), "b"));
  for (int i = 0; i < 40; ++i)
    (void)queue.pop();
  for (int i = 0; i < 10; ++i)
    REQUIRE(queue.push(person("back"), "x"));
  CHECK(order_of(queue) == "xbxbxbxbxbxbxbxbxbxb");
}

TEST_CASE("costly items count for more", "[domain]") {
  fair_queue<std::string> queue;
  for (int i = 0; i < 4; ++i)
    REQUIRE(queue.push(person("heavy"), "H", 4));
  for (int i = 0; i < 12; ++i)
    REQUIRE(queue.push(person("light"), "l", 1));
  const std::string order = order_of(queue);
  CHECK(order.substr(0, 10) == "HllllHllll"); // four light ones for a heavy one
}

TEST_CASE("an item that cannot go lets others pass, within its user nobody overtakes", "[domain]") {
  fair_queue<std::string> queue;
  for (const char* item : {"blocked", "behind"})
    REQUIRE(queue.push(person("A"), item));
  REQUIRE(queue.push(person("B"), "free"));
  const auto may_go = [](const std::string& item, bool) { return item != "blocked"; };
  CHECK(queue.pop(may_go) == "free");
  CHECK_FALSE(queue.pop(may_go).has_value());
  CHECK(queue.size() == 2);
  CHECK(*queue.pop() == "blocked");
}

TEST_CASE("each class is bounded by itself", "[domain]") {
  fair_queue<std::string> queue({.max_items = 2});
  CHECK(queue.push(bulk("a"), "1"));
  CHECK(queue.push(bulk("b"), "2"));
  CHECK_FALSE(queue.push(bulk("c"), "3"));
  CHECK(queue.push(person("c"), "4"));
  CHECK(queue.size(service_class::bulk) == 2);
  CHECK(queue.size(service_class::interactive) == 1);
}

TEST_CASE("what is cancelled leaves, and charges nobody", "[domain]") {
  fair_queue<std::string> queue;
  for (const char* item : {"1", "2", "3"})
    REQUIRE(queue.push(person("A"), item));
  REQUIRE(queue.push(person("B"), "x"));
  queue.remove_if([](const std::string& item) { return item != "3" && item != "x"; });
  CHECK(queue.size() == 2);
  CHECK(order_of(queue) == "3x");
}

TEST_CASE("nothing is lost, doubled or starved, whatever comes and goes", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    random_numbers random(seed);
    fair_queue<std::uint64_t> queue({.max_items = 64, .bulk_percent = random.between(1, 99)});
    std::map<std::uint64_t, std::uint64_t> inside; // item -> pops since it came in
    std::uint64_t next = 0;
    for (int i = 0; i < 4'000; ++i) {
      if (random.one_in(2)) {
        const fair_lane lane{random.one_in(3) ? service_class::bulk : service_class::interactive,
                             "T" + std::to_string(random.below(3)), "U" + std::to_string(random.below(4))};
        if (queue.push(lane, next, random.between(1, 3)))
          inside.emplace(next, 0);
        ++next;
      } else if (random.one_in(30)) {
        const std::uint64_t odd = random.below(7);
        queue.remove_if([&](std::uint64_t x) { return x % 7 == odd && inside.erase(x) == 1; });
      } else if (const auto item = queue.pop([&](std::uint64_t, bool) { return !random.one_in(5); })) {
        REQUIRE(inside.erase(*item) == 1);
        for (auto& [waiting, pops] : inside) {
          ++pops;
          // 128 places, 300 turns of the cheapest share: nobody waits for ever.
          REQUIRE(pops < 128 * 300);
        }
      }
      REQUIRE(queue.size() == inside.size());
    }
  }
}
