/// What the doctor makes of answers, one fault at a time.
#include "app/doctor_checks.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::app;

namespace {

const sys_time now = from_epoch_ms(1'750'000'000'000); // 2025-06-15

http::response slack_says(const std::string& body, const std::string& scopes = "") {
  auto r = http::make_response(200, "application/json; charset=utf-8", body);
  if (!scopes.empty())
    r.headers.add("x-oauth-scopes", scopes);
  return r;
}

const std::string slack_ok =
    R"({"ok":true,"url":"https://x.slack.com/","team":"X","user":"b","team_id":"T1","user_id":"U1","bot_id":"B1"})";

trustar::request_quota quota(std::uint64_t most, std::uint64_t used, milliseconds window) {
  trustar::request_quota q;
  q.max_requests = most;
  q.used_requests = used;
  q.time_window = window;
  return q;
}

http::response misp_says(unsigned status, const std::string& body, const std::string& expiry = "") {
  auto r = http::make_response(status, "application/json; charset=UTF-8", body);
  if (!expiry.empty())
    r.headers.add("X-Auth-Key-Expiration", expiry);
  return r;
}

} // namespace

TEST_CASE("Slack's token and scopes are judged one by one", "[app][doctor]") {
  const std::vector<std::string> wanted{"commands", "chat:write", "users:read"};
  auto rows = judge_slack(slack_says(slack_ok, "commands, chat:write,users:read,extra"), wanted);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].status == health::ok);
  CHECK(rows[1].status == health::ok);

  rows = judge_slack(slack_says(slack_ok, "commands,chat:write"), wanted);
  CHECK(rows.at(1).status == health::warn); // names are missing, answers are not
  CHECK(rows.at(1).finding == "missing: users:read");
  rows = judge_slack(slack_says(slack_ok, "users:read,chat:write:bot"), wanted);
  CHECK(rows.at(1).status == health::fail);
  CHECK(rows.at(1).finding == "missing: commands, chat:write");
  CHECK(judge_slack(slack_says(slack_ok), wanted).at(1).status == health::warn);

  for (const char* code : {"invalid_auth", "token_revoked", "account_inactive"}) {
    rows = judge_slack(slack_says(std::string(R"({"ok":false,"error":")") + code + "\"}"), wanted);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].status == health::fail);
    CHECK(rows[0].finding.find(code) != std::string::npos);
    CHECK_FALSE(rows[0].mend.empty());
  }
  CHECK(judge_slack(fail(ec::unavailable, "no route"), wanted).at(0).status == health::fail);
  CHECK(judge_slack(http::make_response(502, "text/html", "<html>"), wanted).at(0).status == health::fail);
}

TEST_CASE("Station's answer to the operator's credentials is judged", "[app][doctor]") {
  auto says = [](unsigned status, const std::string& body) {
    return result<http::response>{http::make_response(status, "application/json", body)};
  };
  CHECK(judge_station(says(200, R"({"access_token":"abc","token_type":"bearer","expires_in":1000})"), true)
            .status == health::ok);
  auto refused =
      judge_station(says(401, R"({"error":"unauthorized","error_description":"Bad credentials"})"), true);
  CHECK(refused.status == health::fail);
  CHECK(refused.mend.find("trustar.operator_secret") != std::string::npos);
  CHECK(judge_station(says(200, "<html>a proxy's page</html>"), true).status == health::fail);
  CHECK(judge_station(fail(ec::unavailable, "refused"), true).status == health::fail);
  CHECK(judge_station(says(401, "{}"), false).status == health::warn); // it is there, more is not known
  CHECK(judge_station(says(503, ""), false).status == health::fail);
}

TEST_CASE("a limit above Station's quota and a quota nearly used up are told", "[app][doctor]") {
  using std::chrono::minutes;
  limit_list sixty{{60, minutes{1}, 15}};
  using quotas = std::vector<trustar::request_quota>;
  CHECK(judge_limits(quotas{quota(60, 3, minutes{1})}, sixty).status == health::ok);
  CHECK(judge_limits(quotas{quota(30, 3, minutes{1})}, sixty).status == health::warn);
  CHECK(judge_limits(quotas{quota(60, 55, minutes{1})}, sixty).status == health::warn);
  // A day's quota is shared and spent over a day: a limit per minute says nothing about it.
  CHECK(judge_limits(quotas{quota(10'000, 3, std::chrono::hours{24})}, sixty).status == health::ok);
  CHECK(judge_limits(quotas{}, sixty).status == health::ok);
  CHECK(judge_limits(fail(ec::upstream_failed, "x"), sixty).status == health::warn);
}

TEST_CASE("a MISP server's answer and the end of its key are judged", "[app][doctor]") {
  const std::string version = R"({"version":"2.5.1","perm_sync":false})";
  CHECK(judge_misp("main", misp_says(200, version), now).status == health::ok);
  CHECK(judge_misp("main", misp_says(200, version, "2026-06-15T00:00:00+00:00"), now).status == health::ok);
  auto soon = judge_misp("main", misp_says(200, version, "2025-06-20T00:00:00+00:00"), now);
  CHECK(soon.status == health::warn);
  CHECK(soon.finding.find("2025-06-20") != std::string::npos);
  CHECK(judge_misp("main", misp_says(200, version, "2025-06-01T00:00:00+00:00"), now).status == health::fail);
  auto refused = judge_misp(
      "main",
      misp_says(403, R"({"name":"Authentication failed.","message":"Authentication failed.","url":"\/x"})"),
      now);
  CHECK(refused.status == health::fail);
  CHECK(refused.mend.find("misp.main.key") != std::string::npos);
  CHECK(judge_misp("main", http::make_response(302, "text/html", ""), now).status == health::fail);
  CHECK(judge_misp("main", fail(ec::timeout, "no answer"), now).status == health::fail);
}

TEST_CASE("clock, disk and certificates have their limits", "[app][doctor]") {
  auto off = [](seconds by) { return judge_clock({{"Slack", now, now}, {"Station", now, now + by}}).status; };
  CHECK(off(seconds{0}) == health::ok);
  CHECK(off(seconds{29}) == health::ok);
  CHECK(off(seconds{-31}) == health::warn);
  CHECK(off(seconds{300}) == health::fail);
  CHECK(off(seconds{-4'000}) == health::fail);
  CHECK(judge_clock({{"Slack", now, now - seconds{40}}}).finding == "40 s behind Slack");
  CHECK(judge_clock({}).status == health::warn);

  CHECK(judge_free_space("/x", std::uint64_t{5} << 30U).status == health::ok);
  CHECK(judge_free_space("/x", std::uint64_t{500} << 20U).status == health::warn);
  CHECK(judge_free_space("/x", std::uint64_t{50} << 20U).status == health::fail);

  using std::chrono::days;
  CHECK(judge_certificate("k", "f", now + days{90}, now).status == health::ok);
  CHECK(judge_certificate("k", "f", now + days{13}, now).status == health::warn);
  CHECK(judge_certificate("k", "f", now - days{1}, now).status == health::fail);
  CHECK(judge_certificate("k", "f", std::nullopt, now).status == health::fail);
}

TEST_CASE("what Station could not index is a finding", "[app][doctor]") {
  auto row = judge_set_aside(3);
  CHECK(row.status == health::fail);
  CHECK(row.finding.starts_with("3 accepted"));
  CHECK_FALSE(row.mend.empty());
}
