/// SIGKILL of the real process while members hand in lists and Station fails one call in five: what was
/// accepted is at Station exactly once. ISACBOT_KILLS in the environment says how often; 30 without it.
#include "app/tour_station.hpp"
#include "crash/kill_house.hpp"
#include "station/submission_log.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

using namespace isacbot;

namespace {

constexpr unsigned failing_percent = 20;
constexpr int rows_per_list = 25; // three parts

std::vector<std::string> values_of(const std::string& user, int list) {
  std::vector<std::string> values;
  for (int row = 0; row < rows_per_list; ++row)
    values.push_back((user == "U0ANA" ? "ana-" : "ben-") + std::to_string(list) + "r" + std::to_string(row) +
                     ".example.com");
  return values;
}

/// A patient member: whatever fails is done again, until the bot has said "accepted".
class patient_member {
 public:
  patient_member(test::kill_house& house, std::string user)
      : house_(house),
        person_(house.slack(), user, "C0INTEL", seconds{4}),
        name_(std::move(user)) {}

  /// Hands in one list after the other. @param stop  ends it after the list under way
  void work(const std::atomic<bool>& stop) {
    while (!stop)
      if (hand_in(lists_, stop))
        ++lists_;
  }

  bool register_account() {
    if (!person_.type("/trustar-register") || !person_.has_dialog("register"))
      return false;
    const auto& account = house_.account();
    auto answer =
        person_.submit({{"api_key", account.key}, {"api_secret", std::string(account.key_secret.reveal())}});
    person_.close_all();
    return answer && answer->outcome == "updated";
  }

