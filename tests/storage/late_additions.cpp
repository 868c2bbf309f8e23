#include "storage/late_additions.hpp"

#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

domain::row_addition random_addition(test::random_numbers& random) {
  domain::row_addition what;
  if (random.one_in(3))
    what.source = std::string(1 + random.below(200), 's');
  if (random.one_in(3))
    what.notes = "note " + std::to_string(random.below(5));
  if (random.one_in(3))
    what.tags = {"t" + std::to_string(random.below(5)), ""};
  if (random.one_in(3))
    what.first_seen = from_epoch_ms(static_cast<std::int64_t>(random.below(1'000'000)) - 500'000);
  if (random.one_in(3))
    what.last_seen = from_epoch_ms(static_cast<std::int64_t>(random.below(1'000'000'000'000)));
  if (random.one_in(3))
    what.sightings = static_cast<std::uint32_t>(random.below(1'000'000));
  return what;
}

std::vector<domain::indicator_row> some_rows(std::size_t count) {
  std::vector<domain::indicator_row> rows(count);
  for (std::size_t i = 0; i < count; ++i)
    rows[i].value = "v" + std::to_string(i);
  return rows;
}

} // namespace

TEST_CASE("late additions as bytes do what the additions do", "[storage][late_additions]") {
  test::random_numbers random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<domain::indicator_row> rows = some_rows(1 + random.below(300));
    std::vector<domain::indicator_row> expected = rows;
    std::string bytes;
    for (std::uint64_t i = random.below(30); i > 0; --i) {
      const auto row = static_cast<std::uint32_t>(random.below(rows.size()));
      const domain::row_addition what = random_addition(random);
      domain::merge_into(expected[row], what, 40);
      append_late(bytes, row, what);
    }
    REQUIRE(apply_late(bytes, rows, 40));
    CHECK(rows == expected);
    // Cut anywhere it is an addition less, or none at all; never one that was not there.
    if (bytes.empty())
      continue;
    std::vector<domain::indicator_row> cut = some_rows(rows.size());
    if (!apply_late(std::string_view(bytes).substr(0, random.below(bytes.size())), cut, 40))
      continue;
    for (std::size_t i = 0; i < cut.size(); ++i)
      CHECK(cut[i].sightings <= expected[i].sightings);
  }
}

TEST_CASE("one sighting more takes two bytes", "[storage][late_additions]") {
  std::string bytes;
  append_late(bytes, 7, {});
  CHECK(bytes == std::string("\x07\x00", 2));
}

TEST_CASE("bytes that are no late additions are told", "[storage][late_additions]") {
  const std::string bad[] = {
      std::string("\x03\x00", 2), // a row that is not there
      std::string("\x00", 1),     // no flags
      std::string("\x00\x40", 2), // an unknown flag
      std::string("\x00\x02\x05"
                  "ab",
                  5),                             // a text that is cut
      std::string("\x00\x02\x00", 3),             // notes that are none
      std::string("\x00\x20\x01", 3),             // sightings that need no telling
      std::string("\x80\x00\x00", 3),             // a number longer than it has to be
      std::string("\x00\x04\xff\xff\xff\x7f", 6), // more tags than bytes
      std::string("\x00\x20\xff\xff\xff\xff\xff\x01", 8),
  };
  for (const std::string& bytes : bad) {
    CAPTURE(bytes.size());
    std::vector<domain::indicator_row> rows = some_rows(3);
    CHECK_FALSE(apply_late(bytes, rows, 100));
  }
}
