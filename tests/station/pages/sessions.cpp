/// Who gets in to the pages, and for how long.
#include "station/pages/page_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

namespace {

bool is_login(const http::response& page) {
  return page.body.find("name=\"secret\" type=\"password\"") != std::string::npos;
}

} // namespace

TEST_CASE("key and secret open a session, and the browser is sent where it wanted to go",
          "[station][pages]") {
  page_fixture f;
  auto id = f.create(f.alice, f.draft(f.own, "Wave 1", "8.8.4.4"));
  std::string path = "/constellation/reports/" + id;
  auto first = f.get(path);
  CHECK(first.status == 200);
  CHECK(is_login(first));
  CHECK(f.shows(first, "name=\"next\" value=\"" + path + "\""));
  CHECK_FALSE(f.shows(first, "Wave 1"));
  auto in = f.log_in(f.alice, path);
  CHECK(in.status == 303);
  CHECK(in.headers.find("Location") == path);
  auto set = std::string(in.headers.find("Set-Cookie").value());
  for (const char* part :
       {"station_session=", "; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=28800"})
    CHECK(set.find(part) != std::string::npos);
  CHECK(set.find("Secure") == std::string::npos); // plain http here
  CHECK(f.cookie.size() == std::string("station_session=").size() + 64);
  auto page = f.get(path);
  CHECK(page.status == 200);
  CHECK(f.shows(page, "Wave 1"));
  CHECK(f.shows(page, "Alice"));
  auto out = f.post("/logout", {});
  CHECK(out.headers.find("Set-Cookie").value().find("Max-Age=0") != std::string_view::npos);
  CHECK(is_login(f.get(path))); // also with the old cookie
}

TEST_CASE("over https the cookie is bound to this host and to https", "[station][pages]") {
  page_fixture f;
  auto settings = unlimited();
  settings.secure_cookies = true;
  f.restart(settings);
  auto set = std::string(f.log_in(f.alice).headers.find("Set-Cookie").value());
  CHECK(set.starts_with("__Host-station_session="));
  CHECK(set.ends_with("; Secure"));
}

TEST_CASE("wrong credentials look alike and slow down", "[station][pages]") {
  page_fixture f;
  auto attempt = [&](const std::string& key, const std::string& secret) {
    return f.post("/login", {{"key", key}, {"secret", secret}, {"next", "/"}});
  };
  auto wrong = attempt(f.alice.key, "guess");
  auto unknown = attempt("00000000-0000-4000-8000-000000000000", "guess");
  CHECK(wrong.status == 403);
  CHECK(wrong.body == unknown.body);
  CHECK_FALSE(wrong.headers.find("Set-Cookie"));
  CHECK_FALSE(f.shows(wrong, "guess"));
  for (int i = 0; i < 4; ++i)
    CHECK(attempt(f.alice.key, "guess").status == 403);
  auto stopped = f.log_in(f.alice); // even the right one has to wait now
  CHECK(stopped.status == 429);
  CHECK(stopped.headers.find("Retry-After") == "300");
  CHECK(f.shows(stopped, "Try again in 5 minutes."));
  CHECK(f.log_in(f.bob).status == 303); // others are not stopped
  f.time.advance(seconds(299));
  CHECK(f.log_in(f.alice).status == 429);
  f.time.advance(seconds(1));
  CHECK(f.log_in(f.alice).status == 303);
  for (int i = 0; i < 20; ++i)
    CHECK(f.log_in(f.alice).status == 303); // right ones don't count
  CHECK(attempt("", "x").status == 400);
  CHECK(attempt("x", "").status == 400);
}

TEST_CASE("a session ends with its time, its user, its secret and the process", "[station][pages]") {
  page_fixture f;
  auto open = [&] { return !is_login(f.get("/constellation/reports/none-such")); };
  f.log_in(f.alice);
  CHECK(open());
  f.time.advance(std::chrono::hours(8) - seconds(1));
  CHECK(open());
  f.time.advance(seconds(1));
  CHECK_FALSE(open());
  f.log_in(f.alice);
  auto first = f.cookie;
  f.log_in(f.alice); // a new login replaces the session of this browser
  CHECK(open());
  f.cookie = first;
  CHECK_FALSE(open());
  f.log_in(f.alice);
  f.people.remove_user(f.alice.key).value();
  CHECK_FALSE(open());
  // The same key with another secret is not the same session.
  f.people.import_user("Alice", "", {f.alice.key, secret(std::string("new"))}).value();
  CHECK_FALSE(open());
  f.log_in(f.bob);
  CHECK(open());
  f.restart(unlimited());
  CHECK_FALSE(open());
}

