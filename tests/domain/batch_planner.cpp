#include "domain/batch_planner.hpp"

#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::random_numbers;

namespace {

std::vector<indicator_row> make_rows(std::size_t n) {
  std::vector<indicator_row> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    out[i].line = static_cast<std::uint32_t>(i + 1);
    out[i].type = "DOMAIN";
    out[i].value = "host" + std::to_string(i) + ".example.com";
  }
  return out;
}

std::vector<indicator_row> joined(const std::vector<planned_part>& parts) {
  std::vector<indicator_row> out;
  for (const planned_part& p : parts)
    out.insert(out.end(), p.rows.begin(), p.rows.end());
  return out;
}

const submission_id s1{"s1"};
const member alice{team_id{"T1"}, user_id{"U1"}};

} // namespace

TEST_CASE("parts hold at most the rows and bytes of one call, in order, none lost", "[domain]") {
  random_numbers random(3);
  for (int round = 0; round < 200; ++round) {
    batch_limits limits;
    limits.max_rows = random.between(1, 12);
    limits.max_body_bytes = random.between(1, 100);
    limits.size_of = [](const indicator_row& row) { return row.line * 7919 % 40 + 1; };
    const auto rows = make_rows(random.below(60));
    const auto parts = plan_batches(s1, rows, limits);
    REQUIRE(joined(parts) == rows);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const planned_part& p = parts[i];
      REQUIRE(p.header.number == std::to_string(i + 1));
      REQUIRE(p.header.rows == p.rows.size());
      REQUIRE(p.header.state == part_state::queued);
      REQUIRE_FALSE(p.rows.empty());
      REQUIRE(p.rows.size() <= limits.max_rows);
      std::size_t bytes = 0;
      for (const indicator_row& row : p.rows)
        bytes += limits.size_of(row);
      REQUIRE((bytes <= limits.max_body_bytes || p.rows.size() == 1));
      if (i > 0) { // as few parts as the order allows: the first row didn't fit before
        std::size_t before = limits.size_of(p.rows.front());
        for (const indicator_row& row : parts[i - 1].rows)
          before += limits.size_of(row);
        REQUIRE((before > limits.max_body_bytes || parts[i - 1].rows.size() == limits.max_rows));
      }
    }
    REQUIRE(plan_batches(s1, rows, limits) == parts);
  }
}

TEST_CASE("ten thousand rows go in one call, the next begins another", "[domain]") {
  CHECK(plan_batches(s1, make_rows(10'000), {}).size() == 1);
  const auto parts = plan_batches(s1, make_rows(10'001), {});
  REQUIRE(parts.size() == 2);
  CHECK(parts[1].rows.size() == 1);
  CHECK(parts[1].header.idempotency_key() == "s1/2");
  CHECK(plan_batches(s1, {}, {}).empty());
}

TEST_CASE("halves have keys of their own, nest, and keep every row", "[domain]") {
  auto whole = plan_batches(s1, make_rows(5), {}).front();
  const auto rows = whole.rows;
  whole.header.state = part_state::sent;
  whole.header.attempts = 7;
  whole.header.first_attempt = from_epoch_ms(1);
  auto [first, second] = halve(std::move(whole)).value();
  CHECK(first.header.number == "1.1");
  CHECK(second.header.number == "1.2");
  CHECK(first.rows.size() == 3);
  CHECK(second.rows.size() == 2);
  CHECK(joined(std::vector<planned_part>{first, second}) == rows);
  for (const planned_part& half : std::vector<planned_part>{first, second}) {
    CHECK(half.header.state == part_state::queued); // new keys have no past
    CHECK(half.header.attempts == 0);
    CHECK_FALSE(half.header.first_attempt.has_value());
  }
  auto [third, fourth] = halve(std::move(second)).value();
  CHECK(third.header.idempotency_key() == "s1/1.2.1");
  CHECK(fourth.header.number == "1.2.2");
  CHECK(halve(std::move(fourth)).has_error());
}

TEST_CASE("part numbers are ordered as people read them", "[domain]") {
  const std::vector<std::string> ordered{"1", "1.1", "1.1.2", "1.2", "2", "9.2", "10", "10.1"};
  for (std::size_t i = 0; i < ordered.size(); ++i)
    for (std::size_t j = 0; j < ordered.size(); ++j)
      CHECK(part_number_less(ordered[i], ordered[j]) == (i < j));
}

TEST_CASE("the size of a row is an upper bound for any content", "[domain]") {
  indicator_row row;
  row.value = std::string("\x01\"\\", 3);
  CHECK(largest_row_size(row) >= 6 + 2 + 2);
  row.tags = {"one", "two"};
  row.notes = std::string(100, '\n');
  CHECK(largest_row_size(row) >= 600);
}

TEST_CASE("the content key tells content apart and sorting not", "[domain]") {
  const enclave_id enclave{"e1"};
  const std::vector<std::string> tags{"a", "b"};
  auto rows = make_rows(20);
  const std::string key = make_content_key(alice, enclave, tags, rows);
  CHECK(key.size() == 64);

  auto shuffled = rows;
  std::reverse(shuffled.begin(), shuffled.end());
  for (indicator_row& row : shuffled)
    row.line += 100; // the same list under a headline
  CHECK(make_content_key(alice, enclave, std::vector<std::string>{"b", "a", "a"}, shuffled) == key);

  std::set<std::string> others{key};
  const auto differs = [&](const std::string& other) { CHECK(others.insert(other).second); };
  differs(make_content_key({team_id{"T1"}, user_id{"U2"}}, enclave, tags, rows));
  differs(make_content_key({team_id{"T1U"}, user_id{"1"}}, enclave, tags, rows));
  differs(make_content_key(alice, enclave_id{"e2"}, tags, rows));
  differs(make_content_key(alice, enclave, {}, rows));
  differs(make_content_key(alice, enclave, std::vector<std::string>{"ab"}, rows));
  differs(make_content_key(alice, enclave, tags, std::span(rows).first(19)));
  for (auto change : std::vector<void (*)(indicator_row&)>{
           [](indicator_row& r) { r.value += "x"; }, [](indicator_row& r) { r.type = "URL"; },
           [](indicator_row& r) { r.notes = "n"; }, [](indicator_row& r) { r.source = "n"; },
           [](indicator_row& r) { r.tags = {"n"}; }, [](indicator_row& r) { r.sightings = 2; },
           [](indicator_row& r) { r.first_seen = from_epoch_ms(5); },
           [](indicator_row& r) { r.last_seen = from_epoch_ms(5); }}) {
    auto changed = rows;
    change(changed[7]);
    differs(make_content_key(alice, enclave, tags, changed));
  }
  auto marked = rows;
  marked[0].known = true; // our own mark, not the member's content
  CHECK(make_content_key(alice, enclave, tags, marked) == key);
}

TEST_CASE("the request key is the same for the same request only", "[domain]") {
  std::set<std::string> keys;
  keys.insert(make_request_key(request_origin::view, alice, "V1"));
  keys.insert(make_request_key(request_origin::trigger, alice, "V1"));
  keys.insert(make_request_key(request_origin::view, alice, "V2"));
  keys.insert(make_request_key(request_origin::view, {team_id{"T2"}, user_id{"U1"}}, "V1"));
  keys.insert(make_request_key(request_origin::view, {team_id{"T1"}, user_id{"U1V"}}, "1"));
  CHECK(keys.size() == 5);
  CHECK(keys.contains(make_request_key(request_origin::view, alice, "V1")));
}
