#include "station/routes.hpp"

#include "station/fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::test;

TEST_CASE("an unknown path is 404, a known one with another method 400", "[station]") {
  station_fixture f(unlimited());
  auto status = [&](const char* method, const char* path) { return f.call(f.alice, method, path).status; };
  CHECK(status("GET", "/nothing") == 404);
  CHECK(status("GET", "/") == 404);
  CHECK(status("GET", "/reports/a/b/c") == 404);
  CHECK(status("POST", "/ping") == 400);
  CHECK(status("DELETE", "/indicators") == 400);
  CHECK(status("DELETE", "/reports/search") == 400);
  CHECK(status("GET", "/indicators/metadata") == 400);
  auto answer = f.call(f.alice, "GET", "/nothing?token=x");
  CHECK(bj::parse(answer.body).at("path") == "/api/1.3/nothing");
  CHECK(f.send("GET", "/elsewhere", {}).status == 401); // who is nobody learns nothing about paths
}

TEST_CASE("bases, aliases and forms of the target that clients use", "[station]") {
  station_fixture f(unlimited());
  http::fields bearer{{"Authorization", "Bearer " + f.token(f.alice)}};
  for (const char* target : {"/api/1.3/ping", "/api/1.3-beta/ping", "/api/1.3//ping", "/api/1.3/ping/",
                             "/api/1.3/ping?x=1", "http://127.0.0.1:8013/api/1.3/ping", "/api/1.3/%70ing"}) {
    CAPTURE(target);
    auto answer = f.send("GET", target, bearer);
    CHECK(answer.status == 200);
    CHECK(answer.body == "pong");
    CHECK(answer.headers.find("Content-Type") == "text/plain;charset=UTF-8");
  }
  CHECK(f.send("GET", "/api/version", bearer).body == "1.3");
  CHECK(f.send("GET", "/api/1.3/version", bearer).body == "1.3");
  for (const char* target : {"/api/ping", "/api/1.2/ping", "/api/1.3/ping/x", "/api/1.3/oauth/token"})
    CHECK(f.send("GET", target, bearer).status == 404);
  for (const char* target : {"", "*", "api/1.3/ping", "/api/1.3/%zz", "/api/1.3/ping?a=%"})
    CHECK(f.send("GET", target, bearer).status == 400);
}

TEST_CASE("a decoded slash never becomes a path separator", "[station]") {
  auto target = station::parse_target("/api/1.3/reports/a%2Fb").value();
  auto match = station::match_route("GET", target.segments);
  REQUIRE(match.found != nullptr);
  CHECK(match.found->what == station::endpoint::report_details);
  CHECK(match.id == "a/b");
}

TEST_CASE("every answer carries a trace and is counted under a fixed name", "[station]") {
  station_fixture f(unlimited());
  f.hooks.answered.clear();
  auto answer = f.call(f.alice, "GET", "/reports/00000000-0000-4000-8000-000000000000");
  CHECK(answer.headers.find("Trace-Id").value().size() == 36);
  f.send("GET", "/api/1.3/reports/secret-id", {});
  f.send("GET", "/x", {});
  using counted = std::pair<std::string, unsigned>;
  CHECK(f.hooks.answered ==
        std::vector<counted>{
            {"/oauth/token", 200}, {"/reports/{id}", 404}, {"/reports/{id}", 401}, {"none", 401}});
  CHECK(f.hooks.failed.empty());
}

TEST_CASE("a body over the limit is 413", "[station]") {
  auto settings = unlimited();
  settings.max_body_bytes = 1000;
  station_fixture f(settings);
  CHECK(f.call(f.alice, "POST", "/indicators", std::string(1001, ' ')).status == 413);
}

namespace {

/// A store whose disk is gone.
class failing_store final : public storage::kv_store {
 public:
  explicit failing_store(storage::kv_store& inner) : inner_(inner) {}
  bool broken = false;

  result<std::optional<std::string>> get(storage::table t, std::string_view key) const override {
    if (broken)
      return fail(ec::io_failure, "sector 4711 of /dev/secret-disk");
    return inner_.get(t, key);
  }
  result<void> scan(storage::table t, std::string_view first, std::string_view last,
                    const visitor& visit) const override {
    if (broken)
      return fail(ec::io_failure, "sector 4711 of /dev/secret-disk");
    return inner_.scan(t, first, last, visit);
  }
  result<void> scan_reverse(storage::table t, std::string_view first, std::string_view last,
                            const visitor& visit) const override {
    if (broken)
      return fail(ec::io_failure, "sector 4711 of /dev/secret-disk");
    return inner_.scan_reverse(t, first, last, visit);
  }
  std::vector<result<void>> write_group(std::span<const storage::write_batch> batches,
                                        storage::sync s) override {
    if (broken)
      return std::vector<result<void>>(batches.size(),
                                       fail(ec::io_failure, "sector 4711 of /dev/secret-disk"));
    return inner_.write_group(batches, s);
  }

 private:
  storage::kv_store& inner_;
};

} // namespace

TEST_CASE("a failing disk is 500 outside and told once inside", "[station]") {
  station_fixture f;
  failing_store store(f.store);
  std::vector<std::string> failed;
  auto settings = unlimited();
  settings.secret_cost = f.cheap;
  station::service service(
      store, f.time, f.random, settings,
      {{},
       [&](std::string_view trace, const error& e) { failed.push_back(std::string(trace) + " " + e.cause); },
       {}});
  http::fields basic{{"Authorization", station_fixture::basic(f.alice)}};
  auto token =
      bj::parse(service.handle({"POST", "/oauth/token?grant_type=client_credentials", basic, ""}).body);
  http::fields bearer{{"Authorization", "Bearer " + std::string(token.at("access_token").as_string())}};
  store.broken = true;
  auto answer = service.handle({"GET", "/api/1.3/enclaves", bearer, ""});
  CHECK(answer.status == 500);
  CHECK(answer.body.find("4711") == std::string::npos);
  REQUIRE(failed.size() == 1);
  CHECK(failed[0] ==
        std::string(answer.headers.find("Trace-Id").value()) + " sector 4711 of /dev/secret-disk");
}
