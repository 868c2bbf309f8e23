/// Staged lists of which something is withheld, and sent when their owner insists.
#include "domain/indicator_file.hpp"
#include "domain/lists/list_file_reader.hpp"
#include "domain/random_numbers.hpp"
#include "storage/stage_fixture.hpp"

#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <map>

using namespace isacbot;
using namespace isacbot::storage;
using domain::overrides;
using fixture = test::stage_fixture;
using test::item;
using test::start;

namespace {

constexpr overrides special{true, false};
constexpr overrides safelisted{false, true};
constexpr overrides both{true, true};

domain::list_item kept(std::uint32_t line, std::string value,
                       domain::line_reason reason = domain::line_reason::special_address) {
  domain::list_item out = item(line, value);
  out.reason = reason;
  out.row_kept = true;
  out.text = std::move(value);
  return out;
}

std::vector<domain::list_item> mixed() {
  return {item(1, "a"),        kept(2, "10.0.0.1"),
          item(3, "b"),        kept(4, "ours", domain::line_reason::safelisted),
          kept(5, "10.0.0.2"), kept(6, "10.0.0.1"),
          item(7, "a"),        item(8, "c"),
          item(9, "d")};
}

std::vector<std::string> sorted_values(const std::vector<domain::indicator_row>& rows) {
  std::vector<std::string> values;
  for (const domain::indicator_row& row : rows)
    values.push_back(row.value + " x" + std::to_string(row.sightings));
  std::sort(values.begin(), values.end());
  return values;
}

} // namespace

TEST_CASE("what a rule withholds is counted so, and sent only when its owner insists",
          "[storage][list_stage][overrides]") {
  using strings = std::vector<std::string>;
  fixture f;
  auto stage = f.staged("A", mixed());
  CHECK(stage->totals().counts == domain::counts{9, 4, 1, 4, 0});
  CHECK(stage->totals(special).counts == domain::counts{9, 6, 2, 1, 0});
  CHECK(stage->totals(safelisted).counts == domain::counts{9, 5, 1, 3, 0});
  CHECK(stage->totals(both).counts == domain::counts{9, 7, 2, 0, 0});
  CHECK(stage->totals().reasons ==
        std::vector<domain::reason_count>{{domain::line_reason::special_address, 3},
                                          {domain::line_reason::safelisted, 1}});
  CHECK(stage->totals(both).reasons.empty());
  REQUIRE(stage->totals().withheld.size() == 4);
  CHECK(stage->totals().withheld[1] == domain::line_report{4, "ours", domain::line_reason::safelisted});
  CHECK(stage->totals(special).withheld.size() == 1);

  SECTION("nothing of it") {
    REQUIRE(f.accept(*stage));
    CHECK(sorted_values(f.sent_rows()) == strings{"a x2", "b x1", "c x1", "d x1"});
    CHECK_FALSE(f.known("10.0.0.1"));
    CHECK_FALSE(f.known("ours"));
    CHECK(f.known("a"));
    CHECK(f.rows(tables::part_rows) == 2); // and what stays behind is gone
    CHECK(f.rows(tables::accepted_run_pages) == 1);
  }
  SECTION("the addresses") {
    auto parts = f.accept(*stage, start, special).value();
    CHECK(sorted_values(f.sent_rows()) ==
          strings{"10.0.0.1 x2", "10.0.0.2 x1", "a x2", "b x1", "c x1", "d x1"});
    CHECK(f.known("10.0.0.1"));
    CHECK_FALSE(f.known("ours"));
    CHECK(f.rows(tables::part_rows) == parts.size());
    CHECK(f.outbox.find(submission_id{"A"}).value()->parts == parts);
    auto all = stage->first_rows(5, special).value();
    CHECK(all.size() == 5);
    CHECK(all.back().value == "10.0.0.1");
  }
  SECTION("everything") {
    REQUIRE(f.accept(*stage, start, both));
    CHECK(f.sent_rows().size() == 7);
    CHECK(f.known("ours"));
    // All of it is found again.
    auto again = f.staged("B", mixed(), start + std::chrono::minutes{1});
    CHECK(again->totals(both).counts == domain::counts{9, 0, 9, 0, 0});
    CHECK(again->totals().counts == domain::counts{9, 0, 5, 4, 0});
    REQUIRE(f.accept(*again, start + std::chrono::minutes{1}));
  }
  CHECK(f.rows(tables::staging) == 0);
  CHECK(f.rows(tables::late_additions) == 0);
}

TEST_CASE("a list of which everything is withheld is nothing, or all of it",
          "[storage][list_stage][overrides]") {
  fixture f;
  std::vector<domain::list_item> items;
  for (std::uint32_t line = 1; line <= 8; ++line)
    items.push_back(kept(line, "10.0.0." + std::to_string(line % 7)));
  auto stage = f.staged("A", items);
  CHECK(stage->totals().chunk_rows.empty());
  CHECK(stage->totals().counts == domain::counts{8, 0, 0, 8, 0});
  auto parts = f.accept(*stage, start, special).value();
  CHECK(parts.size() == 3);
  CHECK(parts.front().number == "1");
  CHECK(f.sent_rows().size() == 7);
  CHECK(f.sent_rows()[0].sightings == 2);
  CHECK(f.known("10.0.0.6"));
}

