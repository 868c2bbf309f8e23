/// The sample MISP server against what is known of the real one, and the bot's codec against both.
#include "sandbox/misp_server.hpp"

#include "protocol/misp/answers.hpp"
#include "sandbox/misp_samples.hpp"
#include "support/manual_clock.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace isacbot;
using sandbox::misp_fault;
using sandbox::misp_server;
namespace sample_event = sandbox::sample_event;

namespace {

constexpr const char* key = "abcdefghijABCDEFGHIJ0123456789abcdefghij";

struct fixture {
  test::manual_clock clock;
  misp_server misp{{.key = secret(key)}, clock};
  misp::server at{"http://127.0.0.1:1", secret(key), "Authorization", "isacbot/test"};

  explicit fixture(bool samples = true) {
    if (samples)
      sandbox::add_sample_events(misp);
  }

  std::optional<http::response> send(http::request request) {
    constexpr std::string_view origin = "http://127.0.0.1:1";
    if (request.target.starts_with(origin))
      request.target.erase(0, origin.size());
    std::optional<http::response> out;
    misp.handle(std::move(request), {}, [&](http::response response) { out = std::move(response); });
    return out;
  }
  misp::index_answer list(const misp::index_query& query, misp::index_form form = misp::index_form::csv) {
    auto answer = misp::parse_index(send(make_index_request(at, query, form)).value(), query);
    REQUIRE(answer.has_value());
    return *answer;
  }
  misp::events_answer fetch(const std::vector<std::string>& uuids, const misp::fetch_form& form = {}) {
    auto answer = misp::parse_events(send(make_events_request(at, uuids, form).value()).value(), uuids);
    REQUIRE(answer.has_value());
    return *answer;
  }
  misp::index_query window(std::int64_t from_ago, std::int64_t to_ago) {
    misp::index_query query;
    query.window = misp::time_window{misp::time_bound::at(misp.now() - from_ago),
                                     misp::time_bound::at(misp.now() - to_ago)};
    return query;
  }
  http::request raw(std::string method, std::string target, std::string accept, std::string type,
                    std::string body) {
    http::request request{std::move(method), std::move(target), {}, std::move(body)};
    request.headers.add("Authorization", key);
    request.headers.add("Accept", std::move(accept));
    if (!type.empty())
      request.headers.add("Content-Type", std::move(type));
    return request;
  }
};

std::set<std::string> uuids_of(const std::vector<misp::event>& events) {
  std::set<std::string> out;
  for (const misp::event& e : events)
    out.insert(e.uuid);
  return out;
}

} // namespace

TEST_CASE("at least twelve varied events are there, published one after the other", "[sandbox][misp]") {
  fixture f;
  CHECK(f.misp.uuids().size() >= 12);
  const misp::index_answer all = f.list({});
  CHECK(all.rows.size() == f.misp.uuids().size());
  CHECK(all.unasked == 0);
  for (std::size_t i = 1; i < all.rows.size(); ++i)
    CHECK(all.rows[i].publish_timestamp == all.rows[i - 1].publish_timestamp + 60);
  CHECK(all.rows.back().publish_timestamp == f.misp.now());
}

TEST_CASE("CSV and JSON list the same, numbers as text or not", "[sandbox][misp]") {
  fixture f;
  const auto csv = f.list({}).rows;
  CHECK(f.list({}, misp::index_form::json).rows == csv);
  f.misp.configure([](sandbox::misp_settings& s) { s.numbers_as_text = false; });
  CHECK(f.list({}, misp::index_form::json).rows == csv);
  const auto red =
      std::find_if(csv.begin(), csv.end(), [](auto& r) { return r.uuid == sample_event::rules; });
  REQUIRE(red != csv.end());
  CHECK(red->info == "Rules for Lantern Moth\r\n(second edition)");
  CHECK(red->organisation == "Example Energy CERT");
  CHECK(red->attribute_count == 4);
}

TEST_CASE("a window takes both its ends, a reversed one finds nothing", "[sandbox][misp]") {
  fixture f;
  CHECK(f.list(f.window(0, 0)).rows.size() == 1);
  CHECK(f.list(f.window(60, 0)).rows.size() == 2);
  CHECK(f.list(f.window(59, 1)).rows.empty());
  const auto reversed = f.send(f.raw("POST", "/events/index", "application/json", "application/json",
                                     R"({"published":1,"publish_timestamp":["1s","30d"]})"));
  CHECK(reversed->body == "[]");
  misp::index_query recent;
  recent.window =
      misp::time_window{misp::time_bound::ago(std::chrono::hours{24}), misp::time_bound::ago(seconds{90})};
  CHECK(f.list(recent).rows.size() == f.misp.uuids().size() - 2); // the last two are younger than 90 s
  const auto nonsense = f.send(f.raw("POST", "/events/index", "application/json", "application/json",
                                     R"({"published":1,"publish_timestamp":"soon"})"));
  CHECK(nonsense->body == "[]"); // now + 1 s
}

