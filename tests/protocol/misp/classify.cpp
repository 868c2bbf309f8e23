/// Every kind of failure that MISP is known for, and what the bot makes of it.
#include "protocol/misp/answers.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::misp;

namespace {

const std::string uuid = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81";

http::response json_error(unsigned status, const std::string& message) {
  return http::make_response(status, "application/json",
                             R"({"name": ")" + message + R"(", "message": ")" + message +
                                 R"(", "url": "\/events\/restSearch"})");
}

http::response page(unsigned status) {
  return http::make_response(status, "text/html; charset=UTF-8", "<html><body>Sign in</body></html>");
}

struct row {
  const char* what;
  http::response answer;
  ec code;
  remedy then;
};

std::vector<row> table() {
  http::response login = http::make_response(302, "text/html; charset=UTF-8", "");
  login.headers.add("Location", "https://misp.example.org/users/login");
  http::response cut = http::make_response(200, "application/json", R"({"response": [)");
  cut.headers.add("Content-Length", "5000");
  const auto good_type = [](std::string body) {
    return http::make_response(200, "application/json", std::move(body));
  };
  return {
      {"bad key", json_error(403, "Authentication failed. Please make sure you pass the API key"),
       ec::unauthorized, remedy::renew_key},
      {"expired key", json_error(403, "Auth key is expired"), ec::unauthorized, remedy::renew_key},
      {"address", json_error(403, "It is not possible to use this Auth key from your IP address"),
       ec::unauthorized, remedy::renew_key},
      {"disabled", json_error(403, "Authentication failed. Your user account has been disabled."),
       ec::unauthorized, remedy::renew_key},
      {"bad key, asked for CSV", page(403), ec::unauthorized, remedy::renew_key},
      {"no such action", json_error(403, "You do not have permission to use this functionality."),
       ec::bad_configuration, remedy::configure},
      {"user deleted", json_error(401, "Unauthorized"), ec::unauthorized, remedy::renew_key},
      {"login wall", page(401), ec::bad_configuration, remedy::configure},
      {"maintenance", login, ec::unavailable, remedy::retry},
      {"moved", http::make_response(301, "text/html", ""), ec::unavailable, remedy::retry},
      {"no parameter", json_error(400, "No valid parameters"), ec::upstream_rejected, remedy::repair_bot},
      {"no event", json_error(404, "Invalid event"), ec::not_found, remedy::forget},
      {"no form", json_error(404, "Invalid output format."), ec::upstream_rejected, remedy::repair_bot},
      {"no controller", json_error(404, "Not Found"), ec::bad_configuration, remedy::configure},
      {"no MISP", page(404), ec::bad_configuration, remedy::configure},
      {"body refused", json_error(405, "Invalid JSON input."), ec::upstream_rejected, remedy::repair_bot},
      {"rate limit", json_error(429, "Rate limit exceeded."), ec::rate_limited, remedy::wait},
      {"memory", json_error(500, "An Internal Error Has Occurred."), ec::upstream_failed,
       remedy::ask_smaller},
      {"worker died", page(502), ec::upstream_failed, remedy::ask_smaller},
      {"busy", page(503), ec::upstream_failed, remedy::ask_smaller},
      {"slow", page(504), ec::upstream_failed, remedy::ask_smaller},
      {"captive page", page(200), ec::unavailable, remedy::retry},
      {"escaped JSON", http::make_response(200, "text/html", "[{&quot;id&quot;:1}]"), ec::unavailable,
       remedy::retry},
      {"no type", http::make_response(200, "", "[]"), ec::unavailable, remedy::retry},
      {"empty", good_type(""), ec::upstream_failed, remedy::ask_smaller},
      {"blank", good_type(" \n"), ec::upstream_failed, remedy::ask_smaller},
      {"cut by length", cut, ec::upstream_failed, remedy::ask_smaller},
      {"notice of PHP", good_type("Notice (8): Undefined index\n{\"response\": []}"), ec::upstream_failed,
       remedy::ask_smaller},
      {"unchanged", http::make_response(304, "", ""), ec::protocol_violation, remedy::retry},
      {"strange", http::make_response(204, "", ""), ec::protocol_violation, remedy::retry},
      {"teapot", page(418), ec::upstream_rejected, remedy::repair_bot},
  };
}

} // namespace

TEST_CASE("each failure has its error, its remedy, and no reader takes it for data", "[misp]") {
  for (const row& r : table()) {
    INFO(r.what);
    auto verdict = classify(r.answer);
    REQUIRE(verdict.has_error());
    CHECK(verdict.error().code == r.code);
    CHECK(remedy_of(verdict.error()) == r.then);
    CHECK_FALSE(verdict.error().cause.empty());
    CHECK(parse_index(r.answer, {}).has_error());
    CHECK(parse_events(r.answer, std::vector{uuid}).has_error());
    CHECK(parse_view(r.answer, uuid).has_error());
    CHECK(parse_attributes(r.answer).has_error());
    CHECK(parse_version(r.answer).has_error());
  }
}

