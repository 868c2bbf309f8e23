#include "domain/submission_progress.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

receipt with_parts(std::initializer_list<std::pair<part_state, std::uint32_t>> parts) {
  receipt r;
  r.submission.created = from_epoch_ms(1'000'000);
  for (const auto& [state, rows] : parts) {
    part& p = r.parts.emplace_back();
    p.state = state;
    p.rows = rows;
  }
  return r;
}

} // namespace

TEST_CASE("progress tells rows, rate and what is left of the time", "[domain]") {
  const receipt r = with_parts({{part_state::settled, 3'000},
                                {part_state::sent, 1'000},
                                {part_state::queued, 2'000},
                                {part_state::held, 5}});
  const auto p = make_progress(r, r.submission.created + seconds{10}, 4);
  CHECK(p.done == 3'000);
  CHECK(p.total == 6'005);
  CHECK(p.stuck == 5);
  CHECK(p.rows_per_second == 300.0);
  CHECK(p.remaining == seconds{10});
  CHECK_FALSE(p.finished());
  CHECK(to_text(p) == "3,000 of 6,005 rows, 5 stuck, 300 rows/s, about 10 s left, 4 parts ahead");
}

TEST_CASE("no rate is made up before there is one, nor after the end", "[domain]") {
  const receipt fresh = with_parts({{part_state::queued, 10}});
  CHECK(to_text(make_progress(fresh, fresh.submission.created)) == "0 of 10 rows");
  CHECK_FALSE(make_progress(fresh, fresh.submission.created + seconds{60}).remaining);
  // A clock that was set back.
  const receipt begun = with_parts({{part_state::settled, 10}, {part_state::queued, 10}});
  CHECK_FALSE(make_progress(begun, begun.submission.created - seconds{60}).rows_per_second);
  const receipt over = with_parts({{part_state::settled, 10}, {part_state::buried, 2}});
  const auto p = make_progress(over, over.submission.created + seconds{60}, 9);
  CHECK(p.finished());
  CHECK(to_text(p) == "10 of 12 rows, 2 stuck");
}
