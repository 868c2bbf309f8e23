#include "storage/outbox_table.hpp"

#include "storage/outbox_fixture.hpp"

using namespace isacbot;
using namespace isacbot::storage;
using namespace isacbot::test;
using domain::part_state;

namespace {

using keys_of = std::vector<std::string>;

} // namespace

TEST_CASE("due parts come in the order of submissions, page by page", "[storage][outbox_table]") {
  outbox_fixture f;
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
  outbox_fixture f;
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
  outbox_fixture f;
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
  CHECK(receipt.counts == outbox_fixture::make("A", {1, 1}).receipt.counts);
  CHECK(f.due_keys().empty());
  CHECK(f.rows(tables::part_rows) == 0);
}

TEST_CASE("a part is settled once", "[storage][outbox_table]") {
  outbox_fixture f;
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
  outbox_fixture f;
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
  outbox_fixture f;
  outbox_fixture::sample s = f.accept("A", {4, 1});
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
  outbox_fixture f;
  f.accept("A", {4});
  domain::part whole = f.outbox.due(1).value().front();
  auto [first, second] = domain::halve({whole, f.outbox.rows(whole).value()}).value();
  write_batch batch;
  second.rows.pop_back();
  second.header.rows -= 1;
  CHECK(f.outbox.replace(batch, whole, std::vector{first, second}, start).error().code ==
        ec::invalid_argument);
}
