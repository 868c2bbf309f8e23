// What members hear, and can do, when an accepted list cannot be delivered.
#include "scenarios/list_scenario.hpp"
#include "scenarios/station_gate.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace isacbot;

namespace {

using gate_state = test::station_gate::state;

/// A list of six values goes in three parts through the gate.
struct gated_scenario {
  test::station_gate gate;
  test::list_scenario bot{[this](app::settings& s) -> result<void> {
    auto origin = gate.start(s.trustar.origin.text);
    if (!origin)
      return origin.error();
    s.trustar.origin.text = *origin;
    s.trustar.max_indicators_per_call = 2;
    return {};
  }};
  std::vector<std::string> values{"bad-1.net", "bad-2.net", "bad-3.net",
                                  "bad-4.net", "bad-5.net", "bad-6.net"};

  /// Up to the moment at which everything is accepted. @returns the submission's id
  std::string accept_when(gate_state at_acceptance) {
    std::string text;
    for (const auto& value : values)
      text += value + "\n";
    REQUIRE(bot.hand_in({{"indicators", text}}) == "pushed");
    gate.become(at_acceptance);
    REQUIRE(bot.submit({}) == "cleared");
    REQUIRE(bot.ana->sees("is accepted"));
    constexpr std::string_view before = "Submission `";
    for (const auto& message : bot.ana->look())
      if (auto at = message.find(before); at != std::string::npos)
        return message.substr(at + before.size(), message.find('`', at + before.size()) - at - before.size());
    return {};
  }

  [[nodiscard]] std::size_t told(std::string_view words) const {
    const auto messages = bot.ana->look();
    return static_cast<std::size_t>(
        std::count_if(messages.begin(), messages.end(),
                      [&](const std::string& m) { return m.find(words) != std::string::npos; }));
  }
};

} // namespace

TEST_CASE("refused credentials park a list, its owner is asked once, and a new registration sends it",
          "[scenario]") {
  gated_scenario s;
  const std::string id = s.accept_when(gate_state::refusing);
  REQUIRE_FALSE(id.empty());
  REQUIRE(s.bot.ana->sees("refuses your API key and secret"));
  // All three parts wait by now, or soon: where it stands tells.
  for (int tries = 0; tries < 200 && s.told("6 rows could not be delivered") == 0; ++tries)
    REQUIRE(s.bot.ana->type("/trustar", "status " + id).has_value());
  CHECK(s.told("6 rows could not be delivered") > 0);
  CHECK(s.told("refuses your API key and secret. It is stored safely") == 1);

  s.gate.become(gate_state::open);
  REQUIRE(s.bot.register_member(*s.bot.ana));
  CHECK(s.bot.ana->sees("is processed"));
  auto known = s.bot.station().look_up(s.values);
  REQUIRE(known.has_value());
  CHECK(known->size() == s.values.size());
  for (const auto& row : *known)
    CHECK(row.sightings == 1U);
  CHECK(s.told("is waiting: Station refuses") == 1);
  CHECK(s.bot.house->stop());
}

TEST_CASE("a list that Station cannot take is cancelled by its owner, and nothing of it is sent afterwards",
          "[scenario]") {
  gated_scenario s;
  const std::string id = s.accept_when(gate_state::down);
  REQUIRE_FALSE(id.empty());
  REQUIRE(s.bot.ana->type("/trustar", "status " + id).has_value());
  CHECK(s.bot.ana->sees("0 of 6"));
  // A part that is being sent at this moment goes on: the member is told, and cancels again.
  for (int tries = 0; tries < 100; ++tries) {
    s.bot.ana->read();
    REQUIRE(s.bot.ana->type("/trustar", "cancel " + id).has_value());
    auto answer = s.bot.ana->sees_any({"nothing left that could be cancelled", "will not be sent"});
    REQUIRE(answer);
    if (*answer == 0 || s.told("is being sent right now") == 0)
      break;
  }
  s.bot.ana->read();
  REQUIRE(s.bot.ana->type("/trustar", "status " + id).has_value());
  CHECK(s.bot.ana->sees("6 rows could not be delivered"));
  CHECK(s.bot.ana->sees("cancelled"));

  const int before = s.gate.submissions();
  s.gate.become(gate_state::open);
  // Something else goes its way: the queue has been looked at since.
  s.bot.ana->read();
  REQUIRE(s.bot.hand_in({{"indicators", "other-1.net"}}) == "pushed");
  REQUIRE(s.bot.submit({}) == "cleared");
  CHECK(s.bot.ana->sees("is processed"));
  CHECK(s.gate.submissions() == before + 1);
  CHECK(s.bot.station().look_up(s.values).value().empty());
  CHECK(s.bot.house->stop());
}
