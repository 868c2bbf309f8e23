#include "storage/outbox_table.hpp"

#include "domain/receipt.hpp"
#include "storage/memory_store.hpp"
#include "storage/sortable_id.hpp"
#include "support/count_rows.hpp"
#include "support/open_vault.hpp"
#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>

using namespace isacbot;
using namespace isacbot::storage;
using domain::part_state;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

const sys_time start = from_epoch_ms(1'750'000'000'000);
const member alice{team_id{"T1"}, user_id{"U1"}};
const member bob{team_id{"T1"}, user_id{"U2"}};

struct fixture {
  memory_store store;
  test::seeded_random random{1};
  vault sealer = test::open_vault(store, random);
  outbox_table outbox{store, sealer, random};

  /// A submission of parts with so many rows each; row values are "<id>-<number>".
  struct sample {
    domain::receipt receipt;
    std::vector<domain::planned_part> parts;
  };
  static sample make(const std::string& id, const std::vector<std::uint32_t>& sizes,
                     const member& who = alice) {
    sample s;
    domain::submission& what = s.receipt.submission;
    what.id = submission_id{id};
    what.who = who;
    what.enclave = enclave_id{"enclave-1"};
    what.enclave_name = "Sharing";
    what.tags = {"phishing"};
    what.created = start;
    what.request_key = "view " + id;
    what.content_key = "content " + id;
    std::uint32_t line = 0;
    for (std::uint32_t size : sizes) {
      domain::planned_part part;
      part.header.submission = what.id;
      part.header.number = std::to_string(s.parts.size() + 1);
      part.header.rows = size;
      for (std::uint32_t i = 0; i < size; ++i) {
        domain::indicator_row row;
        row.line = ++line;
        row.type = "URL";
        row.value = id + "-" + std::to_string(line);
        row.known = line % 2 == 0;
        part.rows.push_back(row);
        row.known ? ++s.receipt.counts.merged : ++s.receipt.counts.accepted;
      }
      s.parts.push_back(part);
    }
    s.receipt.counts.withheld = 1;
    s.receipt.withheld = {{line + 1, "10.0.0.1", domain::line_reason::special_address}};
    s.receipt.reasons = {{domain::line_reason::special_address, 1}};
    s.receipt.types = {{"URL", line}};
    s.receipt.counts.handed_in = line + 1;
    return s;
  }

  void commit(const write_batch& batch) { REQUIRE(store.write(batch, sync::yes)); }
  sample accept(const std::string& id, const std::vector<std::uint32_t>& sizes, const member& who = alice) {
    sample s = make(id, sizes, who);
    write_batch batch;
    REQUIRE(outbox.append(batch, s.receipt, s.parts));
    commit(batch);
    return s;
  }
  domain::part saved(const domain::part& part, sys_time now = start) {
    write_batch batch;
    REQUIRE(outbox.save(batch, part, now));
    commit(batch);
    return part;
  }
  domain::part in_state(domain::part part, part_state state) {
    part.state = state;
    return saved(part);
  }
  [[nodiscard]] std::vector<std::string> due_keys(const domain::part* after = nullptr) const {
    std::vector<std::string> keys;
    for (const domain::part& part : outbox.due(100, after).value())
      keys.push_back(part.idempotency_key());
    return keys;
  }
  [[nodiscard]] domain::receipt receipt(const std::string& id) const {
    return outbox.find(submission_id{id}).value().value();
  }
  [[nodiscard]] std::size_t rows(table t) const { return test::count_rows(store, t); }
};

using keys_of = std::vector<std::string>;

} // namespace

TEST_CASE("an accepted submission is found with its receipt, parts and rows", "[storage][outbox_table]") {
  fixture f;
  fixture::sample s = f.accept("A", {2, 3});
  domain::receipt found = f.receipt("A");
  domain::receipt expected = s.receipt;
  expected.parts = {s.parts[0].header, s.parts[1].header};
  CHECK(found == expected);
  CHECK(f.outbox.rows(found.parts[1]).value() == s.parts[1].rows);
  CHECK(f.outbox.find_submission(submission_id{"A"}).value() == s.receipt.submission);
  CHECK(f.outbox.find(submission_id{"B"}).value() == std::nullopt);
  CHECK(f.outbox.recent(5).value() == std::vector{submission_id{"A"}});
  CHECK(f.outbox.unprocessed(5).value() == std::vector{submission_id{"A"}});
}

