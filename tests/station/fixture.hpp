/// A Station in memory with two companies, and a client that speaks to it.
#pragma once

#include "core/bytes.hpp"
#include "station/accounts.hpp"
#include "station/service.hpp"
#include "storage/memory_store.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace isacbot::test {

namespace bj = boost::json;

inline std::string text(const bj::value& v) {
  return std::string(v.as_string());
}

/// What the fixture's service reported to its hooks, from whatever thread.
struct hook_record {
  std::mutex mutex;
  std::vector<std::pair<std::string, unsigned>> answered;
  std::vector<std::string> failed;
};

struct station_fixture {
  storage::memory_store store;
  manual_clock time;
  seeded_random random{7};
  station::hash_cost cheap{4, 8, 1};
  station::accounts people{store, time, random, cheap};
  hook_record hooks;
  std::unique_ptr<station::service> service;

  std::string shared;                              ///< alice and carol may submit, bob may view
  std::string own;                                 ///< alice only, full
  std::string foreign;                             ///< eve only
  station::api_credentials alice, bob, carol, eve; ///< alice, bob, carol: Example Corp; eve: another company

  explicit station_fixture(station::service_settings settings = {}) {
    shared = people.add_enclave("Example ISAC", "INTERNAL").value().id;
    own = people.add_enclave("Example Corp", "INTERNAL").value().id;
    foreign = people.add_enclave("Elsewhere", "CLOSED").value().id;
    alice = people.add_user("Alice", "Example Corp").value();
    bob = people.add_user("Bob", "EXAMPLE corp").value();
    carol = people.add_user("Carol", "Example Corp").value();
    eve = people.add_user("Eve", "").value();
    people.grant(alice.key, shared, station::access::submit).value();
    people.grant(alice.key, own, station::access::full).value();
    people.grant(bob.key, shared, station::access::view).value();
    people.grant(carol.key, shared, station::access::submit).value();
    people.grant(eve.key, foreign, station::access::full).value();
    restart(settings);
  }

  void restart(station::service_settings settings = {}) {
    settings.secret_cost = cheap;
    service = std::make_unique<station::service>(
        store, time, random, settings,
        station::service_hooks{[this](telemetry::label route, unsigned status) {
                                 std::lock_guard lock(hooks.mutex);
                                 hooks.answered.emplace_back(std::string(route.text()), status);
                               },
                               [this](std::string_view, const error& e) {
                                 std::lock_guard lock(hooks.mutex);
                                 hooks.failed.push_back(to_string(e));
                               },
                               {}});
  }

  /// What the background thread does where there is one.
  void index() {
    while (service->index_some().value())
      ;
  }

  http::response send(std::string method, std::string target, http::fields headers, std::string body = {}) {
    return service->handle({std::move(method), std::move(target), std::move(headers), std::move(body)});
  }

  static std::string basic(const station::api_credentials& who) {
    return "Basic " + to_base64(who.key + ":" + std::string(who.secret.reveal()));
  }

  http::response ask_token(const station::api_credentials& who) {
    return send("POST", "/oauth/token", {{"Authorization", basic(who)}}, "grant_type=client_credentials");
  }

  std::string token(const station::api_credentials& who) {
    return std::string(bj::parse(ask_token(who).body).at("access_token").as_string());
  }

  /// A call below /api/1.3 as `who`.
  http::response call(const station::api_credentials& who, std::string method, const std::string& path,
                      std::string body = {}, const std::string& idempotency_key = {}) {
    http::fields headers{{"Authorization", "Bearer " + token(who)}};
    if (!idempotency_key.empty())
      headers.add("Idempotency-Key", idempotency_key);
    return send(std::move(method), "/api/1.3" + path, std::move(headers), std::move(body));
  }

  /// The body of a submission of plain values.
  static std::string submission(const std::string& enclave, const std::vector<std::string>& values) {
    bj::array content;
    for (const std::string& value : values)
      content.push_back(bj::object{{"value", value}});
    return bj::serialize(bj::object{{"enclaveIds", bj::array{enclave}}, {"content", std::move(content)}});
  }

  bj::value metadata(const station::api_credentials& who, const std::string& value,
                     const std::string& query = {}) {
    bj::array body;
    body.push_back(bj::object{{"value", value}, {"indicatorType", nullptr}});
    return bj::parse(call(who, "POST", "/indicators/metadata" + query, bj::serialize(body)).body);
  }

  std::int64_t sightings(const station::api_credentials& who, const std::string& value) {
    bj::value found = metadata(who, value);
    return found.as_array().empty() ? 0 : found.at(0).at("sightings").as_int64();
  }

  /// Values of one page of a search, in order.
  std::vector<std::string> search(const station::api_credentials& who, const std::string& term,
                                  const std::string& query = {}) {
    auto answer =
        call(who, "POST", "/indicators/search" + query, bj::serialize(bj::object{{"searchTerm", term}}));
    std::vector<std::string> values;
    bj::value page = bj::parse(answer.body);
    for (const bj::value& item : page.at("items").as_array())
      values.emplace_back(item.at("value").as_string());
    return values;
  }
};

inline station::service_settings unlimited() {
  station::service_settings settings;
  settings.calls_per_minute = 0;
  return settings;
}

} // namespace isacbot::test
