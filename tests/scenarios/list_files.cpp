// A file attached to the dialog for lists, on real sockets: fetched, told by its content, previewed,
// delivered.
#include "scenarios/list_scenario.hpp"

#include <string>

using namespace isacbot;

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