TEST_CASE("the window follows the server's clock", "[sandbox][misp]") {
  fixture f;
  f.misp.configure([](sandbox::misp_settings& s) { s.clock_offset = std::chrono::hours{24}; });
  misp::index_query recent;
  recent.window =
      misp::time_window{misp::time_bound::ago(std::chrono::hours{1}), misp::time_bound::ago(seconds{0})};
  CHECK(f.list(recent).rows.empty());
  f.misp.publish_event(sample_event::phishing);
  CHECK(f.list(recent).rows.size() == 1);
}

TEST_CASE("every sample event is read whole by the bot's codec", "[sandbox][misp]") {
  fixture f;
  for (const bool as_text : {true, false}) {
    f.misp.configure([&](sandbox::misp_settings& s) { s.numbers_as_text = as_text; });
    for (const std::string& uuid : f.misp.uuids()) {
      const misp::events_answer answer = f.fetch({uuid});
      REQUIRE(answer.events.size() == 1);
      const misp::event& e = answer.events.front();
      CHECK(e.uuid == uuid);
      CHECK(e.published);
      CHECK(e.publish_timestamp > 0);
      const auto view = f.send(make_view_request(f.at, uuid).value());
      CHECK(misp::parse_view(*view, uuid).value() == e);
    }
  }
  CHECK(f.fetch({sample_event::ransomware}).events.front().objects.size() == 2);
  CHECK(f.fetch({sample_event::spam_list}).events.front().attributes.size() == 300);
}

TEST_CASE("what is not for readers is not in an answer", "[sandbox][misp]") {
  fixture f;
  const auto raw =
      f.send(make_events_request(f.at, std::vector<std::string>{sample_event::internal_details}).value());
  CHECK(raw->body.find("removed.example.com") == std::string::npos); // deleted
  CHECK(raw->body.find("internal:ticket") == std::string::npos);     // local
  const misp::event e = f.fetch({sample_event::internal_details}).events.front();
  CHECK(e.attributes.size() == 1);
  CHECK(e.tags.size() == 1);
  CHECK(f.fetch({sample_event::internal_details}, {.include_local_tags = true}).events.front().tags.size() ==
        2);
  const auto report =
      f.send(make_events_request(f.at, std::vector<std::string>{sample_event::report_only}).value());
  CHECK(report->body.find("discarded.example.com") != std::string::npos); // MISP sends deleted reports
  CHECK(f.fetch({sample_event::report_only}).events.front().reports.size() == 1); // the codec drops them
}

TEST_CASE("reduced fetches leave out galaxies, reports or everything", "[sandbox][misp]") {
  fixture f;
  const std::vector<std::string> uuid{sample_event::ransomware};
  CHECK(f.fetch(uuid).events.front().galaxies.size() == 2);
  CHECK(f.fetch(uuid, {.exclude_galaxies = true}).events.front().galaxies.empty());
  CHECK(f.fetch(uuid, {.exclude_galaxies = true}).events.front().tags.size() == 4);
  CHECK(f.fetch(uuid, {.exclude_reports = true}).events.front().reports.empty());
  CHECK(misp::count_attributes(f.fetch(uuid, {.metadata_only = true}).events.front()) == 0);
  auto page = misp::parse_attributes(f.send(make_attributes_request(f.at, uuid[0], 1).value()).value());
  REQUIRE(page.has_value());
  CHECK(page->rows == misp::count_attributes(f.fetch(uuid).events.front()));
  CHECK(misp::parse_attributes(f.send(make_attributes_request(f.at, uuid[0], 2).value()).value())->rows == 0);
}

TEST_CASE("an edit hides an event until it is published again, with a new time", "[sandbox][misp]") {
  fixture f;
  const std::string uuid = sample_event::phishing;
  const auto before = f.fetch({uuid}).events.front();
  f.clock.advance(std::chrono::minutes{5});
  CHECK(f.misp.add_attribute(uuid, "domain", "Network activity", "new.example.com"));
  CHECK(f.fetch({uuid}).events.empty());
  CHECK(f.list({}).rows.size() == f.misp.uuids().size() - 1);
  f.clock.advance(std::chrono::minutes{5});
  CHECK(f.misp.publish_event(uuid));
  const auto after = f.fetch({uuid}).events.front();
  CHECK(after.attributes.size() == before.attributes.size() + 1);
  CHECK(after.publish_timestamp == f.misp.now());
  CHECK(after.timestamp == f.misp.now() - 300);
  CHECK(f.list(f.window(0, 0)).rows.at(0).uuid == uuid);

  CHECK(f.misp.unpublish(uuid));
  CHECK(f.fetch({uuid}).events.empty());
  CHECK(f.fetch({uuid}, {.include_unpublished = true}).events.size() == 1);
  CHECK(f.misp.remove(uuid));
  CHECK(f.fetch({uuid}, {.include_unpublished = true}).events.empty());
  CHECK(misp::parse_view(*f.send(make_view_request(f.at, uuid).value()), uuid).error().code == ec::not_found);
  CHECK_FALSE(f.misp.remove(uuid));
  CHECK_FALSE(f.misp.publish_event(uuid));
}