TEST_CASE("nothing that was submitted can be read from the stored bytes", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {2});
  for (unsigned t = 0; t < 256; ++t)
    REQUIRE(f.store.scan(static_cast<table>(t), {}, {}, [&](std::string_view key, std::string_view value) {
      for (const char* hidden : {"A-1", "10.0.0.1", "Sharing", "phishing", "view A", "content A"}) {
        CHECK(key.find(hidden) == std::string_view::npos);
        CHECK(value.find(hidden) == std::string_view::npos);
      }
      return true;
    }));
}

TEST_CASE("a submission that does not fit together is not appended", "[storage][outbox_table]") {
  fixture f;
  auto refused = [&](fixture::sample s) {
    write_batch batch;
    return f.outbox.append(batch, s.receipt, s.parts).error().code;
  };
  fixture::sample s = fixture::make("A", {2});
  s.receipt.counts.handed_in += 1;
  CHECK(refused(s) == ec::invalid_argument);
  s = fixture::make("A", {2});
  s.parts[0].header.rows = 3;
  CHECK(refused(s) == ec::invalid_argument);
  s = fixture::make("A", {2});
  s.parts[0].header.number = "0";
  CHECK(refused(s) == ec::invalid_argument);
  s = fixture::make("A", {2});
  s.parts[0].header.submission = submission_id{"B"};
  CHECK(refused(s) == ec::invalid_argument);
  s = fixture::make("A", {2});
  s.parts[0].header.state = part_state::sent;
  CHECK(refused(s) == ec::invalid_argument);
}

TEST_CASE("the same request is the same submission for 24 hours", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1});
  sys_time end = start + hours{24};
  CHECK(f.outbox.find_by_request("view A", end - milliseconds{1}).value() == submission_id{"A"});
  CHECK(f.outbox.find_by_request("view A", end).value() == std::nullopt);
  CHECK(f.outbox.find_by_request("view B", start).value() == std::nullopt);
  CHECK(f.outbox.find_by_request("", start).value() == std::nullopt);

  fixture::sample again = fixture::make("B", {1});
  again.receipt.submission.request_key = "view A";
  write_batch refused;
  CHECK(f.outbox.append(refused, again.receipt, again.parts).error().code == ec::conflict);
  again.receipt.submission.created = end;
  write_batch later;
  REQUIRE(f.outbox.append(later, again.receipt, again.parts));
  f.commit(later);
  CHECK(f.outbox.find_by_request("view A", end).value() == submission_id{"B"});
}

TEST_CASE("of two acceptances of one request one commits", "[storage][outbox_table]") {
  fixture f;
  std::vector<write_batch> batches(2);
  for (std::size_t i = 0; i < 2; ++i) {
    fixture::sample s = fixture::make(i == 0 ? "A" : "B", {1});
    s.receipt.submission.request_key = "the same view";
    REQUIRE(f.outbox.append(batches[i], s.receipt, s.parts));
  }
  std::vector<result<void>> verdicts = f.store.write_group(batches, sync::yes);
  CHECK(verdicts[0]);
  CHECK(verdicts[1].error().code == ec::precondition_failed);
  CHECK(f.due_keys() == keys_of{"A/1"});
  CHECK(f.outbox.find(submission_id{"B"}).value() == std::nullopt);
}

TEST_CASE("an id that exists already is not overwritten", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1});
  fixture::sample same_id = fixture::make("A", {1});
  same_id.receipt.submission.request_key = "another view";
  write_batch batch;
  REQUIRE(f.outbox.append(batch, same_id.receipt, same_id.parts));
  CHECK(f.store.write(batch, sync::yes).error().code == ec::precondition_failed);
}

