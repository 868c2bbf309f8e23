// A file attached to the dialog for lists, on real sockets: fetched, told by its content, previewed,
// delivered.
#include "scenarios/demo_fixture.hpp"

#include "sandbox/files.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;

namespace {

std::string attach(test::demo_fixture& demo, std::string content) {
  return demo.house->slack().world().change([&](sandbox::context& in) {
    sandbox::stored_file file;
    file.user = "U0ANA";
    file.name = "picture.png"; // a name says nothing
    file.mimetype = "image/png";
    file.content = std::move(content);
    file.created = in.now;
    return sandbox::add_file(in, std::move(file));
  });
}

} // namespace

TEST_CASE("a table attached to the dialog is previewed and reaches Station with its rows", "[scenario]") {
  test::demo_fixture demo;
  REQUIRE(demo.start().has_value());
  app::tour_member ana(demo.house->slack(), "U0ANA", "C0INTEL", seconds{20});
  REQUIRE(demo.register_member(ana));
  REQUIRE(ana.type("/trustar-submit-indicators").has_value());
  REQUIRE(ana.has_dialog("submit_indicators"));
  auto enclave = ana.choose_enclave();
  REQUIRE(enclave.has_value());
  auto nothing = ana.submit({{"enclave", *enclave}});
  REQUIRE(nothing.has_value());
  CHECK(nothing->outcome == "errors");

  auto file = attach(
      demo, "notes;value;sightings;tags\nfrom a proxy;bad-host-7.net;4;one,two\n;8.8.4.4;;\n;nonsense;;\n");
  auto previewed = ana.submit({{"indicators", "9.9.9.9"},
                               {"file", sandbox::json::array{file.c_str()}},
                               {"enclave", *enclave},
                               {"source", "mail"}});
  REQUIRE(previewed.has_value());
  REQUIRE(previewed->outcome == "pushed");
  CHECK(ana.dialog().find("nonsense") != std::string::npos);
  auto sent = ana.submit({});
  REQUIRE(sent.has_value());
  CHECK(sent->outcome == "cleared");
  CHECK(ana.sees("accepted 3"));
  CHECK(ana.sees("is processed"));

  app::tour_station station(demo.house->http(), demo.house->station_url(), demo.house->observer());
  auto known = station.look_up({"bad-host-7.net", "8.8.4.4", "9.9.9.9"});
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
  CHECK(demo.house->stop());
}