TEST_CASE("events of every exporter are taken in and served as published now", "[sandbox][misp]") {
  fixture f(false);
  const std::string bare = R"({"uuid": "5A3C2FCD-8328-42BB-A95E-4F4402DE0B81", "info": "x", "timestamp": "5",
                               "published": false, "publish_timestamp": "0", "id": "977"})";
  for (const std::string& text : {bare, "{\"Event\": " + bare + "}", "[{\"Event\": " + bare + "}]",
                                  "{\"response\": [{\"Event\": " + bare + "}]}"}) {
    auto uuid = f.misp.add_event(text, misp_server::publish::yes);
    REQUIRE(uuid.has_value());
    const misp::event e = f.fetch({*uuid}).events.at(0);
    CHECK(e.timestamp == 5);
    CHECK(e.publish_timestamp == f.misp.now());
    CHECK(e.id == "1");
  }
  CHECK(f.misp.uuids().size() == 1);
  for (const char* text : {"", "{}", "[]", R"({"Event": {"uuid": "short"}})", "nothing"})
    CHECK(f.misp.add_event(text, misp_server::publish::yes).error().code == ec::malformed);
}

TEST_CASE("a wrong key is refused like MISP does, in whatever form was asked", "[sandbox][misp]") {
  fixture f;
  f.at.key = secret(std::string(40, 'x'));
  auto csv = f.send(make_index_request(f.at, {}, misp::index_form::csv));
  CHECK(csv->status == 403);
  CHECK(csv->headers.find("Content-Type").value().starts_with("text/html"));
  CHECK(misp::parse_index(*csv, {}).error().code == ec::unauthorized);
  auto json = f.send(make_index_request(f.at, {}, misp::index_form::json));
  CHECK(misp::parse_index(*json, {}).error().code == ec::unauthorized);
  f.at.key = secret("Bearer " + std::string(key));
  CHECK(misp::parse_version(*f.send(make_version_request(f.at))).error().code == ec::unauthorized);
  f.at.key = secret(std::string(40, 'x') + ", " + key);
  CHECK(misp::parse_version(*f.send(make_version_request(f.at)))->version == "2.5.1");
  f.at.auth_header = "X-MISP-AUTH";
  CHECK(misp::parse_version(*f.send(make_version_request(f.at))).has_value());
  for (const sandbox::misp_call& call : f.misp.calls())
    CHECK(call.body.find(key) == std::string::npos);
}

TEST_CASE("Accept is compared letter by letter", "[sandbox][misp]") {
  fixture f;
  const auto status = [&](std::string accept, std::string path) {
    return f.send(f.raw("POST", std::move(path), std::move(accept), "application/json", "{}"))->status;
  };
  CHECK(status("application/json", "/events/index") == 200);
  CHECK(status("*/*", "/events/index") == 302);
  CHECK(status("Application/JSON", "/events/index") == 302);
  const auto escaped =
      f.send(f.raw("POST", "/events/index", "application/json, text/plain, */*", "application/json", "{}"));
  CHECK(escaped->body.find("&quot;") != std::string::npos);
  CHECK(misp::parse_index(*escaped, {}).error().code == ec::unavailable);
  CHECK(status("application/json; charset=utf-8", std::string("/events/view/") + sample_event::phishing) ==
        500);
  CHECK(status("*/*", "/events/restSearch") == 200); // always an API call
  f.misp.configure([](sandbox::misp_settings& s) { s.csv = false; });
  const auto old = f.send(make_index_request(f.at, {}, misp::index_form::csv));
  CHECK(misp::parse_index(*old, {}).error().code == ec::unavailable); // ask for JSON then
}

TEST_CASE("a lost body brings every event, and the codec drops them", "[sandbox][misp]") {
  fixture f;
  f.misp.fail_next({.kind = misp_fault::what::every_event, .path = "/events/restSearch"});
  const misp::events_answer answer = f.fetch({sample_event::phishing});
  CHECK(uuids_of(answer.events) == std::set<std::string>{sample_event::phishing});
  CHECK(answer.unasked == f.misp.uuids().size() - 1);
  const auto form = f.send(
      f.raw("POST", "/events/restSearch", "application/json", "Application/JSON", R"({"eventid":"1"})"));
  CHECK(form->headers.find("X-Result-Count") == std::to_string(f.misp.uuids().size()));
  f.misp.fail_next({.kind = misp_fault::what::every_event});
  CHECK(f.list(f.window(0, 0)).unasked == f.misp.uuids().size() - 1);
}

