#include "app/known_names.hpp"

#include "domain/submission_form.hpp"

#include "support/temp_dir.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

using namespace isacbot;

TEST_CASE("names of the configuration's files are found in lists, and only with them", "[app]") {
  test::temp_dir directory;
  std::ofstream(directory / "malware.txt") << "Zorblatt\n";
  std::ofstream(directory / "tlds.txt") << "com\ninternal-isac\n";
  app::observables_settings configured;
  configured.malware_names.text = (directory / "malware.txt").string();
  configured.tld_file.text = (directory / "tlds.txt").string();
  auto names = app::load_known_names(configured);
  REQUIRE(names.has_value());

  domain::indicator_draft draft;
  draft.text = "Zorblatt\nbad.internal-isac\nbad.example.org\n";
  auto with = domain::read_list(draft, {}, *names);
  auto without = domain::read_list(draft, {});
  REQUIRE(with.has_value());
  REQUIRE(without.has_value());
  auto has = [](const domain::indicator_list& list, std::string_view value) {
    for (const auto& row : list.rows)
      if (row.value == value)
        return true;
    return false;
  };
  CHECK(has(*with, "Zorblatt"));
  CHECK(has(*with, "bad.internal-isac"));
  CHECK_FALSE(has(*with, "bad.example.org")); // the file replaces the built-in list
  CHECK_FALSE(has(*without, "Zorblatt"));
  CHECK(has(*without, "bad.example.org"));
}

TEST_CASE("a file that is configured but missing stops the start", "[app]") {
  app::observables_settings configured;
  configured.tld_file.text = "/nonexistent/tlds.txt";
  CHECK(app::load_known_names(configured).has_error());
}
