#include "storage/list_stage.hpp"

#include "storage/stage_fixture.hpp"

#include <catch2/generators/catch_generators.hpp>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

using fixture = test::stage_fixture;
using test::enclave;
using test::item;
using test::start;

std::vector<domain::list_item> ten() {
  std::vector<domain::list_item> items;
  for (std::uint32_t line = 1; line <= 10; ++line)
    items.push_back(item(line, "v" + std::to_string(line)));
  return items;
}

} // namespace

TEST_CASE("a staged list counts from the moment of its acceptance", "[storage][list_stage]") {
  fixture f;
  std::unique_ptr<list_stage> stage = f.staged("A", ten());
  CHECK(f.outbox.due(10).value().empty());
  CHECK(f.outbox.recent(10).value().empty());
  CHECK_FALSE(f.known("v1"));
  CHECK(stage->totals().counts == domain::counts{10, 10, 0, 0, 0});

  const std::vector<domain::part> parts = f.accept(*stage).value();
  CHECK(parts.size() == 4);
  CHECK(f.outbox.due(10).value() == parts);
  CHECK(f.outbox.find(submission_id{"A"}).value()->counts == stage->totals().counts);
  std::vector<domain::indicator_row> expected;
  for (const domain::list_item& one : ten())
    expected.push_back(one.row);
  CHECK(f.sent_rows() == expected);
  CHECK(f.known("v1"));
  CHECK(f.rows(tables::staging) == 0);
  CHECK(stage->first_rows(4).value() == std::vector(expected.begin(), expected.begin() + 4));
}

TEST_CASE("what comes late is joined to rows that are staged already", "[storage][list_stage]") {
  for (std::size_t late_bytes : {std::size_t{0}, std::size_t{60}, std::size_t{1} << 20U}) {
    CAPTURE(late_bytes);
    fixture f;
    f.options.late_bytes = late_bytes; // each staged at once, some, none
    std::vector<domain::list_item> items = ten();
    for (std::uint32_t line = 11; line <= 16; ++line)
      items.push_back(item(line, "v" + std::to_string(line % 5 + 1), "note " + std::to_string(line)));
    items.back().row.tags = {"late"};
    items.back().row.first_seen = from_epoch_ms(7);
    std::unique_ptr<list_stage> stage = f.staged("A", items);
    CHECK(stage->totals().counts == domain::counts{16, 10, 6, 0, 0});
    CHECK(f.rows(tables::late_additions) == 0);
    REQUIRE(f.accept(*stage));
    const std::vector<domain::indicator_row> rows = f.sent_rows();
    REQUIRE(rows.size() == 10);
    CHECK(rows[1].notes == "note 11; note 16"); // 11 % 5 + 1, 16 % 5 + 1
    CHECK(rows[1].sightings == 3);
    CHECK(rows[1].tags == std::vector<std::string>{"late"});
    CHECK(rows[1].first_seen == from_epoch_ms(7));
    CHECK(rows[0].sightings == 2);
    CHECK(rows[5].sightings == 1);
  }
}

