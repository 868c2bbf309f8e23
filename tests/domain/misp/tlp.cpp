#include "domain/misp/tlp.hpp"

#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace isacbot;
using namespace isacbot::domain;

TEST_CASE("TLP tags are read in every spelling", "[misp]") {
  CHECK(parse_tlp("tlp:white") == tlp_level::clear);
  CHECK(parse_tlp("tlp:clear") == tlp_level::clear);
  CHECK(parse_tlp("TLP:GREEN") == tlp_level::green);
  CHECK(parse_tlp("Tlp:Amber") == tlp_level::amber);
  CHECK(parse_tlp("tlp: amber") == tlp_level::amber);
  CHECK(parse_tlp("tlp:amber+strict") == tlp_level::amber_strict);
  CHECK(parse_tlp("TLP:AMBER+STRICT") == tlp_level::amber_strict);
  CHECK(parse_tlp("tlp:amber-strict") == tlp_level::amber_strict);
  CHECK(parse_tlp("tlp:red") == tlp_level::red);
}

TEST_CASE("other tags state no level", "[misp]") {
  for (const char* name : {"", "tlp", "amber", "PAP:RED", "osint:tlp:red", "tlp-red", "tlpx:red",
                           "tlp:unclear", "tlp:ex:chr", "misp-galaxy:tool=\"tlp:red\""})
    CHECK_FALSE(parse_tlp(name));
}

TEST_CASE("a level that nobody knows is the strictest", "[misp]") {
  CHECK(parse_tlp("tlp:purple") == tlp_level::red);
  CHECK(parse_tlp("tlp:") == tlp_level::red);
  CHECK(parse_tlp("tlp:am ber") == tlp_level::red);
}

TEST_CASE("of several levels the strictest counts, local ones too", "[misp]") {
  using tags = std::vector<misp::tag>;
  CHECK_FALSE(strictest_tlp(tags{}));
  CHECK(strictest_tlp(tags{{"tlp:white", false}, {"tlp:green", false}}) == tlp_level::green);
  CHECK(strictest_tlp(tags{{"tlp:amber+strict", false}, {"tlp:amber", false}}) == tlp_level::amber_strict);
  CHECK(strictest_tlp(tags{{"tlp:red", true}, {"tlp:clear", false}}) == tlp_level::red);
}

TEST_CASE("levels are written as version 2 writes them", "[misp]") {
  CHECK(to_string(tlp_level::clear) == "TLP:CLEAR");
  CHECK(to_string(tlp_level::amber_strict) == "TLP:AMBER+STRICT");
}
