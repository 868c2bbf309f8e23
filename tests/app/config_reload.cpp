#include "app/config_reload.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::app;
using names = std::vector<std::string>;

TEST_CASE("limits apply while the service runs, other keys say that they need a restart", "[app]") {
  settings before;
  before.misp["main"].interval = std::chrono::minutes{15};
  settings after = before;
  after.limits.user = {{120, std::chrono::minutes{1}, 30}};
  after.limits.address_mode = limit_mode::shadow;
  after.limits.company_day = 300;
  after.limits.queue_deadline = std::chrono::minutes{3};
  after.server.listen.port = 4000;
  after.misp["main"].interval = std::chrono::minutes{5};
  const auto change = compare_settings(before, after);
  CHECK(change.applied ==
        names{"limits.user", "limits.company_day", "limits.address_mode", "limits.queue_deadline"});
  CHECK(change.needs_restart == names{"server.listen", "misp.main.interval"});
}

TEST_CASE("nothing changed is nothing to tell, a further MISP server is", "[app]") {
  settings before;
  CHECK(compare_settings(before, before).applied.empty());
  CHECK(compare_settings(before, before).needs_restart.empty());
  settings after;
  after.misp["new"].url = {"https://misp.example.org"};
  CHECK(compare_settings(before, after).needs_restart == names{"misp"});
}