TEST_CASE("what an operator has to do is said", "[misp]") {
  CHECK(classify(page(401)).error().mend.find("X-MISP-AUTH") != std::string::npos);
  CHECK(classify(json_error(403, "Auth key is expired")).error().mend.find("new key") != std::string::npos);
  CHECK(classify(page(404)).error().mend.find("path") != std::string::npos);
}

TEST_CASE("errors of the exchange have their remedies, too", "[misp]") {
  CHECK(remedy_of(fail(ec::timeout, "")) == remedy::ask_smaller);
  CHECK(remedy_of(fail(ec::too_large, "")) == remedy::ask_smaller);
  CHECK(remedy_of(fail(ec::unavailable, "")) == remedy::retry);
  CHECK(remedy_of(fail(ec::cancelled, "")) == remedy::retry);
}

TEST_CASE("a rate limit says when it ends", "[misp]") {
  http::response answer = json_error(429, "Rate limit exceeded.");
  CHECK(classify(answer).error().retry_after == seconds{900}); // MISP's window, when nothing is said
  answer.headers.add("Retry-After", "30");
  CHECK(classify(answer).error().retry_after == seconds{30}); // of a proxy
  answer.headers.add("X-Rate-Limit-Reset", "417");
  CHECK(classify(answer).error().retry_after == seconds{417});
  answer.headers.set("X-Rate-Limit-Reset", "0");
  CHECK(classify(answer).error().retry_after == seconds{1});
  answer.headers.set("X-Rate-Limit-Reset", "4000000000");
  CHECK(classify(answer).error().retry_after == seconds{900});
  answer.headers.set("X-Rate-Limit-Reset", "soon");
  CHECK(classify(answer).error().retry_after == seconds{30});
}

TEST_CASE("an error never repeats a key or control characters", "[misp]") {
  const std::string key = "abcdefghijABCDEFGHIJ0123456789abcdefghij";
  const auto echoed =
      http::make_response(200, "application/json", "Warning: key=" + key + "\x1b[31m bad\n{}");
  const error e = classify(echoed).error();
  CHECK(e.cause.find(key) == std::string::npos);
  CHECK(e.cause.find("Warning: key=****") != std::string::npos);
  CHECK(e.cause.find('\x1b') == std::string::npos);
  CHECK(classify(json_error(405, "bad " + key)).error().cause.find(key) == std::string::npos);
}

TEST_CASE("media types compare without case and parameters", "[misp]") {
  CHECK(classify(http::make_response(200, "Application/JSON; charset=UTF-8", "[]")).has_value());
  CHECK(classify(http::make_response(200, "text/csv; charset=UTF-8", "id\n")).has_value());
  CHECK(classify(http::make_response(200, "text/plain", "[]")).error().code == ec::unavailable);
}

TEST_CASE("headers tell about the clock, the key and the count", "[misp]") {
  http::response answer = http::make_response(200, "application/json", "[]");
  answer.headers.add("Date", "Sun, 06 Nov 1994 08:49:37 GMT"); // RFC 9110's example: 784111777 s
  answer.headers.add("X-Auth-Key-Expiration", "2031-05-04T00:00:00+00:00");
  answer.headers.add("X-Result-Count", "3010");
  answer.headers.add("X-Deprecation-Warning", std::string(400, 'w') + "\n");
  const answer_notes notes = read_notes(answer);
  CHECK(notes.date == from_epoch_ms(784'111'777'000));
  REQUIRE(notes.key_expiry);
  CHECK(to_epoch_ms(*notes.key_expiry) == 1'935'619'200'000);
  CHECK(notes.result_count == 3010);
  CHECK(notes.deprecation.size() == 300);
}

TEST_CASE("unreadable headers are left out", "[misp]") {
  http::response answer = http::make_response(200, "application/json", "[]");
  answer.headers.add("Date", "yesterday");
  answer.headers.add("X-Auth-Key-Expiration", "never");
  answer.headers.add("X-Result-Count", "-1");
  const answer_notes notes = read_notes(answer);
  CHECK_FALSE(notes.date);
  CHECK_FALSE(notes.key_expiry);
  CHECK_FALSE(notes.result_count);
  for (const char* text : {"Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nvb 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 30 Feb 1994 08:49:37 GMT", ""})
    CHECK_FALSE(parse_http_date(text));
}

TEST_CASE("the version names the server", "[misp]") {
  auto answer = [](std::string body) {
    return parse_version(http::make_response(200, "application/json", std::move(body)));
  };
  CHECK(answer(R"({"version":"2.5.1","pymisp_recommended_version":"2.5.1","perm_sync":false,)"
               R"("request_encoding":["gzip","br"],"filter_sightings":true})")
            ->version == "2.5.1");
  CHECK(answer(R"({"perm_sync": {"version": "inner"}})").error().code == ec::protocol_violation);
  CHECK(answer("[]").error().code == ec::protocol_violation);
}
