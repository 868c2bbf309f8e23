#include "domain/lists/list_file_reader.hpp"

#include "domain/indicator_list.hpp"
#include "domain/line_text.hpp"
#include "domain/lists/read_pieces.hpp"

#include <catch2/catch_test_macros.hpp>

#include <iterator>
#include <string>

using namespace isacbot;
using namespace isacbot::domain;
using isacbot::test::random_numbers;
using isacbot::test::read_in_pieces;
using isacbot::test::read_list;
using isacbot::test::read_whole;
using isacbot::test::same;
using isacbot::test::told;

using namespace std::string_literals;

namespace {

using texts = std::vector<std::string>;

/// A small text of each format, with something broken in each.
const texts& samples() {
  static const texts all{
      "8.8.4.4, seen in mail\r\nbad-site[.]net # note\rnonsense\n\n10.0.0.1\f9.9.9.9",
      "\xEF\xBB\xBFvalue;notes;first seen\r\n8.8.4.4;\"one\r\ntwo; \"\"three\"\"\";2024-03-01\r\n"
      "\"9.9.9.9;open\r\nbad-site.net;x;1709287200\r\n;;\r\n",
      "{\"value\":\"8.8.4.4\",\"tags\":[\"a\"]}\r\n\"bad-site.net\"\n{broken\n{}\n",
      "[\"8.8.4.4\", {\"ioc\":\"bad\\u002dsite.net\",\"count\":3}, [], null]",
      R"({"response":[{"Event":{"info":"x","Attribute":[{"type":"filename|md5","to_ids":"1","value":"a.exe|0f1e2d3c4b5a69788796a5b4c3d2e1f0"},7],)"
      R"("Tag":[{"name":"tlp:green"}]}}]})",
      R"({"type":"bundle","objects":[{"type":"indicator","id":"indicator--1","pattern":"[ipv4-addr:value = '8.8.4.4']"},)"
      R"({"type":"file","name":"a.exe"},{"type":"indicator","pattern":"["}]})",
      "{\"Event\":{\"info\":\"cut short\",\"Attribute\":[{\"type\":\"ip-src\",\"value\":\"8.8.4.4\"},",
      "\xFF\xFE"
      "8\0.\0"
      "8\0.\0"
      "4\0.\0"
      "4\0\n\0\x3d\xd8\x00\xde\n\0\x00\xd8"s,
  };
  return all;
}

/// Bytes that mean something to some reader.
std::string random_text(random_numbers& random) {
  static const texts words{"8.8.4.4",
                           "bad-site.net",
                           "\"",
                           "\"\"",
                           ",",
                           ";",
                           "\t",
                           "\n",
                           "\r\n",
                           "\r",
                           "#",
                           " ",
                           "{",
                           "}",
                           "[",
                           "]",
                           ":",
                           "\"value\"",
                           "\"type\"",
                           "\"bundle\"",
                           "\"objects\"",
                           "\"Event\"",
                           "\"Attribute\"",
                           "\"pattern\"",
                           "value",
                           "notes",
                           "first seen",
                           "2024-03-01",
                           "\\",
                           "'",
                           "\xEF\xBB\xBF",
                           "\xFF\xFE",
                           "\xC3\xA4",
                           "\xFF",
                           "null",
                           "7",
                           "10.0.0.1",
                           "run.exe"};
  std::string out;
  const std::uint64_t length = random.below(60);
  for (std::uint64_t i = 0; i < length; ++i) {
    if (random.one_in(12))
      out.push_back(static_cast<char>(random.below(256)));
    else
      out += words[random.below(words.size())];
  }
  return out;
}

void check_items(const read_list& list) {
  std::uint32_t line = 0;
  for (const list_item& item : list.items) {
    CHECK(item.line >= line);
    line = item.line;
    CHECK(item.line > 0);
    CHECK(item.reason.has_value() == item.row.value.empty());
    CHECK(item.text.size() <= max_report_text);
    CHECK(shown_text(item.text) == item.text);
    for (const std::string* text : {&item.row.notes, &item.row.source})
      CHECK(shown_text(*text, 10'000) == *text);
    for (const std::string& tag : item.row.tags)
      CHECK((!tag.empty() && tag.size() <= 90 && shown_text(tag) == tag));
    if (!item.reason) {
      CHECK(item.row.line == item.line);
      CHECK(item.row.sightings > 0);
    }
  }
}

} // namespace

TEST_CASE("where a list is cut into pieces makes no difference", "[domain]") {
  random_numbers random(7);
  for (const std::string& text : samples()) {
    const read_list whole = read_whole(text);
    check_items(whole);
    CHECK(same(read_in_pieces(text, [] { return std::size_t{1}; }), whole));
    for (int round = 0; round < 20; ++round)
      CHECK(same(read_in_pieces(text, [&] { return random.between(1, 9); }), whole));
  }
}

TEST_CASE("any bytes end as items or as one error, however they are cut", "[domain]") {
  random_numbers random(11);
  for (int round = 0; round < 1'500; ++round) {
    std::string text = random_text(random);
    if (random.one_in(3)) { // a sample with something wrong in it
      text = samples()[random.below(samples().size())];
      for (std::uint64_t changes = random.between(1, 3); changes > 0 && !text.empty(); --changes)
        text[random.below(text.size())] = static_cast<char>(random.below(256));
    }
    const read_list whole = read_whole(text);
    check_items(whole);
    REQUIRE(same(read_in_pieces(text, [&] { return random.between(1, 12); }), whole));
  }
}

TEST_CASE("long lists are cut with the same care", "[domain]") {
  random_numbers random(13);
  std::string csv = "value,notes\n";
  for (int i = 0; csv.size() < 3 * deciding_bytes; ++i)
    csv += "8.8." + std::to_string(i % 250) + ".4,\"note " + std::to_string(i) +
           (i % 7 == 0 ? "\r\nmore" : "") + (i % 400 == 399 ? "\n" : "\"\n");
  const read_list whole = read_whole(csv);
  CHECK(whole.items.size() > 1'000);
  CHECK(same(read_in_pieces(csv, [&] { return random.between(1, 5'000); }), whole));
}

TEST_CASE("the items of a text are those that the paste of the same text gives", "[domain]") {
  const std::string text = "8.8.4.4, a note\nbad-site.net; 9.9.9.9\nnonsense\n10.0.0.1\nevil dot com\n";
  const read_list read = read_whole(text);
  const indicator_list pasted = parse_indicator_list(text).value();
  CHECK(pasted.counts.handed_in == read.items.size());
  CHECK(pasted.counts.add_up());
  std::size_t rows = 0;
  for (const list_item& item : read.items)
    if (!item.reason)
      CHECK(item.row == pasted.rows.at(rows++));
  CHECK(rows == pasted.rows.size());
}

TEST_CASE("a file that is no text is refused as a whole", "[domain]") {
  const read_list list = read_whole(std::string_view("PK\x03\x04\0\0\0", 7));
  REQUIRE(list.fault);
  CHECK(list.fault->code == ec::unsupported);
  CHECK_FALSE(list.fault->mend.empty());
  CHECK(list.items.empty());
}

TEST_CASE("an empty file has no items", "[domain]") {
  for (const char* text : {"", "\n", "\xEF\xBB\xBF", "# nothing\n\n"}) {
    const read_list list = read_whole(text);
    CHECK_FALSE(list.fault);
    CHECK(list.items.empty());
  }
}

TEST_CASE("what the sink fails with ends the reading", "[domain]") {
  for (const std::string& text : samples()) {
    int taken = 0;
    list_file_reader reader({}, [&](list_item&&) -> result<void> {
      ++taken;
      return fail(ec::io_failure, "full");
    });
    auto done = reader.feed(text);
    if (done)
      done = reader.finish();
    if (taken == 0)
      continue;
    CHECK(taken == 1);
    REQUIRE(done.has_error());
    CHECK(done.error().code == ec::io_failure);
    CHECK(reader.feed("8.8.4.4\n").error().code == ec::io_failure);
    CHECK(taken == 1);
  }
}

TEST_CASE("a spreadsheet's UTF-16 is read", "[domain]") {
  std::string text("\xFF\xFE", 2);
  for (const char c : std::string_view("value\tnotes\r\n8.8.4.4\tM"))
    text += {c, '\0'};
  text += std::string("\xFC\0\r\0\n\0", 6); // u with dots
  const read_list list = read_whole(text);
  REQUIRE(told(list) == texts{"2 IP 8.8.4.4"});
  CHECK(list.items[0].row.notes == "M\xC3\xBC");
}
