#include "domain/indicator_list.hpp"

#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::random_numbers;

namespace {

indicator_list parse(std::string_view text, const indicator_list_options& options = {}) {
  return parse_indicator_list(text, options).value();
}

std::vector<std::string> values(const indicator_list& list) {
  std::vector<std::string> out;
  for (const indicator_row& row : list.rows)
    out.push_back(row.type + " " + row.value);
  return out;
}

using texts = std::vector<std::string>;

/// What must hold for any bytes.
void check_sums(const indicator_list& list) {
  CHECK(list.counts.add_up());
  CHECK(list.counts.accepted == list.rows.size());
  CHECK(list.counts.withheld == list.withheld.size());
  CHECK(list.counts.refused == list.refused.size());
  std::uint64_t reasons = 0;
  for (const reason_count& r : list.reasons)
    reasons += r.count;
  CHECK(reasons == list.counts.withheld + list.counts.refused);
  std::uint64_t types = 0;
  for (const type_count& t : list.types)
    types += t.count;
  CHECK(types == list.rows.size());
  std::set<std::string> seen;
  for (const indicator_row& row : list.rows) {
    CHECK(seen.insert(row.type + "|" + row.value).second);
    CHECK(row.line > 0);
    CHECK(row.sightings > 0);
    CHECK_FALSE(row.value.empty());
  }
  for (const auto* reports : {&list.withheld, &list.refused})
    for (const line_report& r : *reports) {
      CHECK(r.line > 0);
      CHECK(r.text.size() <= 200);
    }
}

} // namespace

TEST_CASE("a vendor's link and a sample's file name bring the hash inside of them", "[domain]") {
  const std::string hash = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  const std::string link = "https://www.virustotal.com/file/" + hash + "/analysis/1481528849/";
  const indicator_list alone = parse(link + "\n1.2.3.4\n");
  check_sums(alone);
  CHECK(values(alone) == texts{"URL " + link, "MD5 " + hash, "IP 1.2.3.4"});
  const indicator_list noted =
      parse(link + ", first seen here\n1.2.3.5, fedcba9876543210fedcba9876543210.exe\n");
  check_sums(noted);
  CHECK(values(noted) ==
        texts{"URL " + link, "MD5 " + hash, "IP 1.2.3.5", "MD5 fedcba9876543210fedcba9876543210"});
  const indicator_list sample = parse(hash + ".exe\n");
  check_sums(sample);
  CHECK(values(sample) == texts{"SOFTWARE " + hash + ".exe", "MD5 " + hash});
}

TEST_CASE("each line is a value, and each value is told its line", "[domain]") {
  const indicator_list list =
      parse("8.8.4.4\n\n# from the mail\nevil-site[.]com\r\nhxxp://bad-host[.]net/x.php\n"
            "44d88612fea8a8f36de82e1278abb02f\rCVE-2031-4455");
  CHECK(values(list) == texts{"IP 8.8.4.4", "DOMAIN evil-site.com", "URL http://bad-host.net/x.php",
                              "MD5 44d88612fea8a8f36de82e1278abb02f", "CVE CVE-2031-4455"});
  CHECK(list.rows[0].line == 1);
  CHECK(list.rows[1].line == 4);
  CHECK(list.rows[4].line == 7);
  CHECK(list.counts == counts{5, 5, 0, 0, 0});
  check_sums(list);
}

TEST_CASE("several values on one line are several items", "[domain]") {
  const indicator_list list = parse("8.8.4.4, 8.8.8.8; evil-site.com\t9.9.9.9");
  CHECK(values(list) == texts{"IP 8.8.4.4", "IP 8.8.8.8", "DOMAIN evil-site.com", "IP 9.9.9.9"});
  CHECK(list.counts.handed_in == 4);
}

