#include "domain/submit_fsm.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace isacbot;
using namespace isacbot::domain;
using kind = submit_outcome_kind;
using namespace std::chrono_literals;

namespace {

const sys_time start = from_epoch_ms(1'700'000'000'000);

part make_part(std::uint32_t rows = 10) {
  part p;
  p.submission = submission_id{"s1"};
  p.number = "1";
  p.rows = rows;
  return p;
}

submit_outcome outcome(kind k) {
  submit_outcome out;
  out.kind = k;
  out.cause = "because";
  return out;
}

std::vector<kind> all_outcomes() {
  std::vector<kind> out;
  for (std::size_t i = 0; i < submit_outcome_count; ++i)
    out.push_back(static_cast<kind>(i));
  return out;
}

/// A machine with an attempt under way; `doubtful`: an earlier one ended without a certain outcome.
submit_fsm under_way(bool doubtful, std::uint32_t rows = 10) {
  submit_fsm fsm(make_part(rows), {});
  REQUIRE(fsm.on_start(start).step == submit_step::send);
  if (doubtful) {
    REQUIRE(fsm.on_outcome(outcome(kind::ambiguous), start, 0).step == submit_step::wait);
    REQUIRE(fsm.on_start(start + 2s).step == submit_step::send);
  }
  return fsm;
}

} // namespace

TEST_CASE("an attempt is on disk as doubtful before it is made", "[domain]") {
  submit_fsm fsm(make_part(), {});
  CHECK(fsm.on_start(start).step == submit_step::send);
  CHECK(fsm.current().state == part_state::sent);
  CHECK(fsm.current().first_attempt == start);
  CHECK(fsm.current().attempts == 1);
  CHECK(fsm.on_start(start).step == submit_step::stop); // not twice at a time
}

TEST_CASE("success settles the part and keeps what Station called it", "[domain]") {
  for (const bool doubtful : {false, true}) {
    submit_fsm fsm = under_way(doubtful);
    submit_outcome applied = outcome(kind::applied);
    applied.station_submission_id = "station-7";
    applied.replayed = doubtful;
    CHECK(fsm.on_outcome(applied, start, 0).step == submit_step::settle);
    CHECK(fsm.current().state == part_state::settled);
    CHECK(fsm.current().station_submission_id == "station-7");
    CHECK(fsm.current().last_error.empty());
    CHECK(fsm.on_outcome(applied, start, 0).step == submit_step::stop); // an answer that comes twice
    CHECK(fsm.on_start(start).step == submit_step::stop);
  }
}

TEST_CASE("every outcome in every state of an attempt leads where the drawing says", "[domain]") {
  struct expectation {
    kind what;
    submit_step step;
    part_state certain;  ///< after a first attempt
    part_state doubtful; ///< after an earlier ambiguous one
  };
  using enum submit_step;
  using s = part_state;
  const std::vector<expectation> table{
      {kind::applied, settle, s::settled, s::settled},
      {kind::rate_limited, wait, s::queued, s::sent},
      {kind::not_sent, wait, s::queued, s::sent},
      {kind::ambiguous, wait, s::sent, s::sent},
      {kind::token_refused, renew_token, s::queued, s::sent},
      {kind::credentials_refused, park, s::parked, s::parked},
      {kind::too_large, split, s::queued, s::queued},
      {kind::rejected, split, s::queued, s::queued},
      {kind::enclave_missing, bury, s::buried, s::buried},
      {kind::cancelled, stop, s::sent, s::sent},
  };
  REQUIRE(table.size() == submit_outcome_count);
  for (const expectation& e : table)
    for (const bool doubtful : {false, true}) {
      INFO("outcome " << static_cast<int>(e.what) << ", doubtful " << doubtful);
      submit_fsm fsm = under_way(doubtful);
      const auto key = fsm.current().idempotency_key();
      const submit_action action = fsm.on_outcome(outcome(e.what), start + 3s, 0.5);
      CHECK(action.step == e.step);
      CHECK(fsm.current().state == (doubtful ? e.doubtful : e.certain));
      CHECK(fsm.current().idempotency_key() == key);
      CHECK(fsm.current().rows == 10);
      CHECK((action.step == wait) == (action.delay > 0ms));
      const bool still_doubtful = e.what == kind::ambiguous || e.what == kind::cancelled ||
                                  (doubtful && e.what != kind::too_large && e.what != kind::rejected);
      if (e.what != kind::applied) {
        CHECK(fsm.doubtful() == still_doubtful);
        CHECK(fsm.current().last_error.find("because") != std::string::npos);
      }
      if (still_doubtful && e.what != kind::applied)
        CHECK(fsm.current().first_attempt == start);
    }
}

