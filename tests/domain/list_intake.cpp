#include "domain/list_intake.hpp"

#include "domain/indicator_list.hpp"
#include "domain/random_numbers.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

list_item row_item(std::uint32_t line, std::string value, std::string notes = "") {
  list_item item;
  item.line = item.row.line = line;
  item.row.type = "URL";
  item.row.value = std::move(value);
  item.row.notes = std::move(notes);
  return item;
}

list_item left_out(std::uint32_t line, line_reason reason) {
  list_item item;
  item.line = line;
  item.reason = reason;
  item.text = "line " + std::to_string(line);
  return item;
}

/// Collects what an intake gives, and applies late additions as the storage does.
struct collector {
  intake_options options;
  std::vector<intake_chunk> chunks;
  std::size_t late = 0;

  intake_sink sink() {
    return {[this](intake_chunk&& chunk) -> result<void> {
              CHECK(chunk.number == chunks.size() + 1);
              chunks.push_back(std::move(chunk));
              return {};
            },
            [this](late_addition&& more) -> result<void> {
              ++late;
              merge_into(chunks.at(more.chunk - 1).rows.at(more.row), more.what, options.max_note_bytes);
              return {};
            }};
  }
  [[nodiscard]] std::vector<indicator_row> rows() const {
    std::vector<indicator_row> all;
    for (const intake_chunk& chunk : chunks)
      all.insert(all.end(), chunk.rows.begin(), chunk.rows.end());
    return all;
  }
};

} // namespace

TEST_CASE("rows are packed into chunks by number and by bytes", "[domain][list_intake]") {
  collector got;
  got.options.limits.max_rows = 3;
  got.options.limits.max_body_bytes = 100;
  got.options.limits.size_of = [](const indicator_row& row) { return row.value.size(); };
  list_intake intake(got.options, got.sink());
  for (const char* value : {"a", "b", "c", "d"})
    REQUIRE(intake.add(row_item(1, value)));
  REQUIRE(intake.add(row_item(1, std::string(99, 'e'))));
  REQUIRE(intake.add(row_item(1, std::string(300, 'f')))); // over the bytes alone
  REQUIRE(intake.add(row_item(1, "g")));
  result<intake_totals> totals = intake.finish();
  REQUIRE(totals);
  CHECK(totals->chunk_rows == std::vector<std::uint32_t>{3, 2, 1, 1});
  CHECK(got.chunks.size() == 4);
}

TEST_CASE("a value that comes again is joined, whether its chunk is still there or gone",
          "[domain][list_intake]") {
  collector got;
  got.options.limits.max_rows = 2;
  list_intake intake(got.options, got.sink());
  REQUIRE(intake.add(row_item(1, "a", "first")));
  list_item more = row_item(2, "a", "second");
  more.row.tags = {"red"};
  more.row.first_seen = from_epoch_ms(5);
  more.row.sightings = 3;
  REQUIRE(intake.add(list_item{more}));
  for (const char* value : {"b", "c", "d", "e"})
    REQUIRE(intake.add(row_item(3, value)));
  more.row.notes = "third";
  more.row.tags = {"red", "blue"};
  more.row.first_seen = from_epoch_ms(3);
  more.row.last_seen = from_epoch_ms(9);
  more.row.source = "feed";
  REQUIRE(intake.add(std::move(more)));
  REQUIRE(intake.add(row_item(9, "d", "late")));
  result<intake_totals> totals = intake.finish();
  REQUIRE(totals);
  CHECK(totals->counts == counts{8, 5, 3, 0, 0});
  CHECK(got.late == 2);
  const indicator_row& a = got.chunks.at(0).rows.at(0);
  CHECK(a.line == 1);
  CHECK(a.notes == "first; second; third");
  CHECK(a.tags == std::vector<std::string>{"red", "blue"});
  CHECK(a.first_seen == from_epoch_ms(3));
  CHECK(a.last_seen == from_epoch_ms(9));
  CHECK(a.sightings == 7);
  CHECK(a.source == "feed");
  CHECK(got.chunks.at(1).rows.at(1).notes == "late");
}

TEST_CASE("what is left out is counted, and the first lines are kept", "[domain][list_intake]") {
  collector got;
  got.options.max_lines = 2;
  list_intake intake(got.options, got.sink());
  for (std::uint32_t line = 1; line <= 5; ++line) {
    REQUIRE(intake.add(left_out(line, line_reason::not_understood)));
    REQUIRE(intake.add(left_out(line, line_reason::safelisted)));
  }
  result<intake_totals> totals = intake.finish();
  REQUIRE(totals);
  CHECK(totals->counts == counts{10, 0, 0, 5, 5});
  CHECK(totals->refused == std::vector<line_report>{{1, "line 1", line_reason::not_understood},
                                                    {2, "line 2", line_reason::not_understood}});
  CHECK(totals->withheld.size() == 2);
  CHECK(totals->reasons ==
        std::vector<reason_count>{{line_reason::not_understood, 5}, {line_reason::safelisted, 5}});
  CHECK(totals->chunk_rows.empty());
}

TEST_CASE("a sink that fails ends the intake", "[domain][list_intake]") {
  intake_options options;
  options.limits.max_rows = 1;
  list_intake intake(options,
                     {[](intake_chunk&&) -> result<void> { return fail(ec::io_failure, "disk full"); }, {}});
  REQUIRE(intake.add(row_item(1, "a")));
  CHECK(intake.add(row_item(1, "b")).error().code == ec::io_failure);
}

