#include "storage/outbox_table.hpp"

#include "storage/outbox_fixture.hpp"

using namespace isacbot;
using namespace isacbot::storage;
using namespace isacbot::test;
using domain::part_state;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

using keys_of = std::vector<std::string>;

} // namespace

TEST_CASE("an accepted submission is found with its receipt, parts and rows", "[storage][outbox_table]") {
  outbox_fixture f;
  outbox_fixture::sample s = f.accept("A", {2, 3});
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
  outbox_fixture f;
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
  outbox_fixture f;
  auto refused = [&](outbox_fixture::sample s) {
    write_batch batch;
    return f.outbox.append(batch, s.receipt, s.parts).error().code;
  };
  outbox_fixture::sample s = outbox_fixture::make("A", {2});
  s.receipt.counts.handed_in += 1;
  CHECK(refused(s) == ec::invalid_argument);
  s = outbox_fixture::make("A", {2});
  s.parts[0].header.rows = 3;
  CHECK(refused(s) == ec::invalid_argument);
  s = outbox_fixture::make("A", {2});
  s.parts[0].header.number = "0";
  CHECK(refused(s) == ec::invalid_argument);
  s = outbox_fixture::make("A", {2});
  s.parts[0].header.submission = submission_id{"B"};
  CHECK(refused(s) == ec::invalid_argument);
  s = outbox_fixture::make("A", {2});
  s.parts[0].header.state = part_state::sent;
  CHECK(refused(s) == ec::invalid_argument);
}

TEST_CASE("the same request is the same submission for 24 hours", "[storage][outbox_table]") {
  outbox_fixture f;
  f.accept("A", {1});
  sys_time end = start + hours{24};
  CHECK(f.outbox.find_by_request("view A", end - milliseconds{1}).value() == submission_id{"A"});
  CHECK(f.outbox.find_by_request("view A", end).value() == std::nullopt);
  CHECK(f.outbox.find_by_request("view B", start).value() == std::nullopt);
  CHECK(f.outbox.find_by_request("", start).value() == std::nullopt);

  outbox_fixture::sample again = outbox_fixture::make("B", {1});
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
  outbox_fixture f;
  std::vector<write_batch> batches(2);
  for (std::size_t i = 0; i < 2; ++i) {
    outbox_fixture::sample s = outbox_fixture::make(i == 0 ? "A" : "B", {1});
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
  outbox_fixture f;
  f.accept("A", {1});
  outbox_fixture::sample same_id = outbox_fixture::make("A", {1});
  same_id.receipt.submission.request_key = "another view";
  write_batch batch;
  REQUIRE(f.outbox.append(batch, same_id.receipt, same_id.parts));
  CHECK(f.store.write(batch, sync::yes).error().code == ec::precondition_failed);
}

TEST_CASE("the last submission of a content is found for ten minutes", "[storage][outbox_table]") {
  outbox_fixture f;
  f.accept("A", {1});
  CHECK(f.outbox.find_by_content("content A", start + minutes{10} - milliseconds{1}).value() ==
        submission_id{"A"});
  CHECK(f.outbox.find_by_content("content A", start + minutes{10}).value() == std::nullopt);
  outbox_fixture::sample again = outbox_fixture::make("B", {1});
  again.receipt.submission.content_key = "content A";
  again.receipt.submission.created = start + minutes{5};
  write_batch batch;
  REQUIRE(f.outbox.append(batch, again.receipt, again.parts));
  f.commit(batch);
  CHECK(f.outbox.find_by_content("content A", start + minutes{14}).value() == submission_id{"B"});
}

TEST_CASE("a value is known in the enclave that it was accepted into", "[storage][outbox_table]") {
  outbox_fixture f;
  f.accept("A", {2});
  enclave_id enclave{"enclave-1"};
  CHECK(f.outbox.accepted_before(enclave, "URL", "A-1", start).value());
  CHECK(f.outbox.accepted_before(enclave, "URL", "A-2", start - hours{1}).value());
  CHECK_FALSE(f.outbox.accepted_before(enclave, "URL", "A-1", start + milliseconds{1}).value());
  CHECK_FALSE(f.outbox.accepted_before(enclave, "IP", "A-1", start).value());
  CHECK_FALSE(f.outbox.accepted_before(enclave_id{"enclave-2"}, "URL", "A-1", start).value());
}

TEST_CASE("processed is recorded once and ends the waiting", "[storage][outbox_table]") {
  outbox_fixture f;
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
  outbox_fixture f;
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
  outbox_fixture f;
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
