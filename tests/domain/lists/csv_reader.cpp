#include "domain/lists/csv_reader.hpp"

#include "domain/lists/read_pieces.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::read_whole;
using isacbot::test::told;

namespace {

using texts = std::vector<std::string>;

sys_time at(std::int64_t seconds) {
  return from_epoch_ms(seconds * 1'000);
}

} // namespace

TEST_CASE("a table with a header gives rows with all their fields, in any order of columns", "[domain]") {
  const auto list =
      read_whole("Tags,Last Seen,Indicator,Notes,First Seen,Sightings,Source,Type\r\n"
                 "\"apt, Loud\",2024-03-02T10:00:00Z,bad-site[.]net,\"said \"\"no\"\", twice\",1709287200,7,"
                 "proxy,domain\r\n"
                 ",,8.8.4.4,,,,,\r\n");
  REQUIRE(list.format == list_format::csv);
  REQUIRE(told(list) == texts{"2 DOMAIN bad-site.net", "3 IP 8.8.4.4"});
  const indicator_row& row = list.items[0].row;
  CHECK(row.line == 2);
  CHECK(row.tags == texts{"apt", "loud"});
  CHECK(row.notes == "said \"no\", twice");
  CHECK(row.source == "proxy");
  CHECK(row.sightings == 7);
  CHECK(row.first_seen == at(1'709'287'200));
  CHECK(row.last_seen == at(1'709'373'600));
  const indicator_row& plain = list.items[1].row;
  CHECK((plain.tags.empty() && plain.notes.empty() && plain.source.empty() && !plain.first_seen &&
         !plain.last_seen && plain.sightings == 1));
}

TEST_CASE("a quoted field may hold line ends, and lines are counted all the same", "[domain]") {
  const auto list = read_whole("value,notes\n8.8.4.4,\"one\ntwo\r\nthree\"\n\nnonsense,x\n9.9.9.9,\n");
  CHECK(told(list) == texts{"2 IP 8.8.4.4", "6 refused: nonsense", "7 IP 9.9.9.9"});
  CHECK(list.items[0].row.notes == "one two  three");
}

TEST_CASE("the delimiter is told by the content", "[domain]") {
  for (const char* text : {"value;notes\n8.8.4.4;a, b\n", "value\tnotes\n8.8.4.4\ta, b\n"}) {
    const auto list = read_whole(text);
    REQUIRE(told(list) == texts{"2 IP 8.8.4.4"});
    CHECK(list.items[0].row.notes == "a, b");
  }
}

TEST_CASE("a table without a header is told by its times and types", "[domain]") {
  const auto list = read_whole("8.8.4.4,ip,proxy,seen in mail,2024-03-01,2024-03-02,12\n"
                               "bad-site.net,domain,proxy,a note,2024-03-01,2024-03-05,3\n");
  REQUIRE(list.format == list_format::csv);
  REQUIRE(told(list) == texts{"1 IP 8.8.4.4", "2 DOMAIN bad-site.net"});
  const indicator_row& row = list.items[0].row;
  CHECK(row.source == "proxy");
  CHECK(row.notes == "seen in mail");
  CHECK(row.first_seen == at(1'709'251'200));
  CHECK(row.last_seen == at(1'709'337'600));
  CHECK(row.sightings == 12);
}

TEST_CASE("values between commas stay plain text, and so does a value with a note", "[domain]") {
  CHECK(read_whole("8.8.4.4,9.9.9.9\n1.1.1.1,8.8.8.8\n").format == list_format::text);
  CHECK(read_whole("8.8.4.4, seen in mail\n1.1.1.1, seen in chat\n").format == list_format::text);
  CHECK(read_whole("8.8.4.4,443\n1.1.1.1,80\n").format == list_format::text); // a port is no count
}

TEST_CASE("feeds that keep their header in a comment are tables, too", "[domain]") {
  const auto list =
      read_whole("# made by a feed\n#\n# id,dateadded,url,url_status,reporter\n"
                 "\"7\",\"2024-03-01 10:00:00\",\"http://bad-site.net/a.sh\",\"online\",\"somebody\"\n");
  REQUIRE(told(list) == texts{"4 URL http://bad-site.net/a.sh"});
  CHECK(list.items[0].row.source == "somebody");
  CHECK(list.items[0].row.first_seen == at(1'709'287'200));
}

TEST_CASE("columns named after types hold values, unless a column is named for values", "[domain]") {
  const auto several =
      read_whole("ip,domain,md5\n8.8.4.4,bad-site.net,\n,,0f1e2d3c4b5a69788796a5b4c3d2e1f0\n");
  CHECK(told(several) ==
        texts{"2 IP 8.8.4.4", "2 DOMAIN bad-site.net", "3 MD5 0f1e2d3c4b5a69788796a5b4c3d2e1f0"});
  const auto one = read_whole("ioc,url\n8.8.4.4,http://blog.example.org/about-it\n");
  CHECK(told(one) == texts{"2 IP 8.8.4.4"});
}

TEST_CASE("one wrong quote costs its own line only", "[domain]") {
  const auto unclosed = read_whole("value,notes\n8.8.4.4,\"never closed\n9.9.9.9,fine\n1.1.1.1,fine\n");
  CHECK(told(unclosed) == texts{"2 refused: 8.8.4.4,\"never closed", "3 IP 9.9.9.9", "4 IP 1.1.1.1"});
  const auto behind = read_whole("value,notes\n\"8.8.4.4\"x,a\n9.9.9.9,fine\n");
  CHECK(told(behind) == texts{"2 refused: \"8.8.4.4\"x,a", "3 IP 9.9.9.9"});
}

TEST_CASE("a record over the limit is one refused item", "[domain]") {
  const std::string huge(max_list_entry + 100, 'x');
  const auto line = read_whole("value,notes\n8.8.4.4," + huge + "\n9.9.9.9,fine\n");
  REQUIRE(told(line).size() == 2);
  CHECK(line.items[0].reason == line_reason::too_long);
  CHECK(told(line)[1] == "3 IP 9.9.9.9");
  // A quote that stays open over so many bytes is a wrong one.
  std::string open = "value,notes\n8.8.4.4,\"open\n";
  while (open.size() < max_list_entry + 1'000)
    open += "9.9.9.9,fine\n";
  const auto quoted = read_whole(open);
  CHECK(quoted.items[0].reason == line_reason::not_understood);
  CHECK(quoted.items.size() > 1'000);
}

TEST_CASE("what cannot be read of a row becomes its note", "[domain]") {
  const auto list =
      read_whole("value,first seen,sightings\n8.8.4.4,last Tuesday,many\n9.9.9.9,2024-03-05,2\n");
  REQUIRE(told(list) == texts{"2 IP 8.8.4.4", "3 IP 9.9.9.9"});
  CHECK(list.items[0].row.notes == "first seen: last Tuesday; sightings: many");
  CHECK_FALSE(list.items[0].row.first_seen);
}

TEST_CASE("times that stand the wrong way round are put right", "[domain]") {
  const auto list = read_whole("value,first seen,last seen\n8.8.4.4,2024-03-05,2024-03-01\n");
  REQUIRE(list.items.size() == 1);
  CHECK(list.items[0].row.first_seen == at(1'709'251'200));
  CHECK(list.items[0].row.last_seen == at(1'709'596'800));
}

TEST_CASE("a list under a title is read line by line", "[domain]") {
  const auto list = read_whole("Indicators\n8.8.4.4, 9.9.9.9\nbad-site.net # a note\n");
  CHECK(told(list) == texts{"2 IP 8.8.4.4", "2 IP 9.9.9.9", "3 DOMAIN bad-site.net"});
}

TEST_CASE("fields beyond the header are notes", "[domain]") {
  const auto list = read_whole("value,source\n8.8.4.4,proxy,one more thing\n");
  REQUIRE(list.items.size() == 1);
  CHECK(list.items[0].row.notes == "one more thing");
}

TEST_CASE("times are read as ISO 8601 and as seconds or milliseconds since the epoch", "[domain]") {
  CHECK(parse_list_time("2024-03-01T10:00:00Z") == at(1'709'287'200));
  CHECK(parse_list_time("2024-03-01 10:00:00 UTC") == at(1'709'287'200));
  CHECK(parse_list_time("1709287200") == at(1'709'287'200));
  CHECK(parse_list_time("1709287200.25") == at(1'709'287'200));
  CHECK(parse_list_time("1709287200123") == from_epoch_ms(1'709'287'200'123));
  for (const char* wrong :
       {"", "yesterday", "12", "99999999999999999999", "-1709287200", "2024-13-01", "90000000000000"})
    CHECK_FALSE(parse_list_time(wrong));
}

TEST_CASE("a reader that is asked to keeps the rows that a rule withholds", "[domain][lists]") {
  domain::indicator_list_options options;
  options.keep_withheld = true;
  auto safelist = std::make_shared<domain::safelist>();
  safelist->add("URL", "ours.com");
  safelist->add("IP", "10.0.0.2");
  options.safelisted = safelist;
  auto list =
      test::read_whole("value,notes\n10.0.0.1,a note\nours.com,b\nbad.com,\nAS64500,\n10.0.0.2,\n", options);
  REQUIRE(list.items.size() == 5);
  CHECK(list.items[0].reason == domain::line_reason::special_address);
  CHECK(list.items[0].row_kept);
  CHECK(list.items[0].text == "10.0.0.1");
  CHECK(list.items[0].row.value == "10.0.0.1");
  CHECK(list.items[0].row.notes == "a note");
  CHECK(list.items[0].row.line == 2);
  CHECK(list.items[1].reason == domain::line_reason::safelisted);
  CHECK(list.items[1].row.value == "ours.com");
  CHECK_FALSE(list.items[2].reason);
  CHECK_FALSE(list.items[2].row_kept);
  CHECK(list.items[3].reason == domain::line_reason::no_wire_type); // nobody can override that
  CHECK_FALSE(list.items[3].row_kept);
  CHECK(list.items[4].reason == domain::line_reason::special_address); // one box is enough

  options.keep_withheld = false;
  for (const auto& item : test::read_whole("value,notes\n10.0.0.1,a note\n", options).items)
    CHECK_FALSE(item.row_kept);
  options.send_special = true; // no rule: the safelist still counts
  CHECK(test::read_whole("value,notes\n10.0.0.2,x\n", options).items.at(0).reason ==
        domain::line_reason::safelisted);
  options.special_overridden = true;
  CHECK_FALSE(test::read_whole("value,notes\n10.0.0.2,x\n", options).items.at(0).reason);
}
