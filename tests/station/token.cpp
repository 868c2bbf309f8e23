#include "station/fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

TEST_CASE("a token lives ten minutes and is the same until then", "[station]") {
  station_fixture f;
  auto first = bj::parse(f.ask_token(f.alice).body);
  CHECK(first.at("token_type") == "bearer");
  CHECK(first.at("scope") == "read");
  CHECK(first.at("expires_in") == 600);
  f.time.advance(seconds(61));
  auto second = bj::parse(f.ask_token(f.alice).body);
  CHECK(second.at("access_token") == first.at("access_token"));
  CHECK(second.at("expires_in") == 539);
  CHECK(bj::parse(f.ask_token(f.bob).body).at("access_token") != first.at("access_token"));

  http::fields bearer{{"Authorization", "Bearer " + std::string(first.at("access_token").as_string())}};
  f.time.advance(milliseconds(538'999));
  CHECK(f.send("GET", "/api/1.3/ping", bearer).status == 200);
  f.time.advance(milliseconds(1));
  auto expired = f.send("GET", "/api/1.3/ping", bearer);
  CHECK(expired.status == 400);
  CHECK(expired.body == R"({"error":"invalid_request","error_description":"Expired oauth2 access token"})");
  CHECK(bj::parse(f.ask_token(f.alice).body).at("access_token") != first.at("access_token"));
}

TEST_CASE("a step of the wall clock neither ends nor prolongs a token", "[station]") {
  station_fixture f;
  http::fields bearer{{"Authorization", "Bearer " + f.token(f.alice)}};
  f.time.step_wall(std::chrono::hours(3));
  CHECK(f.send("GET", "/api/1.3/ping", bearer).status == 200);
}

TEST_CASE("an unknown token is 400 with the exact text, none at all is 401", "[station]") {
  station_fixture f;
  for (const char* header :
       {"Bearer 6f3f7c1e-2a7d-4f0b-9c55-0d3b6c1b7a10", "Bearer ", "Basic YTpi", "nonsense"}) {
    auto answer = f.send("GET", "/api/1.3/enclaves", {{"Authorization", header}});
    CHECK(answer.status == 400);
    CHECK(answer.body == R"({"error":"invalid_request","error_description":"Invalid oauth2 access token"})");
  }
  std::string good = "Bearer " + f.token(f.alice);
  CHECK(f.send("GET", "/api/1.3/ping", {{"Authorization", good}, {"authorization", good}}).status == 400);
  auto none = f.send("GET", "/api/1.3/enclaves", {});
  CHECK(none.status == 401);
  auto body = bj::parse(none.body).as_object();
  CHECK(body.size() == 5);
  CHECK(body.at("status") == 401);
  CHECK(body.at("error") == "Unauthorized");
  CHECK(body.at("path") == "/api/1.3/enclaves");
  CHECK(body.at("timestamp") == to_epoch_ms(f.time.now()));
  CHECK_FALSE(body.at("message").as_string().empty());
}

TEST_CASE("after a restart every token is invalid, and a new one is to be had", "[station]") {
  station_fixture f;
  http::fields bearer{{"Authorization", "Bearer " + f.token(f.alice)}};
  f.restart();
  CHECK(f.send("GET", "/api/1.3/ping", bearer).body.find("Invalid oauth2 access token") != std::string::npos);
  CHECK(f.call(f.alice, "GET", "/ping").status == 200);
}

TEST_CASE("bad credentials are 401 in every form", "[station]") {
  station_fixture f;
  auto wrong = f.alice;
  wrong.secret = secret(std::string("wrong"));
  std::vector<http::fields> all{{{"Authorization", station_fixture::basic(wrong)}},
                                {{"Authorization", station_fixture::basic({"nobody", f.alice.secret})}},
                                {{"Authorization", station_fixture::basic({f.bob.key, f.alice.secret})}},
                                {{"Authorization", "Basic " + to_base64(f.alice.key)}},
                                {{"Authorization", "Basic " + to_base64(":")}},
                                {{"Authorization", "Basic !!!!"}},
                                {{"Authorization", "Bearer x"}},
                                {{"Authorization", station_fixture::basic(f.alice)},
                                 {"Authorization", station_fixture::basic(f.alice)}},
                                {}};
  CHECK(f.ask_token(f.alice).status == 200); // a verified secret must not open the door to others
  for (const http::fields& headers : all) {
    auto answer = f.send("POST", "/oauth/token", headers, "grant_type=client_credentials");
    CHECK(answer.status == 401);
    CHECK(answer.body == R"({"error":"unauthorized","error_description":"Bad credentials"})");
    CHECK(answer.headers.count("Trace-Id") == 1);
  }
}

TEST_CASE("the grant type may stand in the body or in the query", "[station]") {
  station_fixture f;
  http::fields basic{{"Authorization", station_fixture::basic(f.alice)}};
  CHECK(f.send("POST", "/oauth/token?grant_type=client_credentials", basic).status == 200);
  for (const char* body : {"", "grant_type=password", "grant_type"}) {
    auto answer = f.send("POST", "/oauth/token", basic, body);
    CHECK(answer.status == 400);
    CHECK(bj::parse(answer.body).at("error") == "unsupported_grant_type");
  }
  CHECK(bj::parse(f.send("GET", "/oauth/token", basic).body).at("error") == "Bad Request");
}

TEST_CASE("a removed user is out at once, also with a live token", "[station]") {
  station_fixture f;
  http::fields bearer{{"Authorization", "Bearer " + f.token(f.alice)}};
  f.people.remove_user(f.alice.key).value();
  CHECK(f.send("GET", "/api/1.3/ping", bearer).status == 400);
  CHECK(f.ask_token(f.alice).status == 401);
}

TEST_CASE("a new secret ends the tokens of the old one, and the next token is another", "[station]") {
  station_fixture f;
  std::string before = f.token(f.alice);
  http::fields bearer{{"Authorization", "Bearer " + before}};
  f.alice.secret = f.people.renew_secret(f.alice.key).value();
  auto refused = f.send("GET", "/api/1.3/ping", bearer);
  CHECK(refused.status == 400);
  CHECK(bj::parse(refused.body).at("error_description") == "Invalid oauth2 access token");
  std::string after = f.token(f.alice);
  CHECK(after != before);
  CHECK(f.send("GET", "/api/1.3/ping", {{"Authorization", "Bearer " + after}}).status == 200);
  CHECK(f.send("GET", "/api/1.3/ping", bearer).status == 400);
}
