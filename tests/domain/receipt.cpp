#include "domain/receipt.hpp"

#include "domain/batch_planner.hpp"
#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::random_numbers;

namespace {

const sys_time now = from_epoch_ms(1'700'000'000'000);

struct made {
  receipt r;
  std::vector<planned_part> parts;
};

made make(std::string_view text, std::size_t max_rows = 3) {
  indicator_list list = parse_indicator_list(text).value();
  mark_known(list.rows, list.counts, [](const indicator_row& row) { return row.value == "8.8.4.4"; });
  batch_limits limits;
  limits.max_rows = max_rows;
  submission what;
  what.id = submission_id{"s1"};
  what.created = now;
  made out;
  out.parts = plan_batches(what.id, list.rows, limits);
  std::vector<part> headers;
  for (const planned_part& p : out.parts)
    headers.push_back(p.header);
  out.r = make_receipt(what, list, headers);
  return out;
}

} // namespace

TEST_CASE("a receipt shows the first twenty lines and counts all", "[domain]") {
  std::string text = "8.8.8.8\n8.8.4.4\n8.8.8.8\n";
  for (int i = 0; i < 30; ++i)
    text += "nonsense " + std::to_string(i) + "\n10.0.0." + std::to_string(i) + "\n";
  const receipt r = make(text).r;
  CHECK(r.counts == counts{63, 1, 2, 30, 30});
  CHECK(r.refused.size() == 20);
  CHECK(r.withheld.size() == 20);
  CHECK(r.reasons ==
        std::vector<reason_count>{{line_reason::not_understood, 30}, {line_reason::special_address, 30}});
  CHECK(r.types == std::vector<type_count>{{"IP", 2}});
  CHECK_FALSE(r.delivered.has_value());
}

TEST_CASE("a receipt with nothing to send is delivered at once", "[domain]") {
  CHECK(make("nothing here").r.delivered == now);
}

TEST_CASE("a receipt is delivered with its last part, and a part that goes on takes that back", "[domain]") {
  made m = make("8.8.8.8\n8.8.4.4\n9.9.9.9\n1.1.1.1");
  REQUIRE(m.r.parts.size() == 2);
  part p = m.parts[0].header;
  p.state = part_state::settled;
  record_part(m.r, p, now);
  CHECK_FALSE(m.r.delivered.has_value());
  part q = m.parts[1].header;
  q.state = part_state::parked;
  record_part(m.r, q, now);
  CHECK_FALSE(m.r.delivered.has_value());
  CHECK(progress_of(m.r) == delivery_progress{0, 3, 1});
  q.state = part_state::buried;
  record_part(m.r, q, now + seconds{5});
  CHECK(m.r.delivered == now + seconds{5});
  record_part(m.r, q, now + seconds{9});
  CHECK(m.r.delivered == now + seconds{5}); // it was delivered then
  q.state = part_state::sent;
  record_part(m.r, q, now + seconds{10});
  CHECK_FALSE(m.r.delivered.has_value());
  CHECK(progress_of(m.r) == delivery_progress{1, 3, 0});
}

TEST_CASE("halves take the place of the whole, in order", "[domain]") {
  made m = make("8.8.8.8\n8.8.4.4\n9.9.9.9\n1.1.1.1");
  auto [first, second] = halve(m.parts[0]).value();
  record_split(m.r, "1", first.header, second.header);
  REQUIRE(m.r.parts.size() == 3);
  CHECK(m.r.parts[0].number == "1.1");
  CHECK(m.r.parts[1].number == "1.2");
  CHECK(m.r.parts[2].number == "2");
  CHECK(progress_of(m.r).waiting == 4);
}

TEST_CASE("a refused row moves from where it was counted, and the sum stays", "[domain]") {
  made m = make("8.8.8.8\n8.8.4.4\nevil-site.com\nnonsense");
  CHECK(m.r.counts == counts{4, 2, 1, 0, 1});
  const indicator_row& plain = m.parts[0].rows[0];
  const indicator_row& known = m.parts[0].rows[1];
  REQUIRE(record_refusal(m.r, plain, line_reason::refused_by_station).has_value());
  CHECK(m.r.counts == counts{4, 1, 1, 0, 2});
  REQUIRE(record_refusal(m.r, known, line_reason::refused_by_station).has_value());
  CHECK(m.r.counts == counts{4, 1, 0, 0, 3});
  CHECK(m.r.reasons ==
        std::vector<reason_count>{{line_reason::not_understood, 1}, {line_reason::refused_by_station, 2}});
  CHECK(m.r.refused.back() == line_report{2, "8.8.4.4", line_reason::refused_by_station});
  CHECK(m.r.types == std::vector<type_count>{{"DOMAIN", 1}});
  CHECK(record_refusal(m.r, known, line_reason::refused_by_station).has_error()); // nothing known is left
  CHECK(m.r.counts == counts{4, 1, 0, 0, 3});
}

TEST_CASE("the counts add up through any sequence of ends", "[domain]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_numbers random(seed);
    std::string text;
    for (std::uint64_t i = random.below(40); i > 0; --i)
      text += (random.one_in(4) ? "no value" : "8.8." + std::to_string(random.below(6)) + ".4") + "\n";
    made m = make(text, random.between(1, 5));
    const std::uint64_t handed_in = m.r.counts.handed_in;
    std::uint64_t refusals = 0;
    while (!m.parts.empty()) {
      planned_part p = std::move(m.parts.back());
      m.parts.pop_back();
      if (p.rows.size() > 1 && random.one_in(2)) {
        auto [first, second] = halve(std::move(p)).value();
        record_split(m.r, first.header.number.substr(0, first.header.number.size() - 2), first.header,
                     second.header);
        m.parts.push_back(std::move(first));
        m.parts.push_back(std::move(second));
        continue;
      }
      if (p.rows.size() == 1 && random.one_in(2)) {
        REQUIRE(record_refusal(m.r, p.rows[0], line_reason::refused_by_station).has_value());
        p.header.rows = 0;
        ++refusals;
      }
      p.header.state = random.one_in(4) ? part_state::buried : part_state::settled;
      record_part(m.r, p.header, now);
      REQUIRE(m.r.counts.add_up());
      REQUIRE(m.r.counts.handed_in == handed_in);
    }
    REQUIRE(m.r.delivered.has_value());
    std::uint64_t refused = 0;
    std::uint64_t types = 0;
    for (const reason_count& c : m.r.reasons)
      refused += c.count;
    for (const type_count& c : m.r.types)
      types += c.count;
    REQUIRE(refused == m.r.counts.refused + m.r.counts.withheld);
    const delivery_progress progress = progress_of(m.r);
    REQUIRE(progress.waiting == 0);
    REQUIRE(progress.settled + progress.stuck == types);
    REQUIRE(refusals <= m.r.counts.refused);
  }
}
