/// What a stranger can learn. Two Stations are alike but for one enclave that only one of them has. Whatever
/// a user without a grant asks, of any endpoint, about any object of that enclave: both have to give the same
/// answer, to the byte, after the same reads.
#include "protocol/form.hpp"
#include "station/stranger_requests.hpp"
#include "station/stranger_world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

using namespace isacbot;
using namespace isacbot::test;

namespace {

/// Whether an answer can depend on an enclave at all: what the sabotaged Station has to betray.
bool depends_on_enclaves(endpoint what) {
  const std::set<endpoint> free_of_them{
      endpoint::token,
      endpoint::ping,
      endpoint::version,
      endpoint::request_quotas,
      endpoint::redact_report,
      endpoint::triage_submissions,
      endpoint::triage_indicators,
      endpoint::triage_status,
      endpoint::list_whitelist,
      endpoint::add_to_whitelist,
      endpoint::delete_from_whitelist,
      endpoint::export_status,        // an export is its owner's alone
      endpoint::delete_indicator_tag, // its answer is empty, whatever it did
  };
  return !free_of_them.contains(what);
}

/// Ids that an answer has made up cannot be the same.
std::string without_fresh_ids(std::string text, const objects& known) {
  auto is_uuid = [](std::string_view s) {
    for (std::size_t i = 0; i < s.size(); ++i) {
      bool dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? s[i] != '-' : std::isxdigit(static_cast<unsigned char>(s[i])) == 0)
        return false;
    }
    return true;
  };
  for (std::size_t i = 0; i + 36 <= text.size(); ++i) {
    std::string candidate = text.substr(i, 36);
    bool named =
        std::any_of(known.begin(), known.end(), [&](const auto& o) { return o.second == candidate; });
    if (is_uuid(candidate) && !named)
      text.replace(i, 36, "<fresh id>");
  }
  return text;
}

/// Everything of an answer that is not made up anew each time.
std::string bytes_of(const http::response& answer, const objects& known) {
  std::string text = std::to_string(answer.status) + "\n";
  for (const auto& [name, value] : answer.headers)
    if (!http::equal_ignoring_case(name, "Trace-Id"))
      text += name + ": " + value + "\n";
  return without_fresh_ids(text + "\n" + answer.body, known);
}

/// A stranger in front of both.
class comparison {
 public:
  enum class look_at : bool { answers, answers_and_reads };

  comparison(world& with, world& without, const station::api_credentials& who, look_at what)
      : with_(with),
        without_(without),
        what_(what) {
    std::size_t i = 0;
    for (world* w : {&with, &without}) {
      authorization_[i] = "Bearer " + w->token(who);
      auto login = w->send("POST", "/login", {},
                           form::encode({{"key", who.key}, {"secret", std::string(who.secret.reveal())}}));
      cookie_[i++] = login.headers.find("Set-Cookie")
                         .value()
                         .substr(0, login.headers.find("Set-Cookie").value().find(';'));
    }
  }

  /// Whether both answer alike. @param first  gets what the one with the enclave says
  bool agree(const request& r, std::string& first, std::string& second) {
    std::string reads[2], answers[2];
    std::size_t i = 0;
    for (world* w : {&with_, &without_}) {
      w->reads.notes.clear();
      auto answer =
          w->send(r.method, r.target, {{"Authorization", authorization_[i]}, {"Cookie", cookie_[i]}}, r.body);
      for (const std::string& note : w->reads.notes)
        reads[i] += note + "\n";
      answers[i++] = bytes_of(answer, with_.hidden);
      w->time.advance(milliseconds(10));
    }
    bool with_reads = what_ == look_at::answers_and_reads && answers[0] == answers[1];
    first = answers[0] + (with_reads ? "\n" + reads[0] : "");
    second = answers[1] + (with_reads ? "\n" + reads[1] : "");
    return first == second;
  }

 private:
  world& with_;
  world& without_;
  look_at what_;
  std::string authorization_[2], cookie_[2];
};

/// Reading first: what is deleted can betray nothing any more.
template <class Route>
std::vector<Route> reading_first(std::span<const Route> routes) {
  std::vector<Route> all(routes.begin(), routes.end());
  std::stable_partition(all.begin(), all.end(), [](const Route& r) { return r.method == "GET"; });
  auto deleting =
      std::stable_partition(all.begin(), all.end(), [](const Route& r) { return r.method != "DELETE"; });
  std::stable_sort(deleting, all.end(), // tags before their reports
                   [](const Route& a, const Route& b) { return a.pattern.size() > b.pattern.size(); });
  return all;
}

} // namespace

TEST_CASE("a stranger cannot tell an enclave that he may not see from none, by any endpoint", "[station]") {
  world with(true), without(false);
  const std::string before = with.everything(with.alice);
  REQUIRE(before.find("verysecretmarker") != std::string::npos);
  std::string first, second;
  for (const auto* who : {&with.eve, &with.bob}) { // another company's, and a colleague
    comparison both(with, without, *who, comparison::look_at::answers_and_reads);
    for (const station::route& r : reading_first(station::all_routes())) {
      auto requests = requests_of(r, with.hidden);
      CAPTURE(r.method, r.pattern);
      REQUIRE((r.what == endpoint::token || requests.size() >= with.hidden.size()));
      for (const request& one : requests) {
        CAPTURE(one.target, one.body);
        if (!both.agree(one, first, second))
          CHECK(first == second);
      }
    }
    for (const station::page_route& r : station::all_pages()) {
      for (const request& one : requests_of(r, with.hidden)) {
        CAPTURE(one.target);
        if (!both.agree(one, first, second))
          CHECK(first == second);
      }
    }
  }
  CHECK(with.everything(with.alice) == before);
}

TEST_CASE("sabotage: a Station that ignores grants is found out at every endpoint and page", "[station]") {
  world with(true, true), without(false, true);
  std::string first, second;
  std::set<std::string> betrayed;
  comparison both(with, without, with.bob, comparison::look_at::answers);
  auto look = [&](const auto& routes) {
    for (const auto& r : routes)
      for (const request& one : requests_of(r, with.hidden))
        if (!both.agree(one, first, second))
          betrayed.insert(std::string(r.method) + std::string(r.pattern));
  };
  look(station::all_pages());
  look(reading_first(station::all_routes()));
  for (const station::route& r : station::all_routes()) {
    CAPTURE(r.method, r.pattern);
    CHECK(betrayed.contains(std::string(r.method) + std::string(r.pattern)) == depends_on_enclaves(r.what));
  }
  for (const char* name :
       {"GET/", "GET/account", "GET/constellation/reports/{id}", "GET/constellation/reports/{indicator}"})
    CHECK(betrayed.contains(name));
}