  [[nodiscard]] int lists() const { return lists_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool gave_up() const { return gave_up_; }
  /// What went wrong last.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  /// @returns whether it was accepted
  bool hand_in(int list, const std::atomic<bool>& stop) {
    std::string text;
    for (const auto& value : values_of(name_, list))
      text += value + "\n";
    for (int tries = 0; tries < 400; ++tries) {
      if (step(text))
        return true;
      if (stop && tries > 100)
        break;
      breathe();
    }
    gave_up_ = true;
    return false;
  }

  bool step(const std::string& text) {
    auto failed = [this](std::string where) {
      trouble_ = std::move(where) + "\n" + person_.dialog();
      for (const auto& message : person_.read())
        trouble_ += "\n" + message.substr(0, 200);
      return false;
    };
    person_.close_all();
    auto typed = person_.type("/trustar-submit-indicators");
    if (!typed)
      return failed("no answer to the command: " + to_string(typed.error()));
    if (typed->outcome != "ok") // the bot is down: no dialog will come, and waiting for one would fall into
      return failed("the command failed: " + typed->outcome); // step with the kills
    if (!person_.has_dialog("submit_indicators"))
      return failed("no dialog: " + typed->outcome);
    auto enclave = person_.choose_enclave(); // the menu asks the bot, too
    if (!enclave)
      return failed("no enclave: " + to_string(enclave.error()));
    auto previewed = person_.submit({{"indicators", text}, {"enclave", *enclave}});
    for (int again = 0; previewed && previewed->outcome.starts_with("failed") && again < 20; ++again) {
      breathe();
      previewed = person_.submit({});
    }
    if (!previewed)
      return failed("not submitted: " + to_string(previewed.error()));
    if (!person_.has_dialog("confirm_submission"))
      return failed("no preview: " + previewed->outcome);
    // The same agreement again and again, as long as its answer is lost.
    for (int again = 0; again < 40; ++again) {
      auto agreed = person_.submit({});
      if (agreed && agreed->outcome == "cleared")
        return true;
      if (agreed && agreed->outcome == "updated")
        return person_.dialog().find("You sent the same list") != std::string::npos || failed("no draft");
      breathe();
    }
    return failed("no answer to the agreement");
  }

  /// A moment, ended by nothing: the bot is being started again.
  void breathe() {
    house_.slack().world().wait_until([](const auto&) { return false; }, milliseconds{100});
  }

  test::kill_house& house_;
  app::tour_member person_;
  std::string name_;
  int lists_ = 0;
  bool gave_up_ = false;
  std::string trouble_;
};

std::uint64_t traffic(const sandbox::workspace_state& state) {
  return state.next_sequence + (state.exchanges.empty() ? 0 : state.exchanges.back().id);
}

int wanted_kills() {
  const char* text = std::getenv("ISACBOT_KILLS"); // NOLINT: before any thread
  const int number = text == nullptr ? 0 : std::atoi(text);
  return number > 0 ? number : 30;
}

/// Moments spread over the work by what is seen of it.
int kill_often(test::kill_house& house, int kills, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  int killed = 0;
  for (int i = 0; i < kills; ++i) {
    auto& world = house.slack().world();
    auto target = world.read(traffic) + 1 + random() % 14;
    world.wait_until([&](const auto& state) { return traffic(state) >= target; }, seconds{4});
    world.wait_until([](const auto&) { return false; }, milliseconds{random() % 40});
    killed += house.bot().kill() ? 1 : 0;
    if (!house.bot().start())
      break;
  }
  return killed;
}

} // namespace

TEST_CASE("what was accepted survives SIGKILLs of the real process exactly once, beside a Station that fails",
          "[crash][kill]") {
  const int kills = wanted_kills();
  test::kill_house house;
  REQUIRE(house.bot().start());
  std::vector<std::unique_ptr<patient_member>> members;
  for (const char* user : {"U0ANA", "U0BEN"}) {
    members.push_back(std::make_unique<patient_member>(house, user));
    REQUIRE(members.back()->register_account());
  }

  house.front().fail(failing_percent);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (auto& m : members)
    threads.emplace_back([&m, &stop] { m->work(stop); });
  int killed = kill_often(house, kills, 20'240);
  stop = true;
  for (auto& t : threads)
    t.join();
  INFO(house.bot_log());
  CHECK(killed == kills);

  // Everything accepted is delivered by the last bot, which waits for nothing that was waited for before.
  house.front().fail(0);
  house.bot().kill();
  REQUIRE(house.bot().start());
  app::tour_station station(house.http(), house.station_url(), house.account());
  std::vector<std::string> missing;
  std::vector<std::string> doubled;
  int accepted = 0;
  for (const auto& m : members) {
    INFO(m->name() << ": " << m->trouble());
    CHECK_FALSE(m->gave_up());
    accepted += m->lists();
    for (int list = 0; list < m->lists(); ++list) {
      auto values = values_of(m->name(), list);
      std::map<std::string, std::uint64_t> seen;
      // Station is asked outside of the workspace's lock: the bot needs the workspace meanwhile.
      for (int tries = 0; tries < 200 && seen.size() < values.size(); ++tries) {
        if (tries > 0)
          house.slack().world().wait_until([](const auto&) { return false; }, milliseconds{100});
        if (auto known = station.look_up(values))
          for (const auto& indicator : *known)
            seen[indicator.value] = indicator.sightings.value_or(0);
      }
      for (const auto& value : values) {
        if (!seen.contains(value))
          missing.push_back(value);
        else if (seen[value] != 1)
          doubled.push_back(value + ": " + std::to_string(seen[value]));
      }
    }
  }
  CAPTURE(accepted);
  CHECK(accepted > 5);
  CHECK(house.front().failures() * 10 > house.front().calls()); // there was something to survive
  CHECK(missing.empty());
  CHECK(doubled.empty());

  house.stop();
  auto store = app::open_station_database(house.station_path()).value();
  std::set<std::string> keys;
  std::uint64_t rows = 0;
  for (const auto& batch : station::list_submissions(*store).value()) {
    CHECK_FALSE(batch.idempotency_key.empty());
    CHECK(keys.insert(batch.idempotency_key).second);
    rows += batch.accepted;
  }
  CHECK(rows >= static_cast<std::uint64_t>(accepted) * rows_per_list);
  std::printf("%d SIGKILLs, %d lists accepted, %zu batches, %llu of %llu calls to Station failed; %zu lost, "
              "%zu doubled\n",
              killed, accepted, keys.size(), static_cast<unsigned long long>(house.front().failures()),
              static_cast<unsigned long long>(house.front().calls()), missing.size(), doubled.size());
}
