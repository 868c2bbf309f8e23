#include "domain/answers.hpp"

#include "domain/answers/show.hpp"
#include "shown.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace isacbot::test;
using slack::operator""_mrkdwn;

namespace {

constexpr sys_time noon{seconds{1'760'000'000}};

indicator_hit make_hit(std::string type, std::string value) {
  indicator_hit hit;
  hit.type = std::move(type);
  hit.value = std::move(value);
  return hit;
}

receipt make_sample_receipt() {
  receipt r;
  r.submission.id = submission_id{"sub-1"};
  r.submission.enclave_name = "Intel " + hostile;
  r.submission.created = noon;
  r.counts = {200, 178, 12, 6, 4};
  for (std::uint32_t i = 1; i <= 20; ++i)
    r.refused.push_back({i, "line " + hostile, line_reason::not_understood});
  r.withheld = {{7, "192.168.0.1", line_reason::special_address}, {0, hostile, line_reason::no_wire_type}};
  r.reasons = {{line_reason::not_understood, 4}, {line_reason::special_address, 6}};
  r.types = {{"IP", 100}, {"URL", 78}, {hostile, 1}};
  part p;
  p.submission = r.submission.id;
  p.number = "1";
  p.rows = 178;
  p.station_submission_id = "st-1" + hostile;
  p.last_error = hostile;
  r.parts = {p};
  return r;
}

} // namespace

TEST_CASE("help names the five commands, one example each, and where the member stands", "[answers]") {
  std::string unregistered = check_message(help({}));
  for (auto command : {"/trustar", "/trustar-register", "/trustar-search", "/trustar-submit-report",
                       "/trustar-submit-indicators"})
    CHECK(contains(unregistered, std::string(command) + "`"));
  CHECK(contains(unregistered, "not registered"));
  CHECK(contains(unregistered, "\"action_id\":\"open_register\""));

  std::string registered_help = check_message(help({.registered = true, .key_ending = "ab12"}));
  CHECK(contains(registered_help, "`ab12`"));
  CHECK_FALSE(contains(registered_help, "open_register"));

  CHECK(contains(check_message(help({}, hostile)), "I don't know what"));
  check_view(home({}));
  check_view(home({.registered = true, .key_ending = hostile, .shared = {3, {user_id{hostile}}}}));
  check_message(not_available(hostile));
  check_message(not_allowed_here());
}

TEST_CASE("an unregistered member gets a button, and is told that the search will run", "[answers]") {
  CHECK(contains(check_message(not_registered()), "open_register"));
  std::string with_search = check_message(not_registered(hostile));
  CHECK(contains(with_search, "runs by itself"));
}

TEST_CASE("the registration dialog has the blocks that the bot reads", "[answers]") {
  std::string dialog = check_view(register_dialog({.credentials_url = station + "/account",
                                                   .one_time_page = "https://bot.test/register/abc",
                                                   .replaces_existing = true,
                                                   .private_metadata = "key-1"}));
  CHECK(contains(dialog, R"("callback_id":"register")"));
  CHECK(contains(dialog, R"("block_id":"api_key")"));
  CHECK(contains(dialog, R"("block_id":"api_secret")"));
  CHECK(contains(dialog, R"("action_id":"value")"));
  CHECK(contains(dialog, "<https://station.test/account|"));
  CHECK(contains(dialog, "<https://bot.test/register/abc|"));
  CHECK(contains(dialog, "Slack shows what you type"));
  CHECK_FALSE(contains(dialog, "initial_value"));
  CHECK_FALSE(contains(check_view(register_dialog({})), "<http"));
}

TEST_CASE("registration errors stand at the block they are about", "[answers]") {
  CHECK(check_registration_input("key", "secret").empty());
  CHECK(check_registration_input("", "secret").at(0).first == "api_key");
  CHECK(check_registration_input("key", "").at(0).first == "api_secret");
  CHECK(check_registration_input("a b", "a\nb").size() == 2);
  CHECK(check_registration_input(std::string(513, 'k'), "s").size() == 1);
  CHECK(registration_faults(fail(ec::unauthorized, ""), "r").at(0).first == "api_secret");
  CHECK(registration_faults(fail(ec::unavailable, ""), "r").at(0).first == "api_key");
  for (int code = 0; code <= static_cast<int>(ec::internal); ++code) {
    auto faults = registration_faults(fail(static_cast<ec>(code), "hunter2 cause"), "req-1");
    REQUIRE(faults.size() == 1);
    CHECK_FALSE(faults[0].second.empty());
    CHECK_FALSE(contains(faults[0].second, "hunter2"));
  }
}

TEST_CASE("registration ends in words", "[answers]") {
  check_view(checking_view("Register"));
  CHECK(contains(check_view(checking_view("A title that is too long for Slack", "draft-1")),
                 R"("external_id":"draft-1")"));
  CHECK(registration_needed(block_indicators).at(0).first == "indicators");
  check_view(registered_view());
  CHECK(contains(check_view(registered_view(hostile)), "runs now by itself"));
  CHECK(contains(check_message(registered("ab12")), "`ab12`"));
  check_message(registered(hostile, hostile));
  CHECK(contains(check_message(registration_removed(true)), "deleted"));
  CHECK(contains(check_message(registration_removed(false)), "nothing to remove"));
  CHECK(contains(check_message(key_typed()), "make a new one"));
}

TEST_CASE("search hits are ordered by priority and shown with all that is known", "[answers]") {
  search_findings findings;
  findings.term = {"evil.example", observables::type::domain};
  findings.station_url = station + "/";
  auto quiet = make_hit("IP", "192.0.2.1");
  quiet.sightings = 9;
  auto linked = make_hit("URL", "http://evil.example/x");
  linked.correlations = 3;
  auto severe = make_hit("URL", "evil.example");
  severe.severity = 3;
  severe.source = hostile;
  severe.tags = {"wannacry", hostile};
  severe.enclaves = {"Intel", hostile};
  severe.sightings = 4;
  severe.correlations = 1;
  severe.first_seen = noon;
  severe.last_seen = noon;
  auto benign = make_hit("MD5", "d41d8cd98f00b204e9800998ecf8427e");
  benign.severity = 0;
  benign.correlations = 100;
  findings.indicators = {quiet, benign, linked, severe};
  findings.reports = {{"r/1", "Report " + hostile, {"Intel"}, noon}};

  CHECK(is_high_priority(severe));
  CHECK(is_high_priority(linked));
  CHECK_FALSE(is_high_priority(quiet));
  CHECK_FALSE(is_high_priority(benign)); // a severity that says benign counts more than correlations

  std::string shown = check_message(found(findings));
  auto at = [&](std::string_view part) {
    INFO(part);
    REQUIRE(contains(shown, part));
    return shown.find(part, shown.find("\"blocks\""));
  };
  CHECK(at("*DOMAIN* `evil[.]example`") < at("`hxxp://evil[.]example/x`"));
  CHECK(at("`hxxp://evil[.]example/x`") < at("`d41d8cd98f00b204e9800998ecf8427e`"));
  CHECK(at("`d41d8cd98f00b204e9800998ecf8427e`") < at("`192.0.2[.]1`"));
  CHECK(contains(shown, "Found 4 indicators and 1 report for `evil[.]example`, 2 of high priority."));
  CHECK(contains(shown, "severity high"));
  CHECK(contains(shown, "4 sightings"));
  CHECK(contains(shown, "1 correlated report"));
  CHECK(contains(shown, "first seen <!date^1760000000^"));
  CHECK(contains(shown, "`wannacry`"));
  CHECK(contains(shown, "<https://station.test/constellation/reports/r%2F1|Open in Station>"));
}

TEST_CASE("long search results are paged and the rest is counted", "[answers]") {
  search_findings findings;
  findings.term = {"wannacry", std::nullopt};
  findings.station_url = station;
  for (int i = 0; i < 30; ++i) {
    findings.indicators.push_back(make_hit("URL", "http://evil.example/" + std::string(5'000, 'x')));
    findings.indicators.back().tags = std::vector<std::string>(200, hostile);
    findings.reports.push_back({"id", std::string(5'000, 'y'), std::vector<std::string>(50, hostile), {}});
  }
  findings.total_indicators = 12'345;
  std::string shown = check_message(found(findings));
  CHECK(contains(shown, "12,345 indicators"));
  CHECK(contains(shown, "and 12,335 more in <https://station.test/|Station>"));
  CHECK(contains(shown, "and 25 more in"));
}

TEST_CASE("searches that find nothing or part of it say so", "[answers]") {
  search_findings findings;
  findings.term = {hostile, std::nullopt};
  findings.missing = {"reports"};
  std::string shown = check_message(found(findings));
  CHECK(contains(shown, "Nothing found for"));
  CHECK(contains(shown, "could not tell me about reports"));
  findings.indicators = {make_hit("IP", "192.0.2.1")};
  CHECK_FALSE(contains(check_message(found(findings)), "Open in Station")); // no Station, no link
  check_message(searching(findings.term));
  check_message(search_usage(fail(ec::invalid_argument, "nothing to search for", "add a value or a word")));
  check_message(search_usage({}));
}

TEST_CASE("the submit dialog has the blocks that the bot reads", "[answers]") {
  std::string dialog = check_view(submit_indicators_dialog(
      {.typed = "192.0.2.1", .enclave = enclave_choice{"e-1", "Intel"}, .private_metadata = "draft"}));
  CHECK(contains(dialog, R"("callback_id":"submit_indicators")"));
  for (auto id : {"indicators", "enclave", "tags", "tlp", "source", "notes"})
    CHECK(contains(dialog, R"("block_id":")" + std::string(id) + "\""));
  CHECK(contains(dialog, R"("initial_value":"192.0.2.1")"));
  CHECK(contains(dialog, R"("value":"e-1")"));
  CHECK(contains(dialog, R"("value":"tlp:amber+strict")"));
  check_view(submit_indicators_dialog({}));
}

TEST_CASE("the enclave menu filters by what was typed", "[answers]") {
  std::vector<enclave_choice> enclaves = {{"1", "Intel Exchange"}, {"2", "Private"}, {"3", "INTERNAL"}};
  CHECK(enclave_options(enclaves, "").size() == 3);
  REQUIRE(enclave_options(enclaves, "int").size() == 2);
  CHECK(enclave_options(enclaves, "int")[1].value == "3");
  CHECK(enclave_options(enclaves, "nobody").empty());
  CHECK(enclave_options(std::vector<enclave_choice>(150, {"1", "x"}), "").size() == 100);
  CHECK(enclave_options({enclave_choice{"id", ""}}, "").at(0).text == "id");
}

TEST_CASE("dialog faults say which line is meant", "[answers]") {
  auto faults =
      no_indicators({3, 0, 0, 1, 2}, {{2, "what is http://evil.example this", line_reason::not_understood}});
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].first == "indicators");
  CHECK(contains(faults[0].second, "line 2: what is hxxp://evil[.]example this"));
  CHECK(contains(faults[0].second, "1 value is"));
  CHECK(wrong_enclave().at(0).first == "enclave");
  CHECK(submission_faults(fail(ec::too_large, "x", "send fewer lines"), "r")
            .at(0)
            .second.find("send fewer lines") != std::string::npos);
}

TEST_CASE("the preview shows numbers that add up, lines with reasons, and what can be overridden",
          "[answers]") {
  submission_preview preview;
  preview.counts = {1'234, 1'200, 20, 8, 6};
  preview.types = {{"IP", 1'000}, {"URL", 205}};
  preview.enclave_name = hostile;
  preview.tags = {"wannacry", hostile};
  preview.draft_id = "draft-1";
  preview.special_withheld = 5;
  preview.known_count = 300;
  indicator_row known_row;
  known_row.type = "IP";
  known_row.value = "192.0.2.1";
  preview.known = std::vector<indicator_row>(20, known_row);
  for (std::uint32_t i = 1; i <= 6; ++i) {
    preview.refused.push_back({i, hostile, line_reason::not_understood});
    preview.withheld.push_back({i + 10, "127.0.0.1", line_reason::special_address});
  }
  std::string shown = check_view(confirm_dialog(preview));
  CHECK(contains(shown, R"("callback_id":"confirm_submission")"));
  CHECK(contains(shown, R"("private_metadata":"draft-1")"));
  CHECK(contains(shown, "Handed in 1,234 = new 1,200 + merged 20 + withheld 8 + refused 6"));
  CHECK(contains(shown, "*1,205 indicators*"));
  CHECK(contains(shown, "1,000 IP, 205 URL"));
  CHECK(contains(shown, "Line 11: `127[.]0[.]0[.]1`"));
  CHECK(contains(shown, "private or reserved address"));
  CHECK(contains(shown, "and 2 more")); // withheld: 8 in all, 6 listed
  CHECK(contains(shown, "and 290 more"));
  CHECK(contains(shown, R"("block_id":"send_special")"));
  CHECK(contains(shown, "Send these 5 too"));

  preview.special_withheld = 0;
  preview.known_checked = false;
  std::string without = check_view(confirm_dialog(preview));
  CHECK_FALSE(contains(without, "send_special"));
  CHECK(contains(without, "could not tell in time"));
}

TEST_CASE("the same list again is asked about", "[answers]") {
  std::string shown = check_view(same_again_view(submission_id{"sub-1"}, noon, "draft-2"));
  CHECK(contains(shown, "`sub-1`"));
  CHECK(contains(shown, R"("callback_id":"confirm_submission")"));
  CHECK(contains(shown, R"("private_metadata":"draft-2")"));
  CHECK(contains(shown, "Send again"));
  check_view(draft_gone_view());
}

TEST_CASE("the receipt's numbers add up and it names lines, reasons and the submission", "[answers]") {
  receipt r = make_sample_receipt();
  REQUIRE(r.counts.add_up());
  std::string shown = check_message(receipt_message(r, station));
  CHECK(contains(shown, "Handed in 200 = accepted 178 + merged 12 + withheld 6 + refused 4"));
  CHECK(contains(shown, "`sub-1`"));
  CHECK(contains(shown, "4 no indicator found in it, 6 private or reserved address"));
  CHECK(contains(shown, "Line 7: `192[.]168[.]0[.]1`"));
  CHECK(contains(shown, "<https://station.test/|Open Station>"));
}

TEST_CASE("the processed message tells types, known values and correlated reports", "[answers]") {
  processed_submission summary;
  summary.receipt = make_sample_receipt();
  summary.known_before = std::vector<std::string>(20, "http://evil.example/x");
  summary.refused_by_station = {{0, hostile, line_reason::refused_by_station}};
  summary.correlated = std::vector<report_hit>(7, {"r1", "Title " + hostile, {}, {}});
  summary.station_url = station;
  std::string shown = check_message(processed(summary));
  CHECK(contains(shown, "100 IP, 78 URL"));
  CHECK(contains(shown, "*Known before* (20)"));
  CHECK(contains(shown, "and 5 more"));
  CHECK(contains(shown, "and 2 more"));
  CHECK(contains(shown, "refused by Station"));
}

TEST_CASE("status tells how far a submission is", "[answers]") {
  receipt r = make_sample_receipt();
  CHECK(contains(
      check_message(answers::status(r, make_progress(r, r.submission.created + seconds{10}), station)),
      "0 of 178 rows"));
  r.parts[0].state = part_state::parked;
  CHECK(contains(
      check_message(answers::status(r, make_progress(r, r.submission.created + seconds{10}), station)),
      "178 rows could not be delivered"));
  r.parts[0].state = part_state::settled;
  r.delivered = noon;
  std::string delivered =
      check_message(answers::status(r, make_progress(r, r.submission.created + seconds{10}), station));
  CHECK(contains(delivered, "Delivered <!date^1760000000"));
  CHECK_FALSE(contains(delivered, "Last trouble"));
  r.processed = noon;
  CHECK(contains(
      check_message(answers::status(r, make_progress(r, r.submission.created + seconds{10}), station)),
      "Station has processed it"));
  check_message(status_unknown(submission_id{hostile}));
  check_message(status_unknown({}));
}

TEST_CASE("troubles of a delivery say that nothing is lost", "[answers]") {
  receipt r = make_sample_receipt();
  CHECK(contains(check_message(delivery_delayed(r.submission, r.parts[0])), "stored safely"));
  CHECK(contains(check_message(delivery_parked(r.submission, r.parts[0])), "open_register"));
  CHECK(contains(check_message(delivery_failed(r.submission, r.parts[0])), "is kept"));
  r.parts[0].state = part_state::held;
  CHECK(contains(check_message(delivery_failed(r.submission, r.parts[0])), "nobody can tell"));
}

TEST_CASE("every error has an answer that names no cause", "[answers]") {
  for (int code = 0; code <= static_cast<int>(ec::internal); ++code) {
    error e = fail(static_cast<ec>(code), "secret cause", "");
    INFO(to_string(e.code));
    std::string shown = check_message(failure(e, "req-1"));
    CHECK_FALSE(contains(shown, "secret cause"));
    CHECK_FALSE(contains(check_view(failure_view("Title", e, "req-1")), "secret cause"));
  }
  CHECK(contains(check_message(failure(fail(ec::unavailable, ""), "req-1")), "req-1"));
  CHECK(contains(check_message(failure(fail(ec::internal, ""), "req-1")), "req-1"));
  CHECK(contains(check_message(failure(fail(ec::unauthorized, ""), "req-1")), "open_register"));
  CHECK(contains(check_message(failure(fail(ec::too_large, "", hostile), "req-1")), "What helps"));
  // Advice about configuration is for the operator, who finds it in the log.
  CHECK_FALSE(contains(check_message(failure(fail(ec::bad_configuration, "", "set slack.bot_token"), "r")),
                       "bot_token"));
  error limited = fail(ec::rate_limited, "");
  limited.retry_after = seconds{40};
  CHECK(contains(check_message(failure(limited, "r")), "about 40 seconds"));
}

TEST_CASE("limits, deadlines and restarts are explained", "[answers]") {
  CHECK(contains(check_message(queued(seconds{40})), "runs by itself in about 40 seconds"));
  CHECK(contains(check_message(limit_reached(std::chrono::minutes{3})), "again in about 3 minutes"));
  CHECK(contains(check_message(run_again("/trustar-search http://evil.example/")),
                 "`/trustar-search hxxp://evil[.]example/`"));
  CHECK(contains(check_message(took_too_long("req-1")), "`req-1`"));
  CHECK(contains(check_message(internal_fault("req-1")), "`req-1`"));
}

TEST_CASE("an answer that had to move to a direct message says how to invite the bot", "[answers]") {
  std::string moved = check_message(in_private_instead(queued(seconds{40})));
  CHECK(contains(moved, "/invite @TruSTAR"));
  CHECK(contains(moved.substr(moved.find("\"blocks\"")), "runs by itself"));
  slack::message full("x"_mrkdwn, std::vector(50, slack::divider()));
  CHECK(contains(check_message(in_private_instead(full)), "/invite @TruSTAR"));
}

TEST_CASE("defang_text breaks everything that a client could make a link of", "[answers]") {
  const std::pair<std::string, std::string> table[] = {
      {"http://evil.com/a.b", "hxxp://evil[.]com/a[.]b"},
      {"HTTPS://EVIL.COM", "HXXPS://EVIL[.]COM"},
      {"see https://evil.com.", "see hxxps://evil[.]com."},
      {"ftp://evil.com", "ftp[:]//evil[.]com"},
      {"://x", "[:]//x"},
      {"bad@evil.com", "bad[at]evil[.]com"},
      {"192.0.2.1:80", "192[.]0[.]2[.]1:80"},
      {"End. Start", "End. Start"},
      {"...", "..."},
      {"@here", "@here"},
      {"hxxps://evil[.]com", "hxxps://evil[.]com"},
      {"", ""},
  };
  for (const auto& [text, shown] : table) {
    INFO(text);
    CHECK(defang_text(text) == shown);
  }
}

TEST_CASE("addresses of Station are built from the configuration and quoted data", "[answers]") {
  CHECK(report_address(station + "//", "a b/../c") ==
        "https://station.test/constellation/reports/a%20b%2F..%2Fc");
  // base64("IP%7C192.0.2.1") = SVAlN0MxOTIuMC4yLjE=
  CHECK(indicator_address(station, "IP", "192.0.2.1") ==
        "https://station.test/constellation/reports/SVAlN0MxOTIuMC4yLjE%3D");
  CHECK(report_address("", "x").empty());
  CHECK(start_address(station) == "https://station.test/");
}

TEST_CASE("a receipt on its way tells rate, remaining time and its place in the queue", "[domain][answers]") {
  receipt r;
  r.submission.id = submission_id{"01HX"};
  r.submission.created = from_epoch_ms(1'700'000'000'000);
  for (auto state : {part_state::settled, part_state::queued, part_state::queued}) {
    part& p = r.parts.emplace_back();
    p.submission = r.submission.id;
    p.number = std::to_string(r.parts.size());
    p.rows = 10'000;
    p.state = state;
  }
  auto at = [&](seconds elapsed, std::uint64_t ahead) {
    return check_message(
        answers::status(r, make_progress(r, r.submission.created + elapsed, ahead), station));
  };
  CHECK(contains(at(seconds{100}, 0), "10,000 of 30,000 rows, 100 rows/s, about 4 min left"));
  CHECK(contains(at(seconds{50}, 7), "200 rows/s, about 100 s left, 7 parts ahead"));
  r.parts[1].state = part_state::settled;
  CHECK(contains(at(seconds{100}, 0), "20,000 of 30,000 rows, 200 rows/s, about 50 s left"));
  r.submission.kind = submission_kind::report;
  for (part& p : r.parts)
    p.rows = 1;
  CHECK(contains(at(seconds{100}, 0), "2 of 3 parts"));
}

TEST_CASE("a cancelled submission says what will not be sent, and what may be there all the same",
          "[domain][answers]") {
  submission s;
  s.id = submission_id{"01HX"};
  auto text = check_message(answers::cancelled(s, {3, 1, 2}));
  CHECK(contains(text, "3 parts will not be sent"));
  CHECK(contains(text, "2 may have reached Station"));
  CHECK(contains(text, "One part is being sent right now"));
  CHECK_FALSE(contains(check_message(answers::cancelled(s, {1, 0, 0})), "may have reached"));
  CHECK(contains(check_message(answers::nothing_to_cancel(s)), "nothing left"));
}