TEST_CASE("chunks of what is withheld may stand between others, and their numbers with them",
          "[storage][list_stage][overrides]") {
  fixture f;
  std::vector<domain::list_item> items;
  for (std::uint32_t line = 1; line <= 12; ++line)
    items.push_back(line % 2 == 0 ? kept(line, "10.0.0." + std::to_string(line))
                                  : item(line, "v" + std::to_string(line)));
  auto stage = f.staged("A", items);
  auto parts = f.accept(*stage, start, GENERATE(overrides{}, special)).value();
  CHECK(std::is_sorted(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return domain::part_number_less(a.number, b.number);
  }));
  CHECK(f.outbox.due(10).value() == parts);
  CHECK(parts.size() == (f.known("10.0.0.2") ? 4 : 2));
}

TEST_CASE("what is withheld leaves nothing when its list is given up", "[storage][list_stage][overrides]") {
  fixture f;
  std::vector<domain::list_item> items = mixed();
  for (std::uint32_t line = 10; line <= 2'000; ++line)
    items.push_back(
        kept(line, "10.1.0." + std::to_string(line),
             line % 3 == 0 ? domain::line_reason::safelisted : domain::line_reason::special_address));
  auto stage = f.staged("A", items);
  CHECK(f.rows(tables::accepted_run_pages) > 4);
  write_batch end;
  stage->abandon(end);
  REQUIRE(f.store.write(end, sync::no));
  f.sweep(from_epoch_ms(0));
  CHECK(f.left_overs() == 0);
  CHECK_FALSE(f.accept(*stage, start, both));
}

TEST_CASE("a batch that is tried again with another choice is the other choice",
          "[storage][list_stage][overrides]") {
  fixture f;
  auto stage = f.staged("A", mixed());
  write_batch given_up; // never written
  REQUIRE(f.outbox.append(given_up, fixture::receipt_of(*stage, start, both), *stage, both));
  REQUIRE(f.accept(*stage, start, safelisted));
  CHECK(f.sent_rows().size() == 5);
  CHECK(f.store.write(given_up, sync::yes).error().code == ec::precondition_failed);
}

TEST_CASE("whatever is in a list and whatever its owner overrides, it comes to what the same text read at "
          "once does",
          "[storage][list_stage][overrides]") {
  const std::vector<std::string> words{"10.0.0.1",     "192.168.4.4", "10.7.0.0/16", "http://10.0.0.9/x",
                                       "bad-1.com",    "bad-2.com",   "8.8.4.4",     "ours.com",
                                       "ours-too.com", "nonsense",    "AS64500",     "127.0.0.1"};
  auto list = std::make_shared<domain::safelist>();
  list->add("URL", "ours.com");
  list->add("URL", "ours-too.com");
  list->add("IP", "10.0.0.1"); // one box is enough for it
  test::random_numbers random(3);
  for (int round = 0; round < 80; ++round) {
    std::string text = "value,notes\n";
    for (std::uint64_t i = 1 + random.below(60); i > 0; --i)
      text += words[random.below(words.size())] + ",n" + std::to_string(random.below(3)) + "\n";
    const domain::list_file file{"", text};
    for (const overrides& given : {overrides{}, special, safelisted, both}) {
      CAPTURE(round, text, given.special_address, given.safelisted);
      domain::indicator_list_options options;
      options.safelisted = list;
      domain::indicator_list_options insisting = options;
      insisting.send_special = insisting.special_overridden = given.special_address;
      if (given.safelisted)
        insisting.safelisted.reset();
      const domain::indicator_list whole = domain::read_indicators("", {&file, 1}, insisting).value();

      fixture f;
      f.options.limits.max_rows = 1 + random.below(6);
      f.options.late_bytes = random.below(2) * 1'000;
      auto open = [&](const std::string& id, const domain::indicator_list_options& how) {
        auto stage = f.open(id);
        domain::list_file_reader reader(how,
                                        [&](domain::list_item&& one) { return stage->add(std::move(one)); });
        REQUIRE(reader.feed(text));
        REQUIRE(reader.finish());
        f.close(*stage);
        return stage;
      };
      options.keep_withheld = true;
      auto stage = open("A", options);
      auto straight = open("B", insisting);
      const domain::intake_totals totals = stage->totals(given);
      CHECK(totals.counts == whole.counts);
      CHECK(totals.counts.add_up());
      CHECK(totals.reasons == whole.reasons);
      CHECK(totals.content == straight->totals().content); // "the same again" is recognised
      auto first_lines = whole.withheld;
      first_lines.resize(std::min(first_lines.size(), domain::kept_lines));
      CHECK(totals.withheld == first_lines);
      std::map<std::string, std::uint64_t> types;
      for (const auto& t : whole.types)
        types[t.type] += t.count;
      for (const auto& t : totals.types)
        types[t.type] -= t.count;
      CHECK(std::all_of(types.begin(), types.end(), [](const auto& t) { return t.second == 0; }));
      auto parts = f.accept(*stage, start, given);
      REQUIRE(parts);
      CHECK(sorted_values(f.sent_rows()) == sorted_values(whole.rows));
      for (const domain::indicator_row& row : whole.rows)
        CHECK(f.known(row.value, start - std::chrono::hours{1}, row.type));
      const auto sent = static_cast<std::uint64_t>(whole.rows.size());
      // Everything and nothing but what was sent is known afterwards.
      auto after = open("D", options);
      CHECK(after->totals(both).counts.accepted == stage->totals(both).counts.accepted - sent);
    }
  }
}
