// A list of which everything is withheld: agreeing to nothing is refused in the dialog, overriding sends it.
#include "scenarios/demo_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;

TEST_CASE("agreeing to send nothing is refused, and the same dialog can still send it all", "[scenario]") {
  test::demo_fixture demo;
  REQUIRE(demo.start().has_value());
  app::tour_member ana(demo.house->slack(), "U0ANA", "C0INTEL", seconds{20});
  REQUIRE(demo.register_member(ana));
  REQUIRE(ana.type("/trustar-submit-indicators").has_value());
  REQUIRE(ana.has_dialog("submit_indicators"));
  auto enclave = ana.choose_enclave();
  REQUIRE(enclave.has_value());
  auto previewed = ana.submit({{"indicators", "10.0.0.1\n192.168.7.7\n"}, {"enclave", *enclave}});
  REQUIRE(previewed.has_value());
  REQUIRE(previewed->outcome == "pushed");

  auto nothing = ana.submit({});
  REQUIRE(nothing.has_value());
  CHECK(nothing->outcome == "errors");
  CHECK(ana.dialog().find("Nothing would be sent") != std::string::npos);

  auto all = ana.submit({{"send_special", sandbox::json::array{"yes"}}});
  REQUIRE(all.has_value());
  CHECK(all->outcome == "cleared");
  CHECK(ana.sees("accepted 2"));
  CHECK(ana.sees("is processed"));
  app::tour_station station(demo.house->http(), demo.house->station_url(), demo.house->observer());
  auto known = station.look_up({"10.0.0.1", "192.168.7.7"});
  REQUIRE(known.has_value());
  CHECK(known->size() == 2);
  CHECK(demo.house->stop());
}