TEST_CASE("cookies that are not ours open nothing", "[station][pages]") {
  page_fixture f;
  f.log_in(f.alice);
  auto with = [&](const std::string& cookie) {
    return !is_login(f.send("GET", "/constellation/reports/none-such", {{"Cookie", cookie}}));
  };
  CHECK(with(f.cookie));
  CHECK(with("other=1; " + f.cookie + "; more=2"));
  CHECK_FALSE(with(f.cookie + "; " + f.cookie));
  CHECK_FALSE(with("station_session="));
  CHECK_FALSE(with(f.cookie + "0"));
  CHECK_FALSE(with("station_session=" + std::string(64, 'a')));
  CHECK_FALSE(with("xstation_session=" + f.cookie.substr(16)));
  CHECK_FALSE(with(";;;=;"));
  CHECK_FALSE(with("Bearer " + f.token(f.alice))); // the API's tokens are another matter
}

TEST_CASE("a login sent from another site is refused, and so are springboards", "[station][pages]") {
  page_fixture f;
  form::fields right{{"key", f.alice.key}, {"secret", std::string(f.alice.secret.reveal())}, {"next", "/"}};
  CHECK(f.post("/login", right, {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
  CHECK(f.post("/login", right, {{"Sec-Fetch-Site", "same-site"}}).status == 403);
  CHECK(
      f.post("/login", right, {{"Origin", "https://evil-example.net"}, {"Host", "station.example"}}).status ==
      403);
  CHECK(f.post("/login", right, {{"Origin", "null"}, {"Host", "station.example"}}).status == 403);
  CHECK(
      f.post("/login", right, {{"Origin", "https://station.example"}, {"Host", "station.example"}}).status ==
      303);
  CHECK(f.post("/login", right, {{"Sec-Fetch-Site", "same-origin"}}).status == 303);
  for (const char* next : {"https://evil-example.net/", "//evil-example.net/", "/\\evil-example.net",
                           "javascript:x", "", "/a b", "/a\r\nSet-Cookie: x=y"}) {
    CAPTURE(next);
    CHECK(f.log_in(f.alice, next).headers.find("Location") == "/");
  }
  CHECK(f.log_in(f.alice, "/constellation/reports/x?y=z").headers.find("Location") ==
        "/constellation/reports/x?y=z");
  CHECK(f.send("POST", "/login", {}, std::string(9'000, 'x')).status == 400);
  CHECK(f.send("POST", "/login", {}, "key=%zz").status == 400);
}

TEST_CASE("a link from elsewhere comes again by itself, with the cookie", "[station][pages]") {
  page_fixture f;
  auto id = f.create(f.alice, f.draft(f.own, "Wave 1", "8.8.4.4"));
  std::string path = "/constellation/reports/" + id;
  auto bounced = f.get(path, {{"Sec-Fetch-Site", "cross-site"}});
  CHECK(bounced.status == 200);
  CHECK(f.shows(bounced, "http-equiv=\"refresh\" content=\"0;url=" + path + "\""));
  CHECK_FALSE(is_login(bounced));
  CHECK(is_login(f.get(path, {{"Sec-Fetch-Site", "same-origin"}}))); // which ends it
  auto odd = f.get("/constellation/\"><script>alert(1)</script>", {{"Sec-Fetch-Site", "cross-site"}});
  CHECK_FALSE(f.shows(odd, "<script"));
}

TEST_CASE("a new secret is shown once, and the old one is worth nothing", "[station][pages]") {
  page_fixture f;
  CHECK(is_login(f.post("/account/secret", {}))); // nobody is logged in
  f.log_in(f.alice);
  CHECK(f.post("/account/secret", {}, {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
  auto page = f.post("/account/secret", {});
  CHECK(page.status == 200);
  auto begin = page.body.find("<pre>") + 5;
  std::string fresh = page.body.substr(begin, page.body.find("</pre>") - begin);
  CHECK(fresh.size() == 64);
  CHECK(is_login(f.get("/account"))); // the session went with the old secret
  CHECK(f.ask_token(f.alice).status == 401);
  CHECK(f.log_in(f.alice).status == 403);
  station::api_credentials renewed{f.alice.key, secret(fresh)};
  CHECK(f.ask_token(renewed).status == 200);
  CHECK(f.log_in(renewed).status == 303);
  CHECK_FALSE(f.shows(f.get("/account"), fresh));
  CHECK(f.people.renew_secret("nobody").error().code == ec::not_found);
  CHECK(f.get("/account/secret").status == 404);
}
