/// The table of keys against its own promises, against the example file, and against hostile input.
#include "app/config_keys.hpp"

#include "app/config_pending.hpp"
#include "app/config_suggest.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

using namespace isacbot;
using namespace isacbot::app;

namespace {

std::string section_in_file(const key_spec& key) {
  return key.section == misp_section ? "misp.main" : std::string(key.section);
}

/// All defaults, as somebody would write them out.
std::string render(const settings& s) {
  std::string text;
  for (const key_spec& key : config_keys())
    text += section_in_file(key) + "." + std::string(key.name) + " = " + key.show(s, "main") + "\n";
  return text;
}

loaded_config load(const std::string& text, environment variables = {}) {
  config_input input;
  input.text = text;
  input.variables = std::move(variables);
  input.read_file = [](const std::string&) -> result<std::string> { return std::string(64, '0'); };
  return load_config(input);
}

std::string read_example() {
  std::ifstream file(ISACBOT_SOURCE "/config/isacbot.example.toml", std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

/// Takes the # from the lines "#key = value" of the given kind.
std::string activate(const std::string& example, bool with_default) {
  std::istringstream lines(example);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    bool has_default = line.find("# no default") == std::string::npos;
    bool commented = std::regex_search(line, std::regex("^#(\\[|[a-z0-9_]+ = )"));
    if (commented && (has_default == with_default || line[1] == '['))
      line.erase(0, 1);
    text += line + "\n";
  }
  return text;
}

} // namespace

TEST_CASE("every key is listed once, in a section that exists, with a meaning and a value to write",
          "[app][config]") {
  std::set<std::string> seen;
  std::set<std::string_view> sections;
  for (const section_spec& section : config_sections())
    sections.insert(section.name);
  for (const key_spec& key : config_keys()) {
    std::string full = std::string(key.section) + "." + std::string(key.name);
    INFO(full);
    CHECK(seen.insert(full).second);
    CHECK(sections.contains(key.section));
    CHECK(key.meaning.size() > 3);
    CHECK(find_config_key(key.section, key.name) == &key);
    // What a mend tells people to write must be accepted.
    std::string line =
        section_in_file(key) + "." + std::string(key.name) + " = " + suggested_value(key) + "\n";
    auto loaded = load(line);
    for (const finding& f : loaded.faults) {
      INFO(to_string(f));
      CHECK(f.line == 0); // what is missing besides this key
    }
  }
}

TEST_CASE("every key without effect is a key", "[app][config]") {
  for (std::string_view pending : pending_keys) {
    INFO(pending);
    auto dot = pending.rfind('.');
    CHECK(find_config_key(pending.substr(0, dot), pending.substr(dot + 1)) != nullptr);
  }
}

TEST_CASE("the example file is the one that the table makes", "[app][config]") {
  // Made by: isacbot check-config --example > config/isacbot.example.toml
  CHECK(read_example() == render_example_config());
}

TEST_CASE("the example file names every key, and its defaults parse to the defaults", "[app][config]") {
  std::string example = read_example();
  for (const key_spec& key : config_keys()) {
    INFO(key.section << "." << key.name);
    CHECK(example.find("\n#" + std::string(key.name) + " = ") != std::string::npos);
  }
  std::string defaults = activate(example, true);
  // What a running service cannot do without is added, so that the settings can be looked at.
  auto loaded = load(defaults, {{"ISACBOT_STATION__ENABLED", "true"},
                                {"ISACBOT_STORAGE__MASTER_KEY", "file:/k"},
                                {"ISACBOT_SLACK__SIGNING_SECRET", "file:/k"},
                                {"ISACBOT_SLACK__BOT_TOKEN", "file:/k"},
                                {"ISACBOT_MISP__MAIN__FEED", "/srv"},
                                {"ISACBOT_MISP__MAIN__ENCLAVE_ID", "e"},
                                {"ISACBOT_MISP__MAIN__TRUSTAR_KEY", "file:/k"},
                                {"ISACBOT_MISP__MAIN__TRUSTAR_SECRET", "file:/k"}});
  for (const finding& f : loaded.faults)
    UNSCOPED_INFO(to_string(f));
  REQUIRE(loaded.value);
  const settings untouched;
  int compared = 0;
  for (const key_spec& key : config_keys()) {
    std::string expected = key.show(untouched, "main");
    bool set_above = key.section == "station" && key.name == "enabled";
    if (expected.empty() || set_above)
      continue;
    INFO(key.section << "." << key.name);
    CHECK(key.show(*loaded.value, "main") == expected);
    ++compared;
  }
  CHECK(compared > 50);
}

TEST_CASE("the values that the example shows without default are accepted", "[app][config]") {
  auto loaded = load(activate(read_example(), false));
  for (const finding& f : loaded.faults) {
    INFO(to_string(f));
    CHECK(f.key == "misp.main.url"); // the example shows url and feed, of which one is to be kept
  }
}

TEST_CASE("a wrong type is refused for every key", "[app][config]") {
  for (const key_spec& key : config_keys()) {
    std::string full = section_in_file(key) + "." + std::string(key.name);
    for (const char* bad : {"1979-05-27", "[[1]]", "{ a = 1 }", "nan", "[true]"}) {
      auto loaded = load(full + " = " + bad + "\n");
      bool refused = false;
      for (const finding& f : loaded.faults)
        refused = refused || f.line == 1;
      INFO(full << " = " << bad);
      CHECK(refused);
    }
  }
}

TEST_CASE("no finding repeats a configured value, wherever it stands", "[app][config]") {
  test::seeded_random random{20};
  for (const key_spec& key : config_keys()) {
    for (const char* form : {"\"%\"", "%", "[\"%\"]", "\"literal:%", "\"https://u:%@a/\"", "{ % = 1 }"}) {
      std::string marker = "m" + random_hex(random, 8);
      std::string value = form;
      value.replace(value.find('%'), 1, marker);
      std::string full = section_in_file(key) + "." + std::string(key.name);
      if (std::string(form).starts_with("{"))
        continue; // there the marker is a key, and keys are named
      auto loaded = load(full + " = " + value + "\n", {{"ISACBOT_SERVER__LISTEN", marker}});
      for (const auto* list : {&loaded.faults, &loaded.warnings})
        for (const finding& f : *list) {
          INFO(to_string(f));
          CHECK(to_string(f).find(marker) == std::string::npos);
        }
    }
  }
}

TEST_CASE("random bytes end in faults, never in a throw", "[app][config]") {
  test::seeded_random random{7};
  std::string all = render(settings{});
  for (int i = 0; i < 300; ++i) {
    std::string text = all;
    for (int k = 0; k < 6; ++k)
      text[random_bits(random) % text.size()] = static_cast<char>(random_bits(random));
    auto loaded = load(text);
    CHECK(loaded.value.has_value() == loaded.faults.empty());
  }
}

TEST_CASE("edit distance counts insertions, deletions, changes and swaps", "[app][config]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("listen", "listen") == 0);
  CHECK(edit_distance("lisen", "listen") == 1);
  CHECK(edit_distance("lsiten", "listen") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance(std::string(1000, 'a'), "") == 64);
  std::string_view known[] = {"listen", "socket"};
  CHECK(nearest("lisen", known) == "listen");
  CHECK_FALSE(nearest("xyzzy", known));
}
