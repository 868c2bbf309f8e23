#include "io/admin_service.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using io::admin_service;
using io::readiness;

namespace {

http::response ask(admin_service& service, const std::string& method, const std::string& target) {
  http::response answer;
  int answers = 0;
  service.handle({method, target, {}, ""}, {"peer", "id"}, [&](http::response r) {
    answer = std::move(r);
    ++answers;
  });
  CHECK(answers == 1);
  return answer;
}

} // namespace

TEST_CASE("the admin pages answer GET and HEAD and nothing else", "[io]") {
  const telemetry::metrics metrics;
  admin_service service(metrics, [] { return std::vector<readiness>{}; });
  const auto alive = ask(service, "GET", "/healthz");
  CHECK(alive.status == 200);
  CHECK(alive.headers.find("Cache-Control") == "no-store");
  CHECK(ask(service, "HEAD", "/healthz?x").status == 200);
  const auto posted = ask(service, "POST", "/readyz");
  CHECK(posted.status == 405);
  CHECK(posted.headers.find("Allow") == "GET, HEAD");
  CHECK(ask(service, "GET", "/").status == 404);
  CHECK(ask(service, "GET", "/metrics/").status == 404);
  CHECK(ask(service, "POST", "/nothing").status == 404); // 404 is not 405
}

TEST_CASE("the metrics page is Prometheus' text format", "[io]") {
  telemetry::metrics metrics;
  metrics.actor_restart("outbox");
  admin_service service(metrics, [] { return std::vector<readiness>{}; });
  const auto page = ask(service, "GET", "/metrics");
  CHECK(page.status == 200);
  CHECK(page.headers.find("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(page.body.find("isacbot_actor_restarts_total{actor=\"outbox\"} 1\n") != std::string::npos);
}

TEST_CASE("ready means that every part is, and the page tells which is not and why", "[io]") {
  const telemetry::metrics metrics;
  std::vector<readiness> parts{{.part = "storage", .ok = true}, {.part = "slack", .ok = true}};
  admin_service service(metrics, [&] { return parts; });
  CHECK(ask(service, "GET", "/readyz").status == 200);
  parts[1] = {.part = "slack", .ok = false, .reason = "no \"token\""};
  const auto page = ask(service, "GET", "/readyz");
  CHECK(page.status == 503);
  boost::system::error_code failed;
  const auto json = boost::json::parse(page.body, failed);
  REQUIRE_FALSE(failed);
  CHECK(json.at("ready") == false);
  CHECK(json.at("parts").at(0).at("ok") == true);
  CHECK_FALSE(json.at("parts").at(0).as_object().contains("reason"));
  CHECK(json.at("parts").at(1).at("part") == "slack");
  CHECK(json.at("parts").at(1).at("reason") == "no \"token\"");
}

TEST_CASE("what nobody reports is brought up to date for each metrics page", "[io]") {
  telemetry::metrics metrics;
  std::uint64_t lost = 0;
  admin_service service(
      metrics, [] { return std::vector<readiness>{}; }, [&] { metrics.log_lines_lost(lost); });
  CHECK(ask(service, "GET", "/metrics").body.find("isacbot_log_lines_lost 0") != std::string::npos);
  lost = 7;
  CHECK(ask(service, "GET", "/metrics").body.find("isacbot_log_lines_lost 7") != std::string::npos);
}