TEST_CASE("no state moves on an outcome when no attempt is under way", "[domain]") {
  for (const part_state state : {part_state::queued, part_state::sent, part_state::settled,
                                 part_state::buried, part_state::parked, part_state::held})
    for (const kind k : all_outcomes()) {
      part p = make_part();
      p.state = state;
      submit_fsm fsm(p, {});
      CHECK(fsm.on_outcome(outcome(k), start, 0).step == submit_step::stop);
      CHECK(fsm.current() == p);
    }
}

TEST_CASE("only a part that is due is sent on start", "[domain]") {
  for (const part_state state :
       {part_state::settled, part_state::buried, part_state::parked, part_state::held}) {
    part p = make_part();
    p.state = state;
    submit_fsm fsm(p, {});
    CHECK(fsm.on_start(start).step == submit_step::stop);
    CHECK(fsm.current() == p);
  }
}

TEST_CASE("a part found sent after a restart is sent again under the same key and stays doubtful",
          "[domain]") {
  part p = make_part();
  p.state = part_state::sent;
  p.first_attempt = start;
  p.attempts = 1;
  submit_fsm fsm(p, {});
  CHECK(fsm.on_start(start + 60s).step == submit_step::send);
  CHECK(fsm.current().first_attempt == start);
  CHECK(fsm.current().idempotency_key() == p.idempotency_key());
  // A 429 is certain about this attempt only.
  CHECK(fsm.on_outcome(outcome(kind::rate_limited), start + 61s, 0).step == submit_step::wait);
  CHECK(fsm.current().state == part_state::sent);
  CHECK(fsm.current().first_attempt == start);
}

TEST_CASE("a damaged record without a time counts its doubt from now", "[domain]") {
  part p = make_part();
  p.state = part_state::sent;
  submit_fsm fsm(p, {});
  CHECK(fsm.on_start(start).step == submit_step::send);
  CHECK(fsm.on_outcome(outcome(kind::not_sent), start, 0).step == submit_step::wait);
  CHECK(fsm.current().state == part_state::sent);
  CHECK(fsm.current().first_attempt == start);
}

TEST_CASE("doubt of more than six days waits for a person", "[domain]") {
  const auto six_days = 6 * 24h;
  for (const auto late : {milliseconds{0}, milliseconds{1}}) {
    submit_fsm fsm = under_way(false);
    CHECK(fsm.on_outcome(outcome(kind::ambiguous), start, 0).step == submit_step::wait);
    const submit_action action = fsm.on_start(start + six_days + late);
    if (late == 0ms) {
      CHECK(action.step == submit_step::send);
      continue;
    }
    CHECK(action.step == submit_step::hold);
    CHECK(fsm.current().state == part_state::held);
    CHECK(fsm.on_start(start + six_days + 1h).step == submit_step::stop);
    const auto key = fsm.current().idempotency_key();
    CHECK(fsm.on_request(start + six_days + 2h).step == submit_step::wait);
    CHECK(fsm.current().state == part_state::sent);
    CHECK(fsm.on_start(start + six_days + 2h).step == submit_step::send);
    CHECK(fsm.current().idempotency_key() == key);
    // The person decided; from now on Station remembers this attempt.
    CHECK(fsm.on_outcome(outcome(kind::ambiguous), start + six_days + 2h, 0).step == submit_step::wait);
    CHECK(fsm.on_start(start + six_days + 3h).step == submit_step::send);
  }
}

TEST_CASE("certain failures never make a part wait for a person, however old", "[domain]") {
  submit_fsm fsm = under_way(false);
  for (int day = 0; day < 30; ++day) {
    CHECK(fsm.on_outcome(outcome(kind::not_sent), start + day * 24h, 0).step == submit_step::wait);
    CHECK(fsm.on_start(start + (day + 1) * 24h).step == submit_step::send);
  }
}

TEST_CASE("a clock that steps back makes doubt older, not younger", "[domain]") {
  submit_fsm fsm = under_way(false);
  CHECK(fsm.on_outcome(outcome(kind::ambiguous), start - 24h, 0).step == submit_step::wait);
  CHECK(fsm.current().first_attempt == start - 24h);
}