TEST_CASE("disturbances come once, where they were ordered", "[sandbox][misp]") {
  fixture f;
  const auto code = [&] {
    auto answer = misp::parse_index(f.send(make_index_request(f.at, {}, misp::index_form::csv)).value(), {});
    return answer ? ec::internal : answer.error().code;
  };
  using what = misp_fault::what;
  f.misp.fail_next({.kind = what::error, .status = 500, .path = "/events/restSearch"});
  CHECK(code() == ec::internal); // another path
  f.misp.clear_faults();
  const std::vector<std::pair<misp_fault, ec>> faults{
      {{.kind = what::error, .status = 500}, ec::upstream_failed},
      {{.kind = what::page, .status = 502}, ec::upstream_failed},
      {{.kind = what::login}, ec::unavailable},
      {{.kind = what::rate_limit}, ec::rate_limited},
      {{.kind = what::empty}, ec::upstream_failed},
      {{.kind = what::page, .status = 200}, ec::unavailable}};
  for (const auto& [fault, expected] : faults) {
    f.misp.fail_next(fault);
    CHECK(code() == expected);
    CHECK(code() == ec::internal);
  }
  f.misp.fail_next({.kind = what::cut, .bytes = 300});
  CHECK(code() == ec::upstream_failed);
  f.misp.fail_next({.kind = what::notice});
  CHECK(misp::parse_events(
            *f.send(make_events_request(f.at, std::vector<std::string>{sample_event::red}).value()),
            std::vector<std::string>{sample_event::red})
            .error()
            .code == ec::upstream_failed);
  f.misp.fail_next({.kind = what::drop, .times = 2});
  CHECK_FALSE(f.send(make_version_request(f.at)));
  CHECK_FALSE(f.send(make_version_request(f.at)));
  CHECK(f.send(make_version_request(f.at)));
  CHECK(f.misp.calls().back().status == 200);
}

TEST_CASE("searches are limited in windows of 15 minutes, listings are not", "[sandbox][misp]") {
  fixture f;
  f.misp.configure([](sandbox::misp_settings& s) { s.searches_per_window = 2; });
  const auto search = [&] {
    return *f.send(make_events_request(f.at, std::vector<std::string>{sample_event::phishing}).value());
  };
  CHECK(search().headers.find("X-Rate-Limit-Remaining") == "1");
  f.clock.advance(seconds{100});
  CHECK(search().status == 200);
  const http::response refused = search();
  CHECK(misp::classify(refused).error().retry_after == seconds{800});
  CHECK(f.list({}).rows.size() == f.misp.uuids().size());
  f.clock.advance(seconds{800});
  CHECK(search().status == 200);
}

TEST_CASE("maintenance sends valid keys to the login page", "[sandbox][misp]") {
  fixture f;
  f.misp.configure([](sandbox::misp_settings& s) {
    s.maintenance = true;
    s.key_expires = "2031-05-04T00:00:00+00:00";
  });
  CHECK(misp::parse_version(*f.send(make_version_request(f.at))).error().code == ec::unavailable);
  f.at.key = secret("wrong");
  CHECK(misp::parse_version(*f.send(make_version_request(f.at))).error().code == ec::unauthorized);
  f.at.key = secret(key);
  f.misp.configure([](sandbox::misp_settings& s) { s.maintenance = false; });
  CHECK(misp::read_notes(*f.send(make_version_request(f.at))).key_expiry.has_value());
}

TEST_CASE("wrong paths and bodies get MISP's answers", "[sandbox][misp]") {
  fixture f;
  const auto code = [&](std::string path, std::string body) {
    return misp::classify(*f.send(f.raw("POST", std::move(path), "application/json", "application/json",
                                        std::move(body))))
        .error()
        .code;
  };
  CHECK(code("/events/research", "{}") == ec::bad_configuration);
  CHECK(code("/misp/events/index", "{}") == ec::bad_configuration);
  CHECK(code("/events/restSearch", "{") == ec::upstream_rejected);
  CHECK(code("/events/restSearch", R"({"returnFormat":"JSON"})") == ec::upstream_rejected);
  CHECK(code("/events/restSearch", R"({"publish_timestamp":[1,2,3]})") == ec::upstream_failed);
  CHECK(code("/events/view/5E1F0C0A-0001-4A57-9D2E-3F6B1C9A0001", "") == ec::not_found); // upper case
}