TEST_CASE("the last submission of a content is found for ten minutes", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1});
  CHECK(f.outbox.find_by_content("content A", start + minutes{10} - milliseconds{1}).value() ==
        submission_id{"A"});
  CHECK(f.outbox.find_by_content("content A", start + minutes{10}).value() == std::nullopt);
  fixture::sample again = fixture::make("B", {1});
  again.receipt.submission.content_key = "content A";
  again.receipt.submission.created = start + minutes{5};
  write_batch batch;
  REQUIRE(f.outbox.append(batch, again.receipt, again.parts));
  f.commit(batch);
  CHECK(f.outbox.find_by_content("content A", start + minutes{14}).value() == submission_id{"B"});
}

TEST_CASE("a value is known in the enclave that it was accepted into", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {2});
  enclave_id enclave{"enclave-1"};
  CHECK(f.outbox.accepted_before(enclave, "URL", "A-1", start).value());
  CHECK(f.outbox.accepted_before(enclave, "URL", "A-2", start - hours{1}).value());
  CHECK_FALSE(f.outbox.accepted_before(enclave, "URL", "A-1", start + milliseconds{1}).value());
  CHECK_FALSE(f.outbox.accepted_before(enclave, "IP", "A-1", start).value());
  CHECK_FALSE(f.outbox.accepted_before(enclave_id{"enclave-2"}, "URL", "A-1", start).value());
}

TEST_CASE("due parts come in the order of submissions, page by page", "[storage][outbox_table]") {
  fixture f;
  f.accept("C", {1});
  f.accept("A", std::vector<std::uint32_t>(11, 1));
  f.accept("B", {1, 1});
  std::vector<domain::part> first = f.outbox.due(3).value();
  REQUIRE(first.size() == 3);
  CHECK(first[2].idempotency_key() == "A/3");
  CHECK(f.outbox.due(9, &first[2]).value().back().idempotency_key() == "B/1");
  CHECK(f.due_keys(&first[2]).size() == 11);
  CHECK(f.outbox.depth().value().due == 14);
  CHECK(f.outbox.due_before(submission_id{"A"}).value() == 0);
  CHECK(f.outbox.due_before(submission_id{"B"}).value() == 11);
  CHECK(f.outbox.due_before(submission_id{"C"}).value() == 13);
  domain::part tenth = f.outbox.part(submission_id{"A"}, "10").value();
  CHECK(f.due_keys(&tenth) == keys_of{"A/11", "B/1", "B/2", "C/1"});
}

TEST_CASE("a part is found according to its state, and its rows stay until it is settled",
          "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1});
  f.accept("B", {1}, bob);
  domain::part part = f.outbox.part(submission_id{"A"}, "1").value();
  part.first_attempt = start;
  part.attempts = 1;
  part = f.in_state(part, part_state::sent);
  CHECK(f.outbox.part(part.submission, "1").value() == part);
  CHECK(f.due_keys() == keys_of{"A/1", "B/1"});

  part = f.in_state(part, part_state::parked);
  CHECK(f.due_keys() == keys_of{"B/1"});
  CHECK(f.outbox.parked(alice, 10).value() == std::vector{part});
  CHECK(f.outbox.parked(bob, 10).value().empty());
  CHECK(f.outbox.depth().value().parked == 1);

  part = f.in_state(part, part_state::held);
  CHECK(f.outbox.parked(alice, 10).value().empty());
  CHECK(f.outbox.held(10).value() == std::vector{part});

  part = f.in_state(part, part_state::buried);
  CHECK(f.outbox.held(10).value().empty());
  CHECK(f.outbox.buried(10).value() == std::vector{part});
  CHECK(f.receipt("A").delivered == start);

  part = f.in_state(part, part_state::queued);
  CHECK(f.due_keys() == keys_of{"A/1", "B/1"});
  CHECK(f.receipt("A").delivered == std::nullopt);
  CHECK(f.outbox.rows(part).value().size() == 1);
}

