#include "domain/answers.hpp"

#include "domain/answers/show.hpp"
#include "shown.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using namespace isacbot::domain::answers;
using namespace isacbot::test;

namespace {

constexpr sys_time noon{seconds{1'760'000'000}};

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