TEST_CASE("any chunk size gives the rows of one chunk", "[domain][list_intake]") {
  test::random_numbers random(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<list_item> items;
    for (std::uint64_t i = random.below(60); i > 0; --i) {
      const auto line = static_cast<std::uint32_t>(items.size() + 1);
      if (random.one_in(8)) {
        items.push_back(left_out(line, random.one_in(2) ? line_reason::too_long : line_reason::no_wire_type));
        continue;
      }
      list_item item =
          row_item(line, "v" + std::to_string(random.below(25)), "n" + std::to_string(random.below(4)));
      if (random.one_in(3))
        item.row.tags = {"t" + std::to_string(random.below(3))};
      if (random.one_in(3))
        item.row.last_seen = from_epoch_ms(static_cast<std::int64_t>(random.below(100)));
      items.push_back(std::move(item));
    }
    auto run = [&](std::size_t rows, const std::vector<list_item>& given, collector& got) {
      got.options.limits.max_rows = rows;
      list_intake intake(got.options, got.sink());
      std::vector<list_item> copies = given;
      for (std::size_t at = 0; at < copies.size();) { // in pieces of any size
        const std::size_t piece = 1 + random.below(copies.size() - at);
        REQUIRE(intake.add(std::span(copies).subspan(at, piece)));
        at += piece;
      }
      result<intake_totals> totals = intake.finish();
      REQUIRE(totals);
      CHECK(totals->counts.add_up());
      CHECK(totals->counts.handed_in == given.size());
      CHECK(totals->counts.accepted == got.rows().size());
      return std::move(*totals);
    };
    collector whole;
    collector cut;
    const intake_totals a = run(1'000, items, whole);
    const intake_totals b = run(1 + random.below(7), items, cut);
    CHECK(whole.rows() == cut.rows());
    CHECK(a.counts == b.counts);
    CHECK(a.types == b.types);
    CHECK(a.content == b.content);

    collector reversed;
    const std::vector<list_item> backwards(items.rbegin(), items.rend());
    CHECK(run(3, backwards, reversed).content == a.content); // the same content in another order
    std::set<std::string> distinct;
    for (const indicator_row& row : whole.rows())
      CHECK(distinct.insert(row.value).second);
  }
}

TEST_CASE("other content has another digest", "[domain][list_intake]") {
  auto digest = [](const std::vector<list_item>& items, hash_key key = {}) {
    collector got;
    got.options.key = key;
    list_intake intake(got.options, got.sink());
    for (const list_item& item : items)
      REQUIRE(intake.add(list_item{item}));
    return intake.finish()->content;
  };
  const list_item a = row_item(1, "a");
  list_item elsewhere = a;
  elsewhere.line = elsewhere.row.line = 7;
  CHECK(digest({a}) == digest({elsewhere}));
  CHECK_FALSE(digest({a}) == digest({a, a}));
  CHECK_FALSE(digest({a}) == digest({row_item(1, "a", "note")}));
  CHECK_FALSE(digest({row_item(1, "a", "b")}) == digest({row_item(1, "ab")}));
  std::vector<list_item> further(6, a); // whatever a row carries makes a difference
  further[0].row.source = "x";
  further[1].row.notes = "x";
  further[2].row.tags = {"x"};
  further[3].row.first_seen = from_epoch_ms(1);
  further[4].row.last_seen = from_epoch_ms(1);
  further[5].row.sightings = 2;
  for (std::size_t i = 0; i < further.size(); ++i) {
    CHECK_FALSE(digest({further[i]}) == digest({a}));
    for (std::size_t k = 0; k < i; ++k)
      CHECK_FALSE(digest({further[i]}) == digest({further[k]}));
  }
  CHECK_FALSE(digest({a}) == digest({a}, {1, 2}));
}

TEST_CASE("a set of values numbers them in their order and visits them sorted", "[domain][value_set]") {
  value_set set;
  value_printer print({3, 4});
  std::map<value_print, std::uint32_t> expected;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const value_print p = print("IP", std::to_string(i / 2));
    const auto [number, fresh] = set.insert(p);
    CHECK(fresh == (i % 2 == 0));
    CHECK(number == i / 2);
    expected.emplace(p, number);
  }
  CHECK(set.size() == 10'000);
  set.sort();
  auto at = expected.begin();
  for (value_set::cursor c(set); !c.at_end(); ++c, ++at) {
    REQUIRE(at != expected.end());
    CHECK(c->print() == at->first);
    CHECK(c->place() == at->second);
    CHECK(set.find_sorted(at->first) == &*c);
  }
  CHECK(at == expected.end());
  CHECK(set.find_sorted(print("IP", "10000")) == nullptr);
  value_set empty;
  empty.sort();
  CHECK(value_set::cursor(empty).at_end());
}

TEST_CASE("file names and registry keys are the same value in any case", "[domain][value_set]") {
  value_printer print({1, 2});
  CHECK(print("SOFTWARE", "Evil.exe") == print("SOFTWARE", "evil.EXE"));
  CHECK(print("REGISTRY_KEY", "HKLM\\A") == print("REGISTRY_KEY", "hklm\\a"));
  CHECK_FALSE(print("URL", "A") == print("URL", "a"));
  CHECK_FALSE(print("URL", "a") == print("IP", "a"));
}
