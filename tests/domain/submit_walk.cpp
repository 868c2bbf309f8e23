/// Long random walks: the machine against a model of a Station that applies or not, answers or not, and of a
/// program that is killed between any two steps.
#include "domain/batch_planner.hpp"
#include "domain/random_numbers.hpp"
#include "domain/submit_fsm.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using kind = submit_outcome_kind;
using isacbot::test::random_numbers;

namespace {

/// Honours the idempotency key; what it really applied is known here only.
class model_station {
 public:
  model_station(random_numbers& random, std::size_t max_rows, std::uint64_t trouble)
      : random_(random),
        max_rows_(max_rows),
        trouble_(trouble) {}

  submit_outcome submit(const std::string& key, const std::vector<indicator_row>& rows) {
    check_same_body(key, rows);
    switch (random_.below(trouble_)) { // before anything is looked at
    case 0:
      return {kind::rate_limited, "429", milliseconds{random_.below(5'000)}, {}, false};
    case 1:
      return {kind::not_sent, "no connection", std::nullopt, {}, false};
    case 2:
      return {kind::token_refused, "expired", std::nullopt, {}, false};
    case 3:
      return {kind::credentials_refused, "401", std::nullopt, {}, false};
    case 4:
      return {kind::ambiguous, "cut before it arrived", std::nullopt, {}, false};
    default:
      break;
    }
    submit_outcome out = judge(key, rows);
    if (random_.below(trouble_) < 2) // the answer is lost on its way
      return {kind::ambiguous, "cut after it arrived", std::nullopt, {}, false};
    return out;
  }

  std::map<std::string, int> times_applied; ///< by value

 private:
  submit_outcome judge(const std::string& key, const std::vector<indicator_row>& rows) {
    if (known_.contains(key))
      return {kind::applied, {}, std::nullopt, "id-" + key, true};
    if (rows.size() > max_rows_)
      return {kind::too_large, "413", std::nullopt, {}, false};
    for (const indicator_row& row : rows)
      if (row.notes == "bad")
        return {kind::rejected, "400", std::nullopt, {}, false};
    if (random_.below(trouble_) == 0)
      return {kind::ambiguous, "500 before it was applied", std::nullopt, {}, false};
    known_.insert(key);
    for (const indicator_row& row : rows)
      ++times_applied[row.value];
    return {kind::applied, {}, std::nullopt, "id-" + key, false};
  }

  /// The same key must always come with the same rows, or a repeat could lose some.
  void check_same_body(const std::string& key, const std::vector<indicator_row>& rows) {
    const auto [at, fresh] = bodies_.try_emplace(key, rows);
    if (!fresh)
      REQUIRE(at->second == rows);
  }

  random_numbers& random_;
  std::size_t max_rows_;
  std::uint64_t trouble_;
  std::set<std::string> known_;
  std::map<std::string, std::vector<indicator_row>> bodies_;
};

/// What an outbox does with the machine's answers, over a disk that survives.
struct model_outbox {
  std::map<std::string, planned_part> disk; ///< by part number; one assignment is one atomic batch
  std::set<std::string> settled;            ///< values
  std::set<std::string> refused;
  sys_time now = from_epoch_ms(1'700'000'000'000);

  /// Runs one part until it waits or is over.
  /// @returns false when the program was "killed" on the way
  bool run(const std::string& number, model_station& station, random_numbers& random,
           std::uint64_t one_kill_in) {
    const auto killed = [&] { return random.one_in(one_kill_in); };
    submit_policy policy;
    policy.hopeless_rows = 1'000'000; // here the rows really are to blame
    submit_fsm fsm(disk.at(number).header, policy);
    (void)fsm.on_mended();
    submit_action action = fsm.on_start(now);
    for (;;) {
      now += milliseconds{random.below(10'000)};
      if (killed())
        return false;
      planned_part& stored = disk.at(number);
      switch (action.step) {
      case submit_step::send: {
        stored.header = fsm.current();
        if (killed())
          return false;
        const submit_outcome outcome = station.submit(stored.header.idempotency_key(), stored.rows);
        if (killed())
          return false;
        action = fsm.on_outcome(outcome, now, random.unit(), !random.one_in(5));
        continue;
      }
      case submit_step::renew_token:
        stored.header = fsm.current();
        action = fsm.on_start(now);
        continue;
      case submit_step::wait:
      case submit_step::park:
        stored.header = fsm.current();
        now += action.delay;
        return true;
      case submit_step::settle:
        for (const indicator_row& row : stored.rows)
          REQUIRE(settled.insert(row.value).second);
        disk.erase(number);
        return true;
      case submit_step::refuse:
        REQUIRE(stored.rows.size() == 1);
        REQUIRE(refused.insert(stored.rows.front().value).second);
        disk.erase(number);
        return true;
      case submit_step::split: {
        auto [first, second] = halve(stored).value();
        disk.erase(number);
        disk.emplace(first.header.number, first);
        disk.emplace(second.header.number, second);
        return true;
      }
      case submit_step::bury:
      case submit_step::hold:
      case submit_step::stop:
        FAIL("nothing in this walk may end like this");
      }
    }
  }
};

} // namespace

TEST_CASE("whatever Station answers and whenever we are killed, every row is applied exactly once",
          "[domain]") {
  std::size_t splits = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    random_numbers random(seed);
    const std::size_t count = random.between(1, 60);
    std::vector<indicator_row> rows(count);
    std::set<std::string> bad;
    for (std::size_t i = 0; i < count; ++i) {
      rows[i].value = "v" + std::to_string(i);
      if (random.one_in(15)) {
        rows[i].notes = "bad";
        bad.insert(rows[i].value);
      }
    }
    model_station station(random, random.between(1, 30), random.between(6, 20));
    model_outbox outbox;
    batch_limits limits;
    limits.max_rows = random.between(1, 40);
    for (planned_part& p : plan_batches(submission_id{"s"}, rows, limits))
      outbox.disk.emplace(p.header.number, std::move(p));

    int steps = 0;
    while (!outbox.disk.empty()) {
      REQUIRE(++steps < 100'000);
      auto at = outbox.disk.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(random.below(outbox.disk.size())));
      splits += at->first.find('.') != std::string::npos ? 1 : 0;
      // Nothing is ever missing: waiting, settled and refused together are all rows.
      std::size_t accounted = outbox.settled.size() + outbox.refused.size();
      for (const auto& [number, p] : outbox.disk)
        accounted += p.rows.size();
      REQUIRE(accounted == count);
      (void)outbox.run(std::string{at->first}, station, random, 30);
    }
    REQUIRE(outbox.refused == bad);
    REQUIRE(station.times_applied.size() == count - bad.size());
    for (const auto& [value, times] : station.times_applied) {
      INFO(value);
      REQUIRE(times == 1);
      REQUIRE(outbox.settled.contains(value));
    }
  }
  CHECK(splits > 100); // the walks did go through halves
}