TEST_CASE("a 429 waits as long as it was told, and no less", "[domain]") {
  submit_outcome limited = outcome(kind::rate_limited);
  limited.wait = 2'750ms;
  submit_fsm fsm = under_way(false);
  const submit_action action = fsm.on_outcome(limited, start, 0.5);
  CHECK(action.delay >= 2'750ms);
  CHECK(action.delay <= 3'250ms);
  limited.wait = milliseconds::max();
  submit_fsm other = under_way(false);
  CHECK(other.on_outcome(limited, start, 0.5).delay <= 26h);
  limited.wait = -5s;
  submit_fsm third = under_way(false);
  CHECK(third.on_outcome(limited, start, 0.5).delay > 0ms);
}

TEST_CASE("failures in a row wait longer, a spent budget waits longest, and the owner hears once",
          "[domain]") {
  const submit_policy policy;
  part p = make_part();
  milliseconds last{0};
  int told = 0;
  for (int i = 0; i < 8; ++i) {
    submit_fsm fsm(p, policy); // a new machine for every attempt, as after a restart
    REQUIRE(fsm.on_start(start).step == submit_step::send);
    const submit_action action = fsm.on_outcome(outcome(kind::ambiguous), start, 0);
    CHECK(action.delay > last);
    last = action.delay;
    told += action.tell_owner ? 1 : 0;
    p = fsm.current();
  }
  CHECK(told == 1);
  submit_fsm other = under_way(false);
  CHECK(other.on_outcome(outcome(kind::ambiguous), start, 0, false).delay == policy.retry.longest);
}

TEST_CASE("a token is renewed at once, but not for ever", "[domain]") {
  submit_fsm fsm = under_way(false);
  int renewals = 0;
  while (fsm.on_outcome(outcome(kind::token_refused), start, 0).step == submit_step::renew_token) {
    REQUIRE(++renewals < 10);
    REQUIRE(fsm.on_start(start).step == submit_step::send);
  }
  CHECK(renewals == 2);
  CHECK(fsm.current().state == part_state::queued);
}

TEST_CASE("a single row that cannot be taken is refused with its reason", "[domain]") {
  submit_fsm large = under_way(false, 1);
  submit_action action = large.on_outcome(outcome(kind::too_large), start, 0);
  CHECK(action.step == submit_step::refuse);
  CHECK(action.reason == line_reason::too_long);
  CHECK(large.current().state == part_state::settled);
  CHECK(large.current().rows == 0);
  submit_fsm bad = under_way(true, 1);
  action = bad.on_outcome(outcome(kind::rejected), start, 0);
  CHECK(action.step == submit_step::refuse);
  CHECK(action.reason == line_reason::refused_by_station);
}

TEST_CASE("when every row alone is refused and nothing was taken, it isn't the rows", "[domain]") {
  submit_fsm fsm = under_way(false, 500);
  CHECK(fsm.on_outcome(outcome(kind::rejected), start, 0, true, {8, 0}).step == submit_step::bury);
  CHECK(fsm.current().state == part_state::buried);
  CHECK(fsm.current().rows == 500); // kept: it can be sent again
  CHECK(fsm.on_request(start).step == submit_step::wait);
  CHECK(fsm.current().state == part_state::queued);
  CHECK(fsm.on_start(start).step == submit_step::send);
  submit_fsm other = under_way(false, 500);
  CHECK(other.on_outcome(outcome(kind::rejected), start, 0, true, {8, 1}).step == submit_step::split);
}

TEST_CASE("a parked part goes on when its owner has mended the credentials", "[domain]") {
  for (const bool doubtful : {false, true}) {
    submit_fsm fsm = under_way(doubtful);
    CHECK(fsm.on_outcome(outcome(kind::credentials_refused), start, 0).step == submit_step::park);
    submit_fsm restarted(fsm.current(), {}); // what is on disk is enough
    CHECK(restarted.on_start(start).step == submit_step::stop);
    const submit_action resumed = restarted.on_mended();
    CHECK(resumed.step == submit_step::wait);
    CHECK(resumed.delay == 0ms);
    CHECK(restarted.current().state == (doubtful ? part_state::sent : part_state::queued));
    CHECK(restarted.doubtful() == doubtful);
    CHECK(restarted.on_mended().step == submit_step::stop);
    CHECK(restarted.on_start(start + 5s).step == submit_step::send);
    CHECK(restarted.current().first_attempt == (doubtful ? start : start + 5s));
    // Doubt from before survives a certain failure after.
    CHECK(restarted.on_outcome(outcome(kind::not_sent), start, 0).step == submit_step::wait);
    CHECK(restarted.doubtful() == doubtful);
  }
}

TEST_CASE("a part parked for too long in doubt is not sent behind a person's back", "[domain]") {
  submit_fsm fsm = under_way(true);
  CHECK(fsm.on_outcome(outcome(kind::credentials_refused), start, 0).step == submit_step::park);
  CHECK(fsm.on_mended().step == submit_step::wait);
  CHECK(fsm.on_start(start + 7 * 24h).step == submit_step::hold);
}

TEST_CASE("cancelling says whether the part may have arrived", "[domain]") {
  submit_fsm queued(make_part(), {});
  CHECK(queued.on_cancel().step == submit_step::bury);
  CHECK(queued.current().last_error == "cancelled");
  submit_fsm doubtful = under_way(false);
  CHECK(doubtful.on_cancel().step == submit_step::stop); // its outcome first
  CHECK(doubtful.on_outcome(outcome(kind::ambiguous), start, 0).step == submit_step::wait);
  CHECK(doubtful.on_cancel().step == submit_step::bury);
  CHECK(doubtful.current().last_error.find("may have reached") != std::string::npos);
  CHECK(doubtful.on_cancel().step == submit_step::stop);
}

TEST_CASE("turned away with an appointment or for an old token is no failure", "[domain]") {
  submit_outcome limited = outcome(kind::rate_limited);
  limited.wait = 1s;
  submit_fsm fsm(make_part(), {});
  for (int i = 0; i < 50; ++i) {
    REQUIRE(fsm.on_start(start).step == submit_step::send);
    const submit_action action =
        fsm.on_outcome(i % 2 == 0 ? limited : outcome(kind::token_refused), start, 0);
    CHECK_FALSE(action.tell_owner);
    CHECK(fsm.current().attempts == 0);
  }
  REQUIRE(fsm.on_start(start).step == submit_step::send);
  CHECK(fsm.on_outcome(outcome(kind::not_sent), start, 0).delay == submit_policy{}.retry.first);
}

TEST_CASE("Station's answers are outcomes, and what is not certain is ambiguous", "[domain]") {
  const auto of = [](ec code) { return outcome_of_answer(fail(code, "cause")).kind; };
  CHECK(of(ec::rate_limited) == kind::rate_limited);
  CHECK(of(ec::token_expired) == kind::token_refused);
  CHECK(of(ec::token_invalid) == kind::token_refused);
  CHECK(of(ec::unauthorized) == kind::credentials_refused);
  CHECK(of(ec::forbidden) == kind::credentials_refused);
  CHECK(of(ec::too_large) == kind::too_large);
  CHECK(of(ec::upstream_rejected) == kind::rejected);
  CHECK(of(ec::not_found) == kind::enclave_missing);
  for (const ec code :
       {ec::upstream_failed, ec::protocol_violation, ec::conflict, ec::malformed, ec::internal})
    CHECK(of(code) == kind::ambiguous);
  error e = fail(ec::rate_limited, "slow down");
  e.retry_after = 2'750ms;
  CHECK(outcome_of_answer(e).wait == 2'750ms);
  CHECK(outcome_of_answer(e).cause == "slow down");
}

TEST_CASE("a failure without an answer never blames the batch", "[domain]") {
  const auto of = [](ec code) { return outcome_of_failure(fail(code, "cause")).kind; };
  CHECK(of(ec::unavailable) == kind::not_sent);
  CHECK(of(ec::overloaded) == kind::not_sent);
  CHECK(of(ec::cancelled) == kind::cancelled);
  CHECK(of(ec::unauthorized) == kind::credentials_refused); // the token's answer
  for (int i = 0; i <= static_cast<int>(ec::internal); ++i) {
    const auto code = static_cast<ec>(i);
    const kind k = of(code);
    CHECK((k != kind::too_large && k != kind::rejected && k != kind::enclave_missing && k != kind::applied));
    if (is_ambiguous(code)) // it may have been applied
      CHECK(k == kind::ambiguous);
  }
}