TEST_CASE("what follows a value and is none is its note", "[domain]") {
  const indicator_list list =
      parse("8.8.4.4, scanner seen in May\n8.8.8.8 # resolver\n9.9.9.9, one, two, 1.1.1.1, three");
  REQUIRE(values(list) == texts{"IP 8.8.4.4", "IP 8.8.8.8", "IP 9.9.9.9", "IP 1.1.1.1"});
  CHECK(list.rows[0].notes == "scanner seen in May");
  CHECK(list.rows[1].notes == "resolver");
  CHECK(list.rows[2].notes == "one, two");
  CHECK(list.rows[3].notes == "three");
  CHECK(list.counts.handed_in == 4);
}

TEST_CASE("a value inside a note is handed in too, and nothing is dropped silently", "[domain]") {
  const indicator_list list = parse("8.8.4.4, resolved from evil-site.com");
  CHECK(values(list) == texts{"IP 8.8.4.4", "DOMAIN evil-site.com"});
  CHECK(list.rows[0].notes == "resolved from evil-site.com");
}

TEST_CASE("values are found in prose", "[domain]") {
  const indicator_list list = parse("We saw 8.8.4.4 talk to hxxps://evil-site[.]com/a yesterday.");
  CHECK(values(list) == texts{"IP 8.8.4.4", "URL https://evil-site.com/a"});
}

TEST_CASE("a line without a value is refused with its number and text", "[domain]") {
  const indicator_list list = parse("8.8.4.4\nhello there\n\n999.1.1.1");
  REQUIRE(list.refused.size() == 2);
  CHECK(list.refused[0] == line_report{2, "hello there", line_reason::not_understood});
  CHECK(list.refused[1] == line_report{4, "999.1.1.1", line_reason::not_understood});
  CHECK(list.counts == counts{3, 1, 0, 0, 2});
  CHECK(list.reasons == std::vector<reason_count>{{line_reason::not_understood, 2}});
}

TEST_CASE("a duplicate is merged into the first, with its sighting and its note", "[domain]") {
  const indicator_list list =
      parse("8.8.4.4, a\nevil-site.com\n8[.]8[.]4[.]4, b\n8.8.4.4, a\nEVIL-SITE[.]COM");
  REQUIRE(list.rows.size() == 2);
  CHECK(list.rows[0].line == 1);
  CHECK(list.rows[0].notes == "a; b");
  CHECK(list.rows[0].sightings == 3);
  CHECK(list.rows[1].sightings == 2);
  CHECK(list.counts == counts{5, 2, 3, 0, 0});
}

TEST_CASE("special addresses are withheld until the member overrides it", "[domain]") {
  constexpr std::string_view text = "10.1.2.3\n127.0.0.1\n8.8.4.4\n192.168.0.0/16\n10.1.2.3";
  const indicator_list list = parse(text);
  CHECK(values(list) == texts{"IP 8.8.4.4"});
  CHECK(list.counts == counts{5, 1, 0, 4, 0});
  CHECK(list.withheld[0] == line_report{1, "10.1.2.3", line_reason::special_address});
  CHECK(list.reasons == std::vector<reason_count>{{line_reason::special_address, 4}});

  indicator_list_options options;
  options.send_special = true;
  const indicator_list all = parse(text, options);
  CHECK(all.counts == counts{5, 4, 1, 0, 0});
}

TEST_CASE("a value over the limit is refused, not cut", "[domain]") {
  indicator_list_options options;
  options.max_value_bytes = 40;
  const indicator_list list = parse("http://evil-site.com/" + std::string(60, 'a') + "\n8.8.4.4", options);
  CHECK(list.counts == counts{2, 1, 0, 0, 1});
  CHECK(list.refused[0].reason == line_reason::too_long);
}

TEST_CASE("a text over the limit is refused as a whole, with the mend", "[domain]") {
  indicator_list_options options;
  options.max_bytes = 10;
  const auto list = parse_indicator_list("8.8.4.4 8.8.8.8", options);
  REQUIRE(list.has_error());
  CHECK(list.error().code == ec::too_large);
  CHECK_FALSE(list.error().mend.empty());
}

