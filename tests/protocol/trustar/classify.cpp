#include "protocol/trustar/answers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::trustar;

namespace {

http::response answer(unsigned status, std::string body, std::string trace = {}) {
  auto response = http::make_response(status, "application/json", std::move(body));
  if (!trace.empty())
    response.headers.add("Trace-Id", std::move(trace));
  return response;
}

ec code(unsigned status, std::string body) {
  return classify(answer(status, std::move(body))).error().code;
}

constexpr const char* expired =
    R"({"error": "invalid_request", "error_description": "Expired oauth2 access token"})";
constexpr const char* invalid =
    R"({"error": "invalid_request", "error_description": "Invalid oauth2 access token"})";

} // namespace

TEST_CASE("a token fault is 400 with one of two exact texts, and nothing else", "[trustar]") {
  CHECK(code(400, expired) == ec::token_expired);
  CHECK(code(400, invalid) == ec::token_invalid);
  CHECK(code(401, expired) == ec::unauthorized);
  CHECK(code(400, R"({"error": "invalid_request", "error_description": "expired oauth2 access token"})") ==
        ec::upstream_rejected);
  CHECK(code(400, R"({"error_description": "Expired oauth2 access token."})") == ec::upstream_rejected);
  CHECK(code(400, R"({"message": "Expired oauth2 access token"})") == ec::upstream_rejected);
  CHECK(code(500, expired) == ec::upstream_failed);
}

TEST_CASE("each status has its code", "[trustar]") {
  CHECK(classify(answer(200, "anything")).has_value());
  CHECK(classify(answer(204, "")).has_value());
  const std::string body =
      R"({"timestamp": 1690000000123, "status": 404, "error": "Not Found", "message": "No such.", "path": "/x"})";
  CHECK(code(401, body) == ec::unauthorized);
  CHECK(code(403, body) == ec::forbidden);
  CHECK(code(404, body) == ec::not_found);
  CHECK(code(409, body) == ec::conflict);
  CHECK(code(413, body) == ec::too_large);
  CHECK(code(400, body) == ec::upstream_rejected);
  CHECK(code(414, body) == ec::upstream_rejected);
  CHECK(code(500, body) == ec::upstream_failed);
  CHECK(code(504, "<html>gateway</html>") == ec::upstream_failed);
  CHECK(code(302, "") == ec::protocol_violation);
  CHECK(code(100, "") == ec::protocol_violation);
}

TEST_CASE("the wait after 429 is in milliseconds", "[trustar]") {
  auto wait = [](const std::string& body) { return classify(answer(429, body)).error().retry_after.value(); };
  CHECK(
      wait(
          R"({"message": "Request limit exceeded for the current time period.  Please wait 2750 milliseconds )"
          R"(before making more requests.", "waitTime": 2750})") == milliseconds(2750));
  CHECK(wait(R"({"waitTime": 0})") == milliseconds(0));
  CHECK(wait(R"({"waitTime": 1200.2})") == milliseconds(1201));
  // Missing and absurd values: the limit's own window, or a day at most.
  for (const char* useless : {R"({"message": "slow down"})", R"({"waitTime": null})",
                              R"({"waitTime": "2750"})", R"({"waitTime": -5})", R"([])", "try later", ""})
    CHECK(wait(useless) == default_wait);
  CHECK(wait(R"({"waitTime": 1e300})") == longest_wait);
  CHECK(wait(R"({"waitTime": 18446744073709551615})") == longest_wait);

  auto with_header = answer(429, "try later");
  with_header.headers.add("Retry-After", "7");
  CHECK(classify(with_header).error().retry_after == milliseconds(7000));
}

TEST_CASE("an error names the server's message and the trace, cut and printable", "[trustar]") {
  auto e =
      classify(answer(400, R"({"message": "content[3].value\u0000 is\nmissing"})", "8deca228-8f73")).error();
  CHECK(e.cause == "TruSTAR answered 400: content[3].value  is missing [Trace-Id 8deca228-8f73]");
  auto long_message = classify(answer(400, R"({"message": ")" + std::string(5000, 'x') + R"("})")).error();
  CHECK(long_message.cause.size() < 400);
  // Cut between characters: 299 letters and then one of two bytes.
  auto cut = classify(answer(400, R"({"message": ")" + std::string(299, 'x') +
                                      "\xc3\xbc"
                                      R"(yz"})"))
                 .error();
  CHECK(cut.cause == "TruSTAR answered 400: " + std::string(299, 'x') + "...");
  CHECK(classify(answer(400, "{}", std::string("a\r\nb\xff c"))).error().cause.ends_with("[Trace-Id abc]"));
  CHECK(trace_id(answer(200, "", std::string(500, 't'))).size() == 100);
  CHECK(trace_id(answer(200, "")).empty());
}

TEST_CASE("wrong credentials at the token endpoint are unauthorized in every form", "[trustar]") {
  CHECK(parse_token(answer(401, R"({"error": "unauthorized", "error_description": "Bad credentials"})"))
            .error()
            .code == ec::unauthorized);
  CHECK(parse_token(answer(400, R"({"error": "invalid_client"})")).error().code == ec::unauthorized);
  CHECK(parse_token(answer(403, "")).error().code == ec::unauthorized);
  CHECK(parse_token(answer(400, R"({"error": "unsupported_grant_type"})")).error().code ==
        ec::upstream_rejected);
  CHECK(parse_token(answer(503, "")).error().code == ec::upstream_failed);
}