TEST_CASE("a settled part loses its rows, and the last one delivers the receipt", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1, 1});
  std::vector<domain::part> parts = f.outbox.due(2).value();
  for (int i : {1, 0}) {
    CHECK(f.receipt("A").delivered == std::nullopt);
    domain::part& part = parts[static_cast<std::size_t>(i)];
    part.station_submission_id = "station-" + std::to_string(i);
    write_batch batch;
    REQUIRE(f.outbox.settle(batch, part, start + seconds{10 - i}));
    f.commit(batch);
    CHECK(f.outbox.rows(part).error().code == ec::not_found);
  }
  domain::receipt receipt = f.receipt("A");
  CHECK(receipt.delivered == start + seconds{10});
  CHECK(receipt.parts[0].station_submission_id == "station-0");
  CHECK(receipt.parts[0].state == part_state::settled);
  CHECK(receipt.counts == fixture::make("A", {1, 1}).receipt.counts);
  CHECK(f.due_keys().empty());
  CHECK(f.rows(tables::part_rows) == 0);
}

TEST_CASE("a part is settled once", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1});
  domain::part part = f.outbox.due(1).value().front();
  std::vector<write_batch> batches(2);
  REQUIRE(f.outbox.settle(batches[0], part, start));
  REQUIRE(f.outbox.refuse(batches[1], part, domain::line_reason::refused_by_station, start));
  std::vector<result<void>> verdicts = f.store.write_group(batches, sync::yes);
  CHECK(verdicts[0]);
  CHECK(verdicts[1].error().code == ec::precondition_failed);
  write_batch again;
  CHECK(f.outbox.settle(again, part, start).error().code == ec::conflict);
  CHECK(f.outbox.save(again, part, start).error().code == ec::conflict);
  CHECK(f.outbox.replace(again, part, {}, start).error().code == ec::conflict);
  part.state = part_state::settled;
  CHECK(f.outbox.save(again, part, start).error().code == ec::invalid_argument);
  part.number = "2";
  CHECK(f.outbox.settle(again, part, start).error().code == ec::not_found);
}

TEST_CASE("refused rows move from accepted or merged to refused, and the counts add up",
          "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1, 1, 1}); // lines 1 and 3 accepted, 2 merged
  for (std::size_t i : {0U, 1U}) {
    domain::part part = f.outbox.part(submission_id{"A"}, std::to_string(i + 1)).value();
    write_batch batch;
    REQUIRE(f.outbox.refuse(batch, part, domain::line_reason::too_long, start));
    f.commit(batch);
  }
  domain::receipt receipt = f.receipt("A");
  CHECK(receipt.counts == domain::counts{4, 1, 0, 1, 2});
  CHECK(receipt.counts.add_up());
  REQUIRE(receipt.refused.size() == 2);
  CHECK(receipt.refused[0] == domain::line_report{1, "A-1", domain::line_reason::too_long});
  CHECK(f.rows(tables::part_rows) == 1);
}

TEST_CASE("a split part gives way to its pieces, in one batch", "[storage][outbox_table]") {
  fixture f;
  fixture::sample s = f.accept("A", {4, 1});
  domain::part whole = f.outbox.due(1).value().front();
  auto [first, second] = domain::halve({whole, f.outbox.rows(whole).value()}).value();
  write_batch batch;
  REQUIRE(f.outbox.replace(batch, whole, std::vector{first, second}, start));
  f.commit(batch);
  CHECK(f.due_keys() == keys_of{"A/1.1", "A/1.2", "A/2"});
  CHECK(f.outbox.rows(second.header).value() == second.rows);
  CHECK(f.outbox.part(whole.submission, "1").error().code == ec::not_found);
  CHECK(f.outbox.rows(whole).error().code == ec::not_found);
  CHECK(f.receipt("A").counts == s.receipt.counts);
  std::vector<std::string> numbers;
  for (const domain::part& part : f.receipt("A").parts)
    numbers.push_back(part.number);
  CHECK(numbers == keys_of{"1.1", "1.2", "2"});

  domain::part rest = f.outbox.part(whole.submission, "1.1").value();
  write_batch twice; // "1.2" is there already
  REQUIRE(f.outbox.replace(twice, rest, std::vector{second}, start));
  CHECK(f.store.write(twice, sync::yes).error().code == ec::precondition_failed);
}

