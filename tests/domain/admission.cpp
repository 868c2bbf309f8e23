#include "domain/admission.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace std::chrono_literals;

TEST_CASE("a command goes, waits it out, queues or stops", "[domain]") {
  const admission_policy policy;
  CHECK(admit(0ns, 0ns, policy).step == admission_step::go);
  CHECK(admit(1ns, 0ns, policy).step == admission_step::wait_out);
  CHECK(admit(3s, 0ns, policy).step == admission_step::wait_out);
  CHECK(admit(3s + 1ns, 0ns, policy).step == admission_step::queue);
  CHECK(admit(2min, 0ns, policy).step == admission_step::queue);
  CHECK(admit(2min + 1ns, 0ns, policy).step == admission_step::stop);
  CHECK(admit(40s, 0ns, policy).wait == 40s);
}

TEST_CASE("the deadline counts from the arrival of the command", "[domain]") {
  const admission_policy policy;
  CHECK(admit(30s, 90s, policy).step == admission_step::queue);
  CHECK(admit(30s + 1ns, 90s, policy).step == admission_step::stop);
  CHECK(admit(2s, 119s, policy).step == admission_step::stop);
  CHECK(admit(0ns, 10min, policy).step == admission_step::go); // it can be answered: better late than not
  CHECK(admit(std::chrono::nanoseconds::max(), std::chrono::nanoseconds::max(), policy).step ==
        admission_step::stop);
}

TEST_CASE("a deadline under three seconds leaves nothing to queue for", "[domain]") {
  const admission_policy policy{3s, 1s};
  CHECK(admit(1s, 0ns, policy).step == admission_step::wait_out);
  CHECK(admit(2s, 0ns, policy).step == admission_step::stop);
}

TEST_CASE("waits are told as people say them, never shorter than they are", "[domain]") {
  CHECK(about(0ns) == "about 1 second");
  CHECK(about(900ms) == "about 1 second");
  CHECK(about(1001ms) == "about 2 seconds");
  CHECK(about(36s) == "about 40 seconds");
  CHECK(about(40s) == "about 40 seconds");
  CHECK(about(90s) == "about 90 seconds");
  CHECK(about(91s) == "about 2 minutes");
  CHECK(about(90min) == "about 90 minutes");
  CHECK(about(91min) == "about 2 hours");
  CHECK(about(24h) == "about 24 hours");
  CHECK(about(std::chrono::nanoseconds::max()) == "about 1000000 hours");
}
