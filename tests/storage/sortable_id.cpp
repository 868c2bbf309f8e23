#include "storage/sortable_id.hpp"

#include "support/print_result.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace isacbot;
using namespace isacbot::storage;

namespace {

constexpr std::int64_t year_2024 = 1'704'067'200'000;

class zero_random final : public random_source {
 public:
  void fill(std::span<std::byte> out) override { std::fill(out.begin(), out.end(), std::byte{0}); }
};

} // namespace

TEST_CASE("an id is the time in Crockford's Base32 and a random end", "[storage][sortable_id]") {
  zero_random random;
  CHECK(make_sortable_id(from_epoch_ms(year_2024), random) == "00000-00000-0000");
  CHECK(make_sortable_id(from_epoch_ms(year_2024 + 31), random) == "00000-00Z00-0000");
  CHECK(make_sortable_id(from_epoch_ms(year_2024 + 32 * 32 * 32 * 18), random) == "0000J-00000-0000");
  CHECK(make_sortable_id(from_epoch_ms(0), random) == "00000-00000-0000");
  CHECK(make_sortable_id(sys_time::max(), random) == "ZZZZZ-ZZZ00-0000");
}

TEST_CASE("ids sort by time and differ within one millisecond", "[storage][sortable_id]") {
  test::seeded_random random(1);
  std::string last;
  for (std::int64_t time = year_2024; time < year_2024 + 3'000'000'000; time += 12'345'679) {
    std::string id = make_sortable_id(from_epoch_ms(time), random);
    REQUIRE(last < id);
    REQUIRE(time_of_sortable_id(id).value() == from_epoch_ms(time));
    last = id;
  }
  std::set<std::string> same_time;
  for (int i = 0; i < 1'000; ++i)
    same_time.insert(make_sortable_id(from_epoch_ms(year_2024), random));
  CHECK(same_time.size() == 1'000);
}

TEST_CASE("an id is understood as people type it", "[storage][sortable_id]") {
  for (const char* typed : {"1RC5T-0A9GK-QX4M", "1rc5t0a9gkqx4m", " 1RC5T 0A9GK QX4M ", "lRC5T-OA9GK-QX4M",
                            "iRC5T-oA9GK-QX4M", "1-R-C-5T0A9GKQX4M"})
    CHECK(parse_sortable_id(typed).value() == "1RC5T-0A9GK-QX4M");
  for (const char* typed : {"", "1RC5T-0A9GK-QX4", "1RC5T-0A9GK-QX4MM", "1RC5T-0A9GK-QX4U",
                            "1RC5T_0A9GK_QX4M", "1RC5T-0A9GK-QX4\xC3\xA9"})
    CHECK(parse_sortable_id(typed).error().code == ec::malformed);
}