TEST_CASE("a little that comes late costs no second write of its rows, much of it does",
          "[storage][list_stage]") {
  fixture f;
  std::vector<domain::list_item> items = ten();
  for (int i = 0; i < 3; ++i)
    items.push_back(item(11, "v5", "seen again"));
  const bool much = GENERATE(false, true);
  if (much)
    for (std::uint32_t i = 0; i < 10; ++i)
      items.push_back(item(20 + i, "v1", std::string(1'000, static_cast<char>('a' + i))));
  std::unique_ptr<list_stage> stage = f.staged("A", items);
  // Four chunks and the prints; nothing is written for chunk 2, and chunk 1 only if it is too much.
  CHECK(f.writes == (much ? 6 : 5));
  REQUIRE(stage->first_rows(5).value().size() == 5);
  CHECK(stage->first_rows(5).value()[4].sightings == 4);
  REQUIRE(f.accept(*stage));
  CHECK(f.rows(tables::late_additions) == 0);
  std::vector<domain::indicator_row> rows = f.sent_rows();
  CHECK(rows[4].notes == "seen again");
  CHECK(rows[4].sightings == 4);
  CHECK(rows[0].sightings == (much ? 11 : 1));
  CHECK(rows[0].notes.size() == (much ? 1'000 : 0)); // two of them are longer than notes may be

  // What came late goes with the rows: into halves, and into what is refused.
  const domain::part second = f.outbox.part(submission_id{"A"}, "2").value();
  domain::planned_part whole{second, f.outbox.rows(second).value()};
  const auto halves = domain::halve(whole).value();
  write_batch batch;
  REQUIRE(f.outbox.replace(batch, second, std::vector{halves.first, halves.second}, start));
  REQUIRE(f.store.write(batch, sync::yes));
  CHECK(f.sent_rows() == rows);
  const domain::part half = f.outbox.part(submission_id{"A"}, "2.1").value();
  write_batch refusal;
  REQUIRE(f.outbox.refuse(refusal, half, domain::line_reason::refused_by_station, start));
  REQUIRE(f.store.write(refusal, sync::yes));
  CHECK(f.outbox.find(submission_id{"A"}).value()->counts.add_up());
}

TEST_CASE("rows that outgrow a call through what comes late become two parts", "[storage][list_stage]") {
  fixture f;
  f.options.limits.max_rows = 4;
  f.options.limits.max_body_bytes = 60;
  f.options.limits.size_of = [](const domain::indicator_row& row) { return 10 + row.notes.size(); };
  std::vector<domain::list_item> items = ten();
  items.push_back(item(11, "v1", std::string(40, 'n')));
  items.push_back(item(12, "v3", std::string(40, 'm')));
  std::unique_ptr<list_stage> stage = f.staged("A", items);
  const std::vector<domain::part> parts = f.accept(*stage).value();
  std::vector<std::string> numbers;
  for (const domain::part& part : parts)
    numbers.push_back(part.number);
  CHECK(numbers == std::vector<std::string>{"1.1", "1.2", "2", "3"});
  CHECK(f.sent_rows().size() == 10);
  CHECK(f.sent_rows()[2].notes == std::string(40, 'm'));
  CHECK(f.outbox.find(submission_id{"A"}).value()->parts.size() == 4);
}

TEST_CASE("values accepted before count as merged, and say so in their rows", "[storage][list_stage]") {
  fixture f;
  REQUIRE(f.accept(*f.staged("A", {item(1, "v2"), item(2, "v9"), item(3, "other")})));
  const auto settle_all = [&] {
    for (const domain::part& part : f.outbox.due(100).value()) {
      write_batch batch;
      REQUIRE(f.outbox.settle(batch, part, start));
      REQUIRE(f.store.write(batch, sync::yes));
    }
  };
  settle_all();
  const sys_time later = start + std::chrono::minutes{30};
  std::unique_ptr<list_stage> stage = f.staged("B", ten(), later);
  CHECK(stage->totals().counts == domain::counts{10, 8, 2, 0, 0});
  REQUIRE(f.accept(*stage, later));
  std::vector<std::string> known;
  for (const domain::indicator_row& row : f.sent_rows())
    if (row.known)
      known.push_back(row.value);
  CHECK(known == std::vector<std::string>{"v2", "v9"});
  // Refused rows go to where they were counted.
  const domain::part first = f.outbox.part(submission_id{"B"}, "1").value();
  write_batch batch;
  REQUIRE(f.outbox.refuse(batch, first, domain::line_reason::refused_by_station, later));
  REQUIRE(f.store.write(batch, sync::yes));
  CHECK(f.outbox.find(submission_id{"B"}).value()->counts == domain::counts{10, 6, 1, 0, 3});
  settle_all();
  // Too long ago: not known any more.
  CHECK(f.staged("C", {item(1, "other")}, later + std::chrono::hours{1})->totals().counts.merged == 0);
}

TEST_CASE("what layout 1 kept of a value is still known", "[storage][list_stage]") {
  fixture f;
  for (const char* value : {"v3", "v7"})
    REQUIRE(f.store.write(
        write_batch{}.put(tables::accepted_values,
                          keys::accepted_value(enclave, f.sealer.fingerprint("value", {"URL", value})),
                          key_builder{}.time(value[1] == '3' ? start : start - std::chrono::hours{2}).take()),
        sync::yes));
  std::unique_ptr<list_stage> stage = f.staged("A", ten());
  CHECK(stage->totals().counts == domain::counts{10, 9, 1, 0, 0}); // v7 is too old
  REQUIRE(f.accept(*stage));
  CHECK(f.sent_rows()[2].known);
  CHECK_FALSE(f.sent_rows()[6].known);
  std::vector<domain::indicator_row> rows{item(1, "v3").row, item(2, "v20").row};
  domain::counts counts{2, 2, 0, 0, 0};
  REQUIRE(f.outbox.mark_known(enclave, start - std::chrono::hours{1}, rows, counts));
  CHECK((rows[0].known && !rows[1].known && counts.merged == 1));
}

TEST_CASE("a list that is given up leaves nothing", "[storage][list_stage]") {
  fixture f;
  f.options.late_bytes = 0;
  std::vector<domain::list_item> items = ten();
  items.push_back(item(11, "v1"));
  SECTION("while it is read") {
    std::unique_ptr<list_stage> stage = f.open("A");
    for (const domain::list_item& one : items)
      REQUIRE(stage->add(domain::list_item{one}));
    write_batch batch;
    stage->abandon(batch);
    REQUIRE(f.store.write(batch, sync::no));
  }
  SECTION("when it is closed, and can't be accepted any more") {
    std::unique_ptr<list_stage> stage = f.staged("A", items);
    write_batch batch;
    stage->abandon(batch);
    REQUIRE(f.store.write(batch, sync::no));
    CHECK(f.accept(*stage).error().code == ec::precondition_failed);
  }
  SECTION("by a crash: it was opened before the program started") {
    f.staged("A", items);
    CHECK(f.sweep(start) == 0);
    f.sweep(start + milliseconds{1}, 2); // in small pieces
  }
  f.sweep(start);
  CHECK(f.left_overs() == 0);
}

TEST_CASE("a sweep takes no list that is accepted or still open", "[storage][list_stage]") {
  fixture f;
  std::unique_ptr<list_stage> stage = f.staged("A", ten());
  std::unique_ptr<list_stage> open = f.staged("B", ten(), start + seconds{1});
  write_batch sweep;
  REQUIRE(sweep_stages(f.store, sweep, start + seconds{1}, 100).value() > 0);
  REQUIRE(f.accept(*stage));
  CHECK(f.store.write(sweep, sync::no).error().code == ec::precondition_failed); // the acceptance was quicker
  f.sweep(start + seconds{1});
  CHECK(f.sent_rows().size() == 10);
  REQUIRE(f.accept(*open, start + seconds{1}));
  CHECK(f.sent_rows().size() == 20);
  CHECK(f.accept(*open).error().code == ec::precondition_failed); // once
}

TEST_CASE("a list of nothing to send writes nothing", "[storage][list_stage]") {
  fixture f;
  domain::list_item bad;
  bad.reason = domain::line_reason::not_understood;
  std::unique_ptr<list_stage> stage = f.staged("A", {bad});
  CHECK(f.writes == 0);
  CHECK(stage->totals().counts == domain::counts{1, 0, 0, 0, 1});
  write_batch batch;
  stage->abandon(batch);
  CHECK(batch.empty());
}

TEST_CASE("nothing of a staged list can be read from the stored bytes", "[storage][list_stage]") {
  fixture f;
  f.options.late_bytes = 0;
  std::unique_ptr<list_stage> stage = f.open("A");
  for (std::uint32_t line = 1; line <= 8; ++line)
    REQUIRE(stage->add(item(line, "hidden-value-" + std::to_string(line % 7), "hidden note")));
  CHECK(f.rows(tables::late_additions) == 1);
  for (unsigned t = 0; t < 256; ++t)
    REQUIRE(f.store.scan(static_cast<table>(t), {}, {}, [&](std::string_view key, std::string_view value) {
      CHECK(key.find("hidden") == std::string_view::npos);
      CHECK(value.find("hidden") == std::string_view::npos);
      return true;
    }));
}