TEST_CASE("pieces that lose rows are refused", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {4});
  domain::part whole = f.outbox.due(1).value().front();
  auto [first, second] = domain::halve({whole, f.outbox.rows(whole).value()}).value();
  write_batch batch;
  second.rows.pop_back();
  second.header.rows -= 1;
  CHECK(f.outbox.replace(batch, whole, std::vector{first, second}, start).error().code ==
        ec::invalid_argument);
}

TEST_CASE("processed is recorded once and ends the waiting", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1});
  f.accept("B", {1});
  for (seconds later : {seconds{5}, seconds{9}}) {
    write_batch batch;
    REQUIRE(f.outbox.mark_processed(batch, submission_id{"A"}, start + later));
    f.commit(batch);
  }
  CHECK(f.receipt("A").processed == start + seconds{5});
  CHECK(f.outbox.unprocessed(5).value() == std::vector{submission_id{"B"}});
  write_batch batch;
  CHECK(f.outbox.mark_processed(batch, submission_id{"X"}, start).error().code == ec::not_found);
}

TEST_CASE("every end of a part is in the audit log", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1, 2, 1});
  write_batch batch;
  REQUIRE(f.outbox.settle(batch, f.outbox.part(submission_id{"A"}, "1").value(), start));
  domain::part second = f.outbox.part(submission_id{"A"}, "2").value();
  auto [left, right] = domain::halve({second, f.outbox.rows(second).value()}).value();
  REQUIRE(f.outbox.replace(batch, second, std::vector{left, right}, start));
  domain::part third = f.outbox.part(submission_id{"A"}, "3").value();
  third.state = part_state::buried;
  third.last_error = "enclave is gone";
  REQUIRE(f.outbox.save(batch, third, start));
  f.commit(batch);
  audit_table log(f.store, f.sealer, f.random);
  write_batch chaining;
  REQUIRE(log.chain(chaining, 100));
  f.commit(chaining);
  std::vector<std::string> actions;
  REQUIRE(log.read([&](auto, const audit_event& e) {
    CHECK(e.actor == "T1/U1");
    actions.push_back(e.action + " " + e.subject);
    return true;
  }));
  std::sort(actions.begin(), actions.end());
  CHECK(actions == keys_of{"part_buried A/3", "part_settled A/1", "part_split A/2", "submission_accepted A"});
}

TEST_CASE("damaged rows of the outbox are errors, never crashes", "[storage][outbox_table]") {
  fixture f;
  f.accept("A", {1});
  domain::part part = f.outbox.due(1).value().front();
  for (table t :
       {tables::submissions, tables::parts, tables::part_rows, tables::accepted_runs, tables::request_keys})
    REQUIRE(f.store.scan(t, {}, {}, [&](std::string_view key, std::string_view) {
      return static_cast<bool>(f.store.write(write_batch().put(t, std::string(key), "short"), sync::no));
    }));
  write_batch batch;
  CHECK(f.outbox.find(submission_id{"A"}).error().code == ec::corrupted);
  CHECK(f.outbox.due(1).error().code == ec::corrupted);
  CHECK(f.outbox.rows(part).error().code == ec::corrupted);
  CHECK(f.outbox.save(batch, part, start).error().code == ec::corrupted);
  CHECK(f.outbox.find_by_request("view A", start).error().code == ec::corrupted);
  CHECK(f.outbox.accepted_before(enclave_id{"enclave-1"}, "URL", "A-1", start).error().code == ec::corrupted);
}

TEST_CASE("a report is one part that carries its content until it is settled", "[storage][outbox_table]") {
  fixture f;
  fixture::sample s = fixture::make("A", {});
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

  fixture::sample list = fixture::make("B", {});
  write_batch wrong;
  CHECK(f.outbox.append_report(wrong, list.receipt, std::array{content}).error().code ==
        ec::invalid_argument);
  CHECK(f.outbox.append_report(wrong, s.receipt, {}).error().code == ec::invalid_argument);
}

TEST_CASE("an oversized report is accepted whole, its parts due one after the other",
          "[storage][outbox_table]") {
  fixture f;
  fixture::sample s = fixture::make("A", {});
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
  fixture f;
  fixture::sample s = fixture::make("A", {});
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
