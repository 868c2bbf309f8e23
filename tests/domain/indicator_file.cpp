#include "domain/indicator_file.hpp"

#include "domain/lists/list_file_reader.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

using files = std::vector<list_file>;

result<indicator_list> read(std::string_view text, const files& given, indicator_list_options options = {}) {
  return read_indicators(text, given, options);
}

std::vector<std::string> values(const indicator_list& list) {
  std::vector<std::string> out;
  for (const auto& row : list.rows)
    out.push_back(row.value);
  return out;
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("a text and files of different formats are one list, in order, each value once", "[domain]") {
  auto list =
      read("host-a.com\nnonsense\n", {{"t.csv", "value,notes\nhost-b.com,b\nhost-a.com,again\n10.0.0.1,\n"},
                                      {"l.json", "{\"value\":\"host-c.com\"}\n{\"value\":\"nothing\"}\n"},
                                      {"p.txt", "host-b.com\nhost-d.com\n"}});
  REQUIRE(list.has_value());
  CHECK(values(*list) == texts{"host-a.com", "host-b.com", "host-c.com", "host-d.com"});
  CHECK(list->counts == counts{9, 4, 2, 1, 2});
  REQUIRE(list->refused.size() == 2);
  CHECK(list->refused[0].text == "nonsense"); // of the text: no name
  CHECK(list->refused[1].text == "l.json: nothing");
  CHECK(list->refused[1].line == 2);
  REQUIRE(list->withheld.size() == 1);
  CHECK(list->withheld[0].text == "t.csv: 10.0.0.1");
  CHECK(list->withheld[0].line == 4);
}

TEST_CASE("lines of the only thing handed in need no name", "[domain]") {
  CHECK(read(" \n", {{"a.txt", "host-a.com\nnonsense\n"}})->refused.at(0).text == "nonsense");
  CHECK(read("host-a.com\n", {{"a.txt", "nonsense\n"}})->refused.at(0).text == "a.txt: nonsense");
}

TEST_CASE("a name of any length and bytes leaves the line readable", "[domain]") {
  const std::string name = "\x1B[31m" + std::string(500, 'n') + "\xFF.csv";
  auto list = read("host-a.com", {{name, "nonsense\n"}});
  REQUIRE(list.has_value());
  const auto& text = list->refused.at(0).text;
  CHECK(text.size() <= 200);
  CHECK(text.ends_with(": nonsense"));
  CHECK(text.find('\x1B') == std::string::npos);
}

TEST_CASE("a file that cannot be read is named, and takes the whole list with it", "[domain]") {
  auto archive = read("host-a.com", {{"ok.txt", "host-b.com"}, {"b.zip", std::string("PK\0\0", 4)}});
  REQUIRE(archive.has_error());
  CHECK(archive.error().code == ec::unsupported);
  CHECK(archive.error().mend.starts_with("b.zip: "));
  auto torn = read("", {{"m.json", R"({"Event":{"info":"x","Attribute":[)"}});
  REQUIRE(torn.has_error());
  CHECK(torn.error().mend == "m.json: This file is damaged, or ends too early. Nothing of it was taken.");
}

TEST_CASE("the limit is for everything together", "[domain]") {
  indicator_list_options options;
  options.max_bytes = 30;
  CHECK(read("host-a.com", {{"a", "host-b.com"}, {"b", "host-c.com"}}, options).has_value());
  CHECK(read("host-a.com", {{"a", "host-b.com"}, {"b", "host-cc.com"}}, options).error().code ==
        ec::too_large);
  CHECK(read("host-a.com\n", {{"a", "host-b.com"}, {"b", "host-c.com"}}, options).error().code ==
        ec::too_large);
}

TEST_CASE("numbers add up whatever the files hold", "[domain]") {
  test::seeded_random random{7};
  for (int round = 0; round < 300; ++round) {
    files given;
    for (int i = 0; i < 3; ++i) {
      std::string content;
      for (std::uint64_t bytes = random_bits(random) % 200; content.size() < bytes;)
        content += static_cast<char>(random_bits(random) % 128 + (round % 3 == 0 ? 64 : 0));
      content += "\nhost" + std::to_string(i % 2) + ".com\n";
      given.push_back({"f" + std::to_string(i), std::move(content)});
    }
    auto list = read("host0.com", given);
    if (!list)
      continue; // no text
    CHECK(list->counts.add_up());
    CHECK(list->counts.accepted == list->rows.size());
    CHECK(list->counts.withheld == list->withheld.size());
    CHECK(list->counts.refused == list->refused.size());
  }
}
