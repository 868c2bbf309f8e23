// Real attribute values, handed in through the dialog as a member would paste them: every receipt adds up,
// and every accepted value is found by a search afterwards. Needs real MISP events beside the checkout.
#include "protocol/json.hpp"

#include "observables/observables.hpp"
#include "scenarios/demo_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

using namespace isacbot;

namespace {

constexpr std::size_t input_limit = 3'000; // characters of a Slack text input

void collect(const boost::json::value& node, std::vector<std::string>& values) {
  if (node.is_array())
    for (const auto& item : node.get_array())
      collect(item, values);
  if (!node.is_object())
    return;
  const auto& object = node.get_object();
  const auto* type = object.if_contains("type");
  const auto* value = object.if_contains("value");
  const auto* to_ids = object.if_contains("to_ids");
  if (type && type->is_string() && value && value->is_string() && to_ids) {
    std::string text(value->get_string());
    if (text.size() < 200 && text.find('\n') == std::string::npos)
      values.push_back(std::move(text));
  }
  for (const auto& member : object)
    if (member.key() == "Event" || member.key() == "response" || member.key() == "Attribute" ||
        member.key() == "Object")
      collect(member.value(), values);
}

/// Whole lines, as many as a text input takes.
std::vector<std::string> pages(const std::vector<std::string>& values) {
  std::vector<std::string> texts;
  for (const auto& value : values) {
    if (texts.empty() || texts.back().size() + value.size() + 1 > input_limit)
      texts.emplace_back();
    texts.back() += value + "\n";
  }
  return texts;
}

std::uint64_t number_after(const std::string& text, const std::string& word) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(word + " (\\d+)")) ? std::stoull(match[1]) : 0;
}

} // namespace

TEST_CASE("lists of real MISP attributes add up, and what was accepted is found again", "[scenario]") {
  std::filesystem::path directory = std::filesystem::path(ISACBOT_SHARED) / "data" / "misp-events";
  if (!std::filesystem::exists(directory))
    SKIP("no MISP events beside this checkout");

  test::demo_fixture demo;
  REQUIRE(demo.start().has_value());
  app::tour_member ana(demo.house->slack(), "U0ANA", "C0INTEL", seconds{60});
  REQUIRE(demo.register_member(ana));
  app::tour_station station(demo.house->http(), demo.house->station_url(), demo.house->observer());
  ana.read();

  std::set<std::string> expected;
  std::size_t lists = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".json")
      continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    auto event = json::parse(text, {std::size_t{16} << 20U, 32});
    REQUIRE(event.has_value());
    std::vector<std::string> values;
    collect(event->root(), values);
    auto texts = pages(values);
    if (texts.size() > 3)
      texts.resize(3); // three dialogs an event show the same as thirty
    for (const auto& pasted : texts) {
      INFO(entry.path().filename() << ": " << pasted.substr(0, 200));
      REQUIRE(ana.type("/trustar-submit-indicators").has_value());
      REQUIRE(ana.has_dialog("submit_indicators"));
      auto enclave = ana.choose_enclave();
      REQUIRE(enclave.has_value());
      auto previewed = ana.submit({{"indicators", pasted}, {"enclave", *enclave}});
      REQUIRE(previewed.has_value());
      if (previewed->outcome == "errors") { // nothing in it that could be sent
        ana.close_all();
        continue;
      }
      REQUIRE(previewed->outcome == "pushed");
      auto agreed = ana.submit({});
      REQUIRE(agreed.has_value());
      if (agreed->outcome == "updated") { // the same content again, or nothing to send
        ana.close_all();
        continue;
      }
      REQUIRE(agreed->outcome == "cleared");
      REQUIRE(ana.sees("Handed in"));
      std::string receipt;
      for (const auto& message : ana.read())
        if (message.find("Handed in") != std::string::npos)
          receipt = message;
      auto handed_in = number_after(receipt, "Handed in");
      CHECK(handed_in > 0);
      CHECK(handed_in == number_after(receipt, "accepted") + number_after(receipt, "merged") +
                             number_after(receipt, "withheld") + number_after(receipt, "refused"));
      ++lists;
      // What the list is expected to hold is asked of the extractor alone, not of the receipt.
      std::size_t begin = 0;
      while (begin < pasted.size()) {
        auto end = pasted.find('\n', begin);
        for (const auto& found : observables::extract(pasted.substr(begin, end - begin)))
          if (!found.flags.special &&
              (found.kind == observables::type::sha256 || found.kind == observables::type::sha1 ||
               found.kind == observables::type::md5 || found.kind == observables::type::url ||
               found.kind == observables::type::ip || found.kind == observables::type::domain))
            expected.insert(found.value);
        begin = end + 1;
      }
    }
  }
  CHECK(lists > 20);
  CHECK(expected.size() > 500);

  // Each list ends in a direct message when Station has processed it.
  CHECK(demo.house->slack().world().wait_until(
      [&](const sandbox::workspace_state& state) {
        auto told =
            std::count_if(state.messages.begin(), state.messages.end(), [](const sandbox::message& m) {
              return boost::json::serialize(m.content).find("is processed") != std::string::npos;
            });
        return static_cast<std::size_t>(told) >= lists;
      },
      seconds{120}));
  std::vector<std::string> all(expected.begin(), expected.end());
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < all.size(); i += 500) {
    std::vector<std::string> page(all.begin() + static_cast<std::ptrdiff_t>(i),
                                  all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), i + 500)));
    auto answer = station.look_up(page);
    REQUIRE(answer.has_value());
    std::set<std::string> known;
    for (const auto& indicator : *answer)
      known.insert(indicator.value);
    for (const auto& value : page)
      if (!known.contains(value))
        missing.push_back(value);
  }
  CHECK(missing == std::vector<std::string>{});
  CHECK(demo.house->stop());
}
