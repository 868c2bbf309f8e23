// A file attached to the dialog for lists, on real sockets: fetched, told by its content, previewed,
// delivered.
#include "scenarios/list_scenario.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace isacbot;

namespace {

/// The id that a receipt names; empty: there is none.
std::string submission_in(const std::vector<std::string>& messages) {
  constexpr std::string_view before = "Submission `";
  for (const auto& message : messages)
    if (auto at = message.find(before); at != std::string::npos)
      return message.substr(at + before.size(), message.find('`', at + before.size()) - at - before.size());
  return {};
}

} // namespace

TEST_CASE_METHOD(test::list_scenario,
                 "a table attached to the dialog is previewed and reaches Station with its rows",
                 "[scenario]") {
  CHECK(hand_in({}) == "errors");
  auto file =
      attach("notes;value;sightings;tags\nfrom a proxy;bad-host-7.net;4;one,two\n;8.8.4.4;;\n;nonsense;;\n");
  REQUIRE(hand_in({{"indicators", "9.9.9.9"},
                   {"file", sandbox::json::array{file.c_str()}},
                   {"source", "mail"}}) == "pushed");
  CHECK(ana->dialog().find("nonsense") != std::string::npos);
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("accepted 3"));
  CHECK(ana->sees("is processed"));
  const std::string id = submission_in(ana->look());
  REQUIRE_FALSE(id.empty());
  REQUIRE(ana->type("/trustar", "cancel " + id).has_value());
  CHECK(ana->sees("nothing left that could be cancelled"));
  app::tour_member ben(house->slack(), "U0BEN", "C0INTEL", seconds{20});
  REQUIRE(ben.type("/trustar", "cancel " + id).has_value()); // another member's is none
  CHECK(ben.sees("I know no submission"));

  auto known = station().look_up({"bad-host-7.net", "8.8.4.4", "9.9.9.9"});
  REQUIRE(known.has_value());
  REQUIRE(known->size() == 3);
  for (const auto& row : *known) {
    CHECK(row.source == "mail");
    if (row.value == "bad-host-7.net") {
      CHECK(row.sightings == 4);
      CHECK(row.notes == std::vector<std::string>{"from a proxy"});
      CHECK(row.tags.size() == 2);
    }
  }
  CHECK(house->stop());
}

TEST_CASE_METHOD(test::list_scenario,
                 "a file too large for memory is staged piece by piece, and agreed to as any other",
                 "[scenario]") {
  std::string content = "bad-host-1.net\n10.0.0.1\n";
  const std::string comment = "# " + std::string(100'000, 'c') + "\n";
  while (content.size() <= (8U << 20U))
    content += comment;
  content += "bad-host-2.net, the last line\nnonsense\nbad-host-1.net\n";
  auto file = attach(content);
  REQUIRE(hand_in({{"indicators", "9.9.9.9"},
                   {"file", sandbox::json::array{file.c_str()}},
                   {"source", "mail"}}) == "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  INFO(ana->dialog());
  CHECK(ana->dialog().find("nonsense") != std::string::npos);
  CHECK(ana->dialog().find("10[.]0[.]0[.]1") != std::string::npos);
  CHECK(ana->dialog().find("Private and reserved addresses") != std::string::npos);
  auto pieces = house->slack().world().read([](const sandbox::workspace_state& state) {
    return std::count_if(state.calls.begin(), state.calls.end(),
                         [](const auto& c) { return c.method == "file_download" && c.outcome == "ok"; });
  });
  CHECK(pieces == 9); // of one MiB
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("Handed in 6 = accepted 3 + merged 1 + withheld 1 + refused 1"));
  CHECK(ana->sees("is processed"));
  auto known = station().look_up({"bad-host-1.net", "bad-host-2.net", "9.9.9.9", "10.0.0.1"});
  REQUIRE(known.has_value());
  CHECK(known->size() == 3);
  for (const auto& row : *known)
    CHECK(row.source == "mail");

  // The same file again is asked about, and sent when its owner agrees.
  ana->read();
  REQUIRE(hand_in({{"indicators", "9.9.9.9"},
                   {"file", sandbox::json::array{file.c_str()}},
                   {"source", "mail"}}) == "pushed");
  CHECK(submit({}) == "updated");
  CHECK(ana->dialog().find("Send it again?") != std::string::npos);
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("accepted 0 + merged 4"));
  CHECK(house->stop());
}

TEST_CASE_METHOD(test::list_scenario,
                 "what is withheld of a large file is sent when its owner insists, and again when asked",
                 "[scenario]") {
  put_on_safelist(R"(["our-own-site.com"])");
  std::string content = "10.0.0.1, a note\nour-own-site.com\n";
  const std::string comment = "# " + std::string(100'000, 'c') + "\n";
  while (content.size() <= (8U << 20U))
    content += comment;
  content += "192.168.7.7\n10.0.0.1\n";
  auto file = attach(content);
  const sandbox::json::object entries{{"file", sandbox::json::array{file.c_str()}}, {"source", "mail"}};
  REQUIRE(hand_in(entries) == "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  INFO(ana->dialog());
  CHECK(ana->dialog().find("Private and reserved addresses") != std::string::npos);
  CHECK(ana->dialog().find("On your company's safelist (optional)") != std::string::npos);
  CHECK(submit({}) == "errors");
  CHECK(ana->dialog().find("Nothing would be sent") != std::string::npos);
  const sandbox::json::object special{{"send_special", sandbox::json::array{"yes"}}};
  CHECK(submit(special) == "cleared");
  CHECK(ana->sees("Handed in 4 = accepted 2 + merged 1 + withheld 1 + refused 0"));
  CHECK(ana->sees("is processed"));
  const std::vector<std::string> all{"10.0.0.1", "192.168.7.7", "our-own-site.com"};
  auto known = station().look_up(all);
  REQUIRE(known.has_value());
  CHECK(known->size() == 2);
  for (const auto& row : *known) {
    CHECK(row.source == "mail");
    CHECK(row.sightings == (row.value == "10.0.0.1" ? 2 : 1));
  }

  // The same again: what was ticked is not asked for twice.
  ana->read();
  REQUIRE(hand_in(entries) == "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  CHECK(submit(special) == "updated");
  CHECK(submit({}) == "cleared");
  CHECK(ana->sees("accepted 0 + merged 3 + withheld 1"));
  CHECK(ana->sees("is processed"));
  // With another box ticked it is something else.
  ana->read();
  REQUIRE(hand_in(entries) == "pushed");
  REQUIRE(ana->has_dialog("confirm_submission"));
  CHECK(submit({{"send_safelisted", sandbox::json::array{"yes"}}}) == "cleared");
  CHECK(ana->sees("accepted 1 + merged 0 + withheld 3"));
  CHECK(ana->sees("is processed"));
  CHECK(station().look_up(all).value().size() == 3);
  CHECK(house->stop());
}

TEST_CASE_METHOD(test::list_scenario, "a large file of which nothing can be sent leaves nothing",
                 "[scenario]") {
  std::string content;
  while (content.size() <= (8U << 20U))
    content += "# " + std::string(100'000, 'c') + "\n";
  auto file = attach(content + "nonsense\n");
  hand_in({{"file", sandbox::json::array{file.c_str()}}});
  CHECK(ana->has_dialog("submit_indicators"));
  CHECK(ana->dialog().find("no indicator") != std::string::npos);
  CHECK(house->stop());
}
