#include "storage/outbox_table.hpp"

#include "storage/outbox_fixture.hpp"

#include <array>

using namespace isacbot;
using namespace isacbot::storage;
using namespace isacbot::test;
using domain::part_state;

TEST_CASE("a report is one part that carries its content until it is settled", "[storage][outbox_table]") {
  outbox_fixture f;
  outbox_fixture::sample s = outbox_fixture::make("A", {});
  s.receipt.submission.kind = domain::submission_kind::report;
  s.receipt.counts = {1, 1, 0, 0, 0};
  s.receipt.withheld.clear();
  s.receipt.reasons.clear();
  const domain::report_content content{"Phishing wave", "Mail from 203.0.113.9 \xE2\x98\xA0\nend",
                                       from_epoch_ms(1'700'000'000'000), "https://example.org/1"};
  write_batch batch;
  REQUIRE(f.outbox.append_report(batch, s.receipt, std::array{content}));
  f.commit(batch);
  auto due = f.outbox.due(10).value();
  REQUIRE(due.size() == 1);
  CHECK(due[0].number == "1");
  CHECK(f.outbox.report(due[0]).value() == content);
  CHECK(f.outbox.rows(due[0]).error().code == ec::corrupted); // it is no list
  CHECK_FALSE(f.outbox.find(submission_id{"A"}).value()->delivered);
  for (const auto& t : {tables::parts, tables::part_rows, tables::submissions})
    REQUIRE(f.store.scan(t, {}, {}, [&](std::string_view key, std::string_view value) {
      CHECK((std::string(key) + std::string(value)).find("203.0.113.9") == std::string::npos);
      return true;
    }));

  auto part = due[0];
  part.station_submission_id = "r-1"; // known before the tags are set
  f.saved(part);
  CHECK(f.outbox.part(submission_id{"A"}, "1").value().station_submission_id == "r-1");
  CHECK(f.outbox.report(part).value() == content);
  write_batch settled;
  REQUIRE(f.outbox.settle(settled, part, start));
  f.commit(settled);
  CHECK(f.outbox.report(part).error().code == ec::not_found);
  auto receipt = f.outbox.find(submission_id{"A"}).value().value();
  CHECK(receipt.delivered == start);
  CHECK(receipt.parts.at(0).station_submission_id == "r-1");
  CHECK(receipt.counts == domain::counts{1, 1, 0, 0, 0});

  outbox_fixture::sample list = outbox_fixture::make("B", {});
  write_batch wrong;
  CHECK(f.outbox.append_report(wrong, list.receipt, std::array{content}).error().code ==
        ec::invalid_argument);
  CHECK(f.outbox.append_report(wrong, s.receipt, {}).error().code == ec::invalid_argument);
}

TEST_CASE("an oversized report is accepted whole, its parts due one after the other",
          "[storage][outbox_table]") {
  outbox_fixture f;
  outbox_fixture::sample s = outbox_fixture::make("A", {});
  s.receipt.submission.kind = domain::submission_kind::report;
  s.receipt.counts = {1, 1, 0, 0, 0};
  s.receipt.withheld.clear();
  s.receipt.reasons.clear();
  std::vector<domain::report_content> contents;
  for (int i = 1; i <= 12; ++i)
    contents.push_back({"Part " + std::to_string(i), "body " + std::to_string(i), {}, ""});
  write_batch batch;
  auto parts = f.outbox.append_report(batch, s.receipt, contents);
  REQUIRE(parts);
  f.commit(batch);
  auto due = f.outbox.due(20).value();
  CHECK(due == *parts);
  REQUIRE(due.size() == 12);
  for (std::size_t i = 0; i < due.size(); ++i) { // "2" before "10"
    CHECK(due[i].number == std::to_string(i + 1));
    CHECK(f.outbox.report(due[i]).value() == contents[i]);
  }
  auto receipt = f.outbox.find(submission_id{"A"}).value().value();
  CHECK(receipt.parts == due);
  CHECK(receipt.counts == domain::counts{1, 1, 0, 0, 0});
}

TEST_CASE("a report that is cut in two gives its place to both halves in one write, or keeps it",
          "[storage][outbox_table]") {
  outbox_fixture f;
  outbox_fixture::sample s = outbox_fixture::make("A", {});
  s.receipt.submission.kind = domain::submission_kind::report;
  s.receipt.counts = {1, 1, 0, 0, 0};
  s.receipt.withheld.clear();
  s.receipt.reasons.clear();
  const std::vector<domain::report_content> contents{{"Moth (part 1 of 2)", "one\ntwo\n", {}, ""},
                                                     {"Moth (part 2 of 2)", "three\n", {}, ""}};
  write_batch batch;
  auto parts = f.outbox.append_report(batch, s.receipt, contents);
  REQUIRE(parts);
  f.commit(batch);
  const std::array pieces{domain::report_piece{"1.1", {"Moth (part 1.1 of 2)", "one\n", {}, ""}},
                          domain::report_piece{"1.2", {"Moth (part 1.2 of 2)", "two\n", {}, ""}}};
  auto whole = parts->front();
  write_batch split;
  REQUIRE(f.outbox.replace_report(split, whole, pieces, start));
  f.commit(split);
  auto due = f.outbox.due(10).value();
  REQUIRE(due.size() == 3); // in the order of the text
  CHECK(due[0].number == "1.1");
  CHECK(due[1].number == "1.2");
  CHECK(due[2].number == "2");
  CHECK(f.outbox.report(due[0]).value() == pieces[0].content);
  CHECK(f.outbox.report(due[1]).value() == pieces[1].content);
  CHECK(f.outbox.part(submission_id{"A"}, "1").error().code == ec::not_found);
  CHECK(f.outbox.report(whole).error().code == ec::not_found);
  auto receipt = f.outbox.find(submission_id{"A"}).value().value();
  CHECK(receipt.parts == due);
  CHECK(receipt.counts == domain::counts{1, 1, 0, 0, 0});
  write_batch twice; // it is gone
  CHECK(f.outbox.replace_report(twice, whole, pieces, start).error().code == ec::not_found);

  // Between two looks at a part only one change of it gets through.
  auto rest = due[2];
  const std::array halves{domain::report_piece{"2.1", {"a", "three", {}, ""}},
                          domain::report_piece{"2.2", {"b", "\n", {}, ""}}};
  write_batch late;
  REQUIRE(f.outbox.replace_report(late, rest, halves, start));
  rest.state = domain::part_state::buried;
  f.saved(rest);
  CHECK(f.store.write(late, sync::yes).error().code == ec::precondition_failed);
  CHECK(f.outbox.find(submission_id{"A"}).value()->parts.size() == 3);

  (void)f.accept("B", {1});
  write_batch wrong;
  CHECK(f.outbox.replace_report(wrong, f.outbox.due(10).value().back(), pieces, start).error().code ==
        ec::invalid_argument);
}
