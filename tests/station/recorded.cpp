/// Requests that real clients put on the wire, against our Station: each answer is what its client needs.
#include "protocol/trustar/recorded.hpp"

#include "protocol/trustar/query.hpp"
#include "station/fixture.hpp"
#include "station/routes.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <regex>

using namespace isacbot;
using namespace isacbot::test;

namespace {

const std::regex uuid_v4("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

/// The clients' enclaves, credentials and clock are the recordings' own; ids are put in their place.
struct replay_fixture : station_fixture {
  std::string report_id;
  std::map<std::string, std::string> ids; ///< as recorded -> ours

  explicit replay_fixture(bool external_id_taken = true) : station_fixture(unlimited()) {
    ids["5b0c2d1e-7f7a-4b1e-8f4c-3d7f7f0a1b2c"] = shared;
    ids["c1f7a9d4-2b63-4e58-9a0d-6e4b1f8c7d35"] = own;
    // Key and secrets as the recorded Basic headers hold them.
    auto first = load_recorded("001-first-call-step1.http");
    auto pair = from_base64(first->headers.find("Authorization")->substr(6)).value();
    station::api_credentials recorded{pair.substr(0, pair.find(':')),
                                      secret(pair.substr(pair.find(':') + 1))};
    people.import_user("SDK", "Example Corp", recorded).value();
    for (const std::string& enclave : {shared, own})
      for (const std::string& key : {recorded.key, alice.key})
        people.grant(key, enclave, station::access::full).value();
    bj::object known{{"title", "Phishing wave, beacon seen"},
                     {"reportBody", "Seen 203.0.113.9"},
                     {"enclaveIds", bj::array{shared}}};
    if (external_id_taken)
      known["externalTrackingId"] = "case-100";
    report_id = call(alice, "POST", "/reports", bj::serialize(known)).body;
    ids["0b8a4f6e-58a3-4f0b-9a3c-2f6f4a8b1d77"] = report_id;
    call(alice, "POST", "/indicators",
         submission(shared, {"203.0.113.9", "bad.example.net", "a.example.net"}));
  }

  /// Sends a recorded request with our token and our ids.
  http::response replay(const std::string& file) {
    auto request = load_recorded(file).value();
    for (const auto& [theirs, ours] : ids)
      for (std::string* text : {&request.target, &request.body})
        for (std::size_t at = 0; (at = text->find(theirs, at)) != std::string::npos; at += ours.size())
          text->replace(at, theirs.size(), ours);
    if (request.target.find("/oauth/token") == std::string::npos)
      request.headers.set("Authorization", "Bearer " + token(alice));
    return service->handle(request);
  }
};

bool has_page_form(const bj::value& body) {
  const auto* o = body.if_object();
  return o != nullptr && o->contains("items") && o->at("items").is_array() && o->contains("hasNext") &&
         o->at("hasNext").is_bool() && o->contains("pageNumber") && o->contains("pageSize");
}

/// What the client reads of an answer of this endpoint (the recordings' own notes, by route).
void check_form(station::endpoint what, const http::response& answer) {
  switch (what) {
  case station::endpoint::token:
    CHECK(bj::parse(answer.body).at("access_token").is_string());
    CHECK(bj::parse(answer.body).at("expires_in").is_int64());
    break;
  case station::endpoint::ping:
    CHECK(answer.body == "pong");
    break;
  case station::endpoint::version:
    CHECK(answer.body == "1.3");
    break;
  case station::endpoint::submit_indicators:
  case station::endpoint::update_report:
  case station::endpoint::delete_report:
  case station::endpoint::delete_from_whitelist:
  case station::endpoint::delete_indicator_tag:
    CHECK(answer.body.empty());
    break;
  case station::endpoint::create_report:
  case station::endpoint::upsert_report:
    CHECK(std::regex_match(answer.body, uuid_v4));
    break;
  case station::endpoint::enclaves:
  case station::endpoint::request_quotas:
  case station::endpoint::indicator_metadata:
    CHECK(bj::parse(answer.body).is_array());
    break;
  case station::endpoint::correlate_reports:
  case station::endpoint::all_report_tags:
  case station::endpoint::report_tags:
  case station::endpoint::add_to_whitelist:
  case station::endpoint::indicator_details:
  case station::endpoint::community_trends:
  case station::endpoint::list_indicator_tags:
    CHECK(bj::parse(answer.body).is_array());
    break;
  case station::endpoint::search_indicators:
  case station::endpoint::list_reports:
  case station::endpoint::correlated_reports:
  case station::endpoint::report_indicators:
  case station::endpoint::list_whitelist:
  case station::endpoint::list_indicators:
  case station::endpoint::related_indicators:
  case station::endpoint::search_reports:
  case station::endpoint::indicator_summaries:
    CHECK(has_page_form(bj::parse(answer.body)));
    break;
  case station::endpoint::report_details:
    CHECK(bj::parse(answer.body).at("timeBegan").is_int64());
    CHECK(bj::parse(answer.body).at("updated").is_int64());
    break;
  case station::endpoint::copy_report:
  case station::endpoint::move_report:
  case station::endpoint::alter_report_tags:
    CHECK(std::regex_match(text(bj::parse(answer.body).at("id")), uuid_v4));
    break;
  case station::endpoint::report_status:
    CHECK(
        text(bj::parse(answer.body).at("status")).starts_with("SUBMISSION_")); // not indexed yet, or already
    CHECK(bj::parse(answer.body).at("errorMessage") == "");
    break;
  case station::endpoint::add_indicator_tag:
    for (const char* field : {"guid", "name", "enclaveId"})
      CHECK(bj::parse(answer.body).at(field).is_string());
    break;
  case station::endpoint::start_export:
    CHECK(std::regex_match(text(bj::parse(answer.body).at("guid")), uuid_v4));
    break;
  case station::endpoint::export_status:
    CHECK(bj::parse(answer.body).at("status") == "COMPLETE");
    break;
  case station::endpoint::export_data:
    CHECK(answer.headers.find("Content-Type") == "text/csv;charset=UTF-8");
    break;
  case station::endpoint::redact_report:
    CHECK(bj::parse(answer.body).at("reportBody").is_string());
    CHECK(bj::parse(answer.body).as_object().contains("title"));
    break;
  case station::endpoint::triage_submissions:
  case station::endpoint::triage_indicators:
    CHECK(bj::parse(answer.body).at("items").is_array());
    CHECK(bj::parse(answer.body).at("responseMetadata").at("nextCursor") == "");
    CHECK(bj::parse(answer.body).at("responseMetadata").at("totalItems").is_int64());
    break;
  case station::endpoint::triage_status:
  case station::endpoint::submission_status:
  case station::endpoint::add_report_tag:
  case station::endpoint::delete_report_tag:
    break;
  }
}

} // namespace

TEST_CASE("every recorded request of a served endpoint is answered as its client needs",
          "[station][recorded]") {
  if (!std::filesystem::exists(recorded_requests() / "index.json"))
    SKIP("no recorded requests beside this checkout");
  // Where the recording server was told to misbehave, or answered for a state that we don't have.
  const std::map<std::string, unsigned> otherwise{
      {"022-token-secret-latin1-step1.http", 401}, // a wrong secret, in Latin-1
      {"020-token-secret-with-colon-step1.http",
       401}, // another secret than our user's; its own test is below
      {"024-token-wrong-secret.http", 401},
      {"067-get_report_details-external.http", 200},
      {"068-get_report_details-external-space-unicode.http", 404},
      {"070-get_report_details-external-question.http", 404},
      {"071-get_report_details-external-hash.http", 404},
      {"072-get_report_details-external-percent.http", 404},
      {"074-get_report_details-external-colon-at.http", 404},
      // Faults that the recording server made up: the request itself is good.
      {"025-expired-token-get-step1.http", 200},
      {"028-invalid-token-post-step1.http", 200},
      {"031-expired-token-no-retry-step1.http", 200},
      {"033-token-refused-401.http", 200},
      {"034-bad-token-other-text.http", 200},
      {"035-too-many-get-step1.http", 200},
      {"037-too-many-twice-post-step1.http", 200},
      {"038-too-many-twice-post-step2.http", 200},
      {"040-too-many-long-wait.http", 200},
      {"041-too-many-no-retry.http", 200},
      {"180-server-error.http", 200},
      // An export that nobody asked us for, a phishing submission that a server without a mailbox doesn't
      // have.
      {"169-get_indicator_metadata_export_status.http", 404},
      {"170-download_indicator_metadata_export.http", 404},
      {"179-mark_triage_status.http", 404}};
  auto index = bj::parse(read_file(recorded_requests() / "index.json"));
  std::size_t served = 0;
  for (const bj::value& entry : index.as_array()) {
    std::string file = text(entry.at("file"));
    auto request = load_recorded(file).value();
    auto target = station::parse_target(request.target).value();
    auto match = station::match_route(request.method, target.segments);
    const auto* route = entry.at("route").if_string();
    std::string served_as = match.found == nullptr ? "" : std::string(match.found->pattern);
    if (route != nullptr && *route != served_as && *route != "/api/1.3" + served_as)
      FAIL_CHECK("no route for " << file);
    CAPTURE(file, text(entry.at("expects")));
    replay_fixture f(served_as != "/reports"); // each on its own
    auto answer = f.replay(file);
    CAPTURE(answer.body);
    ++served;
    auto known = otherwise.find(file);
    unsigned wanted = known != otherwise.end()
                          ? known->second
                          : static_cast<unsigned>(entry.at("answered").at("status").as_int64());
    if (file == "064-submit_report-duplicate-external-id.http") {
      CHECK((answer.status == 200 || answer.status == 409));
      answer = f.replay(file); // the second one is the duplicate
    }
    CHECK(answer.status == wanted);
    CHECK(answer.headers.count("Trace-Id") == 1);
    if (answer.status == 200) {
      if (!answer.body.empty() && match.found->what != station::endpoint::ping &&
          match.found->what != station::endpoint::version &&
          match.found->what != station::endpoint::create_report)
        CHECK(answer.headers.find("Content-Type") == "application/json;charset=UTF-8");
      check_form(match.found->what, answer);
    } else if (answer.status != 401 || match.found->what != station::endpoint::token) {
      CHECK_FALSE(text(bj::parse(answer.body).at("message")).empty()); // the SDK shows nothing else
    }
  }
  CHECK(served == index.as_array().size());
}

TEST_CASE("a secret with a colon is taken as it is", "[station][recorded]") {
  auto request = load_recorded("020-token-secret-with-colon-step1.http");
  if (!request)
    SKIP("no recorded requests beside this checkout");
  station_fixture f;
  f.people
      .import_user("SDK", "", {"3f0a6c52-91d7-4be8-a4c3-example-key", secret(std::string("a:b%20c+d/e="))})
      .value();
  CHECK(f.service->handle(*request).status == 200);
}

TEST_CASE("what a recorded submission holds is stored as its client sent it", "[station][recorded]") {
  if (!load_recorded("132-submit_indicators-full.http"))
    SKIP("no recorded requests beside this checkout");
  replay_fixture f;
  CHECK(f.replay("132-submit_indicators-full.http").status == 200);
  auto found = f.metadata(f.alice, "203.0.113.9", "?enclaveIds=" + f.own).at(0);
  CHECK(found.at("sightings") == 3);
  CHECK(found.at("firstSeen") == 1700000000000);
  CHECK(found.at("lastSeen") == 1700000500000);
  CHECK(text(found.at("notes").at(0)) == "from #ir \u2013 \u201eGr\u00fc\u00dfe\u201c \U0001F3A3");
  CHECK(found.at("tags").as_array().empty()); // both tags belong to the other enclave
  auto in_first = f.metadata(f.alice, "203.0.113.9", "?enclaveIds=" + f.shared).at(0);
  CHECK(text(in_first.at("tags").at(0).at("name")) == "own");
  auto url = f.metadata(f.alice, "http://bad.example.net/x?a=1,2&b=3", "?enclaveIds=" + f.shared).at(0);
  CHECK(text(url.at("tags").at(0).at("name")) == "slack-ops");
  CHECK(f.sightings(f.alice, "d41d8cd98f00b204e9800998ecf8427e") == 2);
}
