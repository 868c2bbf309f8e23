/// A Station with things that strangers may see, and, if wanted, an enclave that they may not.
#pragma once

#include "station/fixture.hpp"
#include "station/keys.hpp"
#include "station/redaction.hpp"
#include "station/scores.hpp"
#include "station/stranger_requests.hpp"
#include "station/whitelist.hpp"
#include "support/store_in_front.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <utility>

namespace isacbot::test {

/// Notes how much is read, from which table: time that depends on what lies there would show here.
class noting_store final : public store_in_front {
 public:
  using store_in_front::store_in_front;
  mutable std::multiset<std::string> notes; ///< in whatever order: numbers follow ids, which are random

  result<std::optional<std::string>> get(storage::table t, std::string_view key) const override {
    auto found = store_in_front::get(t, key);
    note("get", t, key.size(), found && *found ? (*found)->size() : 0);
    return found;
  }
  result<void> scan(storage::table t, std::string_view first, std::string_view last,
                    const visitor& visit) const override {
    return store_in_front::scan(t, first, last, noting(t, visit));
  }
  result<void> scan_reverse(storage::table t, std::string_view first, std::string_view last,
                            const visitor& visit) const override {
    return store_in_front::scan_reverse(t, first, last, noting(t, visit));
  }
  std::vector<result<void>> write_group(std::span<const storage::write_batch> batches,
                                        storage::sync s) override {
    return inner().write_group(batches, s);
  }

 private:
  void note(std::string_view what, storage::table t, std::size_t key, std::size_t value) const {
    if (t == station::tables::submissions) // found by an id that only its owner knows; a small row
      value = 0;
    notes.insert(std::string(what) + " " + std::to_string(static_cast<int>(t)) + " " + std::to_string(key) +
                 " " + std::to_string(value));
  }
  visitor noting(storage::table t, const visitor& visit) const {
    return [this, t, &visit](std::string_view key, std::string_view value) {
      note("row", t, key.size(), value.size());
      return visit(key, value);
    };
  }
};

struct world : station_fixture {
  noting_store reads{store};
  objects hidden;

  explicit world(bool filled, bool ignore_grants = false) {
    station::service_settings settings = unlimited();
    settings.secret_cost = cheap;
    settings.sabotage.ignore_grants = ignore_grants;
    service = std::make_unique<station::service>(reads, time, random, settings);
    hidden["their own enclave"] = foreign;
    fill_what_strangers_have();
    time.advance(std::chrono::minutes(1));
    if (filled)
      fill_what_is_hidden();
    index();
    time.advance(std::chrono::minutes(1));
  }

  /// So that lists, counts, trends and correlations are not empty to begin with.
  void fill_what_strangers_have() {
    for (const auto& [who, where] : {std::pair(&eve, &foreign), std::pair(&alice, &shared)}) {
      call(*who, "POST", "/indicators", submission(*where, {"198.51.100.77", "http://visible.example.org/"}));
      auto id = call(*who, "POST", "/reports",
                     R"({"title": "Visible", "reportBody": "8.8.8.77 and 8.8.4.4", "enclaveIds": [")" +
                         *where + R"("]})")
                    .body;
      call(*who, "POST", "/reports/" + id + "/alter-tags", R"({"addedTags": [{"name": "seen"}]})");
    }
    for (const auto& [name, who] : {std::pair("Eve's own export", &eve), std::pair("Bob's own export", &bob)})
      hidden[name] =
          text(bj::parse(call(*who, "POST", "/indicators/metadata/bulk-export?from=0").body).at("guid"));
  }

  void fill_what_is_hidden() {
    auto where = people.add_enclave("Hidden", "INTERNAL").value();
    people.grant(alice.key, where.id, station::access::full).value();
    hidden["enclave"] = where.id;
    auto submitted =
        call(alice, "POST", "/indicators",
             submission(where.id, {"http://verysecretmarker.example.net/", "198.51.100.77", "no value"}));
    hidden["submission"] = std::string(submitted.headers.find("Submission-Id").value());
    hidden["external id"] = "case-1";
    hidden["report"] = call(alice, "POST", "/reports",
                            R"({"title": "About verysecretmarker", "externalTrackingId": "case-1",
            "reportBody": "8.8.8.77 8.8.8.78 hxxp://verysecretmarker.example.net/x", "enclaveIds": [")" +
                                where.id + R"("]})")
                           .body;
    REQUIRE(hidden["report"].size() == 36);
    hidden["report tag"] = "hiddentag";
    call(alice, "POST", "/reports/" + hidden["report"] + "/alter-tags",
         R"({"addedTags": [{"name": "hiddentag"}, {"name": "seen"}]})");
    hidden["indicator tag"] = "hiddenmark";
    hidden["id of an indicator tag"] =
        text(bj::parse(call(alice, "POST", "/indicators/tags",
                            R"({"value": "198.51.100.77", "tag": {"name": "hiddenmark", "enclaveId": ")" +
                                where.id + R"("}})")
                           .body)
                 .at("guid"));
    hidden["export"] = text(
        bj::parse(call(alice, "POST", "/indicators/metadata/bulk-export?from=0&enclaveIds=" + where.id).body)
            .at("guid"));
    hidden["value only there"] = "8.8.8.78";
    hidden["value known elsewhere, too"] = "198.51.100.77";
    hidden["value of reports"] = "8.8.8.77";
    hidden["URL"] = "http://verysecretmarker.example.net/x";
    hidden["derived host"] = "verysecretmarker.example.net";
    hidden["part of a value"] = "verysecret";
    station::score_import scores(store, people, where.id, {});
    for (const char* line :
         {R"({"value": "198.51.100.77", "score": {"name": "Risk", "value": "9"}})",
          R"({"value": "8.8.8.78", "severityLevel": 3, "source": {"key": "hiddensource"}})"})
      scores.take(line).value();
    scores.finish().value();
    REQUIRE(scores.taken() == 2);
    // Of another company.
    auto other = people.find_user(people.add_user("Zoe", "Third Corp").value().key).value()->company;
    station::add_to_whitelist(store, other, {{"IP", "8.8.4.4"}, {"IP", "198.51.100.77"}}, time.now()).value();
    station::add_redaction_term(store, other, {"company", "verysecretmarker"}).value();
  }

  std::string everything(const station::api_credentials& who) {
    std::string all;
    for (const std::string& path :
         {"/reports?from=0&enclaveIds=" + hidden["enclave"], "/reports/" + hidden["report"] + "/tags",
          "/reports/" + hidden["report"] + "/indicators?applyWhitelist=false",
          "/indicators/search?from=0&enclaveIds=" + hidden["enclave"],
          "/indicators/tags?enclaveIds=" + hidden["enclave"],
          "/submissions/" + hidden["submission"] + "/status",
          "/indicators/metadata/bulk-export/" + hidden["export"] + "/data.csv"})
      all += call(who, "GET", path).body + "\n";
    for (std::size_t at = 0; (at = all.find("\"whitelisted\":true", at)) != std::string::npos;)
      all.replace(at, 18, "\"whitelisted\":false"); // a colleague may change the company's list
    return all;
  }
};

} // namespace isacbot::test