TEST_CASE("Slack's dress comes off", "[domain]") {
  indicator_list_options options;
  options.dress = observables::dialect::slack;
  const indicator_list list = parse(
      "<http://evil-site.com|evil-site.com>, note &amp; more\n<https://bad-host.net/a|a link>\n", options);
  REQUIRE(values(list) == texts{"DOMAIN evil-site.com", "URL https://bad-host.net/a"});
  CHECK(list.rows[0].notes == "note & more");
}

TEST_CASE("a byte order mark and blank lines are nothing", "[domain]") {
  CHECK(values(parse("\xef\xbb\xbf"
                     "8.8.4.4\n")) == texts{"IP 8.8.4.4"});
  CHECK(parse("").counts.handed_in == 0);
  CHECK(parse("\n \t\r\n\f# x\n").counts.handed_in == 0);
}

TEST_CASE("known rows are counted as merged and sent all the same", "[domain]") {
  indicator_list list = parse("8.8.4.4\n8.8.8.8\n8.8.4.4");
  const auto known = [](const indicator_row& row) { return row.value == "8.8.4.4"; };
  for (int i = 0; i < 2; ++i) { // twice is once
    mark_known(list.rows, list.counts, known);
    CHECK(list.rows.size() == 2);
    CHECK(list.rows[0].known);
    CHECK_FALSE(list.rows[1].known);
    CHECK(list.counts == counts{3, 1, 2, 0, 0});
  }
  mark_known(list.rows, list.counts, [](const indicator_row&) { return false; });
  CHECK(list.counts == counts{3, 2, 1, 0, 0});
}

TEST_CASE("the counts add up on arbitrary bytes", "[domain]") {
  const std::vector<std::string> pieces{"8.8.4.4",
                                        "10.0.0.1",
                                        "evil-site.com",
                                        "hxxp://a[.]example.org/p?q=1,2",
                                        "foo",
                                        ",",
                                        ";",
                                        "\t",
                                        "\n",
                                        "\r\n",
                                        "\f",
                                        "#",
                                        " # x",
                                        "\"",
                                        "<",
                                        ">",
                                        "|",
                                        "\xff",
                                        "\xe2\x80\x8b",
                                        "me@evil-site.com",
                                        " ",
                                        "&amp;",
                                        "'",
                                        "AS64496",
                                        "T1059",
                                        "198.51.100.0/24",
                                        "44d88612fea8a8f36de82e1278abb02f",
                                        "\\",
                                        "[.]",
                                        "://",
                                        "..",
                                        "::1"};
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    random_numbers random(seed);
    std::string text;
    for (std::uint64_t n = random.below(60); n > 0; --n) {
      if (random.one_in(5))
        text.push_back(static_cast<char>(random.below(256)));
      else
        text += pieces[random.below(pieces.size())];
    }
    INFO("seed " << seed);
    indicator_list_options options;
    options.send_special = random.one_in(2);
    options.dress = random.one_in(2) ? observables::dialect::slack : observables::dialect::automatic;
    indicator_list list = parse(text, options);
    check_sums(list);
    const std::uint64_t handed_in = list.counts.handed_in;
    mark_known(list.rows, list.counts, [&](const indicator_row&) { return random.one_in(2); });
    CHECK(list.counts.add_up());
    CHECK(list.counts.handed_in == handed_in);
    // Overriding moves items, but hands nothing in and loses nothing.
    options.send_special = !options.send_special;
    CHECK(parse(text, options).counts.handed_in == handed_in);
  }
}

TEST_CASE("the rows of a list, handed in again, are the same rows", "[domain]") {
  const indicator_list list =
      parse("8[.]8[.]4[.]4\nhxxp://EVIL-site[.]com/Path\nevil-site.com, x\nbob[at]evil-site.com");
  std::string again;
  for (const indicator_row& row : list.rows)
    again += row.value + "\n";
  CHECK(values(parse(again)) == values(list));
}
