#include "actors/caf_error.hpp"

#include <caf/all.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;

TEST_CASE("an error travels through CAF unchanged", "[actors]") {
  for (int code = 0; code <= static_cast<int>(ec::internal); ++code) {
    error e = fail(static_cast<ec>(code), "a cause", "a mend");
    CHECK(from_caf_error(to_caf_error(e)) == e);
    e.retry_after = std::chrono::milliseconds{2750};
    CHECK(from_caf_error(to_caf_error(e)) == e);
  }
}

TEST_CASE("no error of ours looks like success to CAF", "[actors]") {
  CHECK(static_cast<bool>(to_caf_error(fail(ec::invalid_argument, ""))));
}

TEST_CASE("CAF's own failures get codes of ours", "[actors]") {
  CHECK(from_caf_error(caf::make_error(caf::sec::request_timeout)).code == ec::timeout);
  CHECK(from_caf_error(caf::make_error(caf::sec::request_receiver_down)).code == ec::timeout);
  CHECK(from_caf_error(caf::make_error(caf::sec::unexpected_message)).code == ec::internal);
}
