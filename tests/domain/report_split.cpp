#include "domain/report_split.hpp"

#include "domain/random_numbers.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

report_content with_body(std::string body) {
  return {"Lantern Moth", std::move(body), from_epoch_ms(1'760'000'000'000), "https://example.org/1"};
}

std::vector<report_content> split(const report_content& whole, std::size_t bytes, std::size_t indicators) {
  auto parts = split_report(whole, {bytes, indicators}, {});
  REQUIRE(parts.has_value());
  return std::move(*parts);
}

std::string joined(const std::vector<report_content>& parts) {
  std::string out;
  for (const auto& part : parts)
    out += part.body;
  return out;
}

bool is_utf8_border(const std::string& text) {
  return text.empty() || (static_cast<unsigned char>(text.front()) & 0xC0U) != 0x80U;
}

} // namespace

TEST_CASE("a report within the limits is one part, as it is", "[domain][report]") {
  const auto whole = with_body("Mail from 203.0.113.9\n");
  CHECK(split(whole, 22, 1) == std::vector{whole});
  CHECK(split(with_body(""), 22, 1) == std::vector{with_body("")});
}

TEST_CASE("a report one byte over the limit is two parts, cut behind a line", "[domain][report]") {
  auto parts = split(with_body("first line\nsecond line\n\nthird line\n"), 34, 100);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].body == "first line\nsecond line\n\n");
  CHECK(parts[1].body == "third line\n");
  CHECK(parts[0].title == "Lantern Moth (part 1 of 2)");
  CHECK(parts[1].title == "Lantern Moth (part 2 of 2)");
  CHECK(parts[1].time_began == from_epoch_ms(1'760'000'000'000));
  CHECK(parts[1].external_url == "https://example.org/1");
}

TEST_CASE("a report of too many indicators is cut before the first one over the limit", "[domain][report]") {
  std::string body;
  for (int i = 1; i <= 25; ++i)
    body += "seen 198.51.100." + std::to_string(i) + " and again 192.0.2.1, 8.8." + std::to_string(i) +
            ".4 at bad" + std::to_string(i) + ".example.com\n";
  auto parts = split(with_body(body), 1U << 20U, 10);
  CHECK(parts.size() == 5); // two a line; documentation addresses don't count, repeats count once
  CHECK(joined(parts) == body);
  for (const auto& part : parts) {
    CHECK(find_observables(part, {}).rows.size() <= 10);
    CHECK(part.body.ends_with("\n"));
  }
}

TEST_CASE("values of the title count in every part", "[domain][report]") {
  auto whole = with_body("a.example.com\nb.example.com\nc.example.com\n");
  whole.title = "Wave of t.example.com";
  auto parts = split(whole, 1U << 20U, 2);
  REQUIRE(parts.size() == 3);
  for (const auto& part : parts)
    CHECK(find_observables(part, {}).rows.size() == 2);
}

TEST_CASE("a long line is cut at a blank, a long word between characters", "[domain][report]") {
  auto parts = split(with_body("one two three four"), 8, 100);
  CHECK(joined(parts) == "one two three four");
  CHECK(parts[0].body == "one two ");
  auto word = split(with_body("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F"), 5, 100);
  REQUIRE(word.size() == 2);
  CHECK(word[0].body == "\xC3\xA4\xC3\xB6");
}

TEST_CASE("nothing but blanks at the end makes no part of its own", "[domain][report]") {
  auto parts = split(with_body("12345678\n\n\n"), 8, 100);
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].body == "12345678");
  CHECK(parts[0].title == "Lantern Moth");
}

TEST_CASE("a long title makes room for the part's number", "[domain][report]") {
  auto whole = with_body("one two three");
  whole.title = std::string(max_report_title, 't');
  for (const auto& part : split(whole, 8, 100)) {
    CHECK(part.title.find("(part ") != std::string::npos);
    CHECK(part.title.size() <= max_report_title + 2); // the ellipsis has three bytes
  }
}

TEST_CASE("a report of too many parts is refused as a whole", "[domain][report]") {
  auto parts = split_report(with_body(std::string(4 * max_report_parts, 'a')), {4, 10}, {});
  CHECK(parts.has_value());
  parts = split_report(with_body(std::string(4 * max_report_parts + 1, 'a')), {4, 10}, {});
  CHECK(parts.error().code == ec::too_large);
}

TEST_CASE("parts stay within the limits, lose nothing, and are the same again, whatever the text",
          "[domain][report]") {
  const std::vector<std::string> words{"8.8.4.4",
                                       "hxxp://evil[.]com/a/b",
                                       "bad[at]evil-mail.com",
                                       "\xE2\x98\xA0",
                                       "d41d8cd98f00b204e9800998ecf8427f",
                                       "\n",
                                       "\n\n",
                                       " ",
                                       "text",
                                       "\xFF",
                                       "10.0.0.1",
                                       "evil.com"};
  test::random_numbers random(7);
  for (int round = 0; round < 60; ++round) {
    std::string body;
    const auto length = random.below(400);
    for (std::uint64_t i = 0; i < length; ++i) {
      body += words[random.below(words.size())];
      if (random.below(3) == 0)
        body += std::to_string(random.below(256)) + "." + std::to_string(random.below(200) + 11) + ".4.4\n";
    }
    const std::size_t bytes = 64 + random.below(600);
    const std::size_t most = 1 + random.below(12);
    auto parts = split(with_body(body), bytes, most);
    CAPTURE(round, bytes, most, body);
    auto lost = body.substr(joined(parts).size());
    CHECK(body.starts_with(joined(parts)));
    CHECK(lost.find_first_not_of(" \t\n") == std::string::npos);
    CHECK(split(with_body(body), bytes, most) == parts);
    for (const auto& part : parts) {
      CHECK(part.body.size() <= bytes);
      CHECK(is_utf8_border(part.body) == is_utf8_border(body.substr(0, 1)));
      if (part.body.size() > 1)
        CHECK(find_observables({"", part.body, {}, ""}, {}).rows.size() <= most);
    }
  }
}

namespace {

/// Halves again and again until nothing is longer than `limit`. @returns by number, in the order of the text
std::vector<report_piece> halve_down(report_piece piece, std::size_t limit) {
  if (piece.content.body.size() <= limit)
    return {std::move(piece)};
  auto halves = halve_report(piece.content, piece.number, 16, {});
  if (!halves)
    return {std::move(piece)};
  auto all = halve_down(std::move((*halves)[0]), limit);
  for (auto& more : halve_down(std::move((*halves)[1]), limit))
    all.push_back(std::move(more));
  return all;
}

std::set<std::string> values_of(const std::string& text) {
  std::set<std::string> out;
  for (const auto& row : find_observables({"", text, {}, ""}, {}).rows)
    out.insert(row.type + ' ' + row.value);
  return out;
}

} // namespace

TEST_CASE("what Station finds too large is cut near its middle, each half under a number of its own",
          "[domain][report]") {
  auto whole = with_body("first paragraph\n\nsecond one\nwith a line\n\nthird paragraph\n");
  whole.title = "Lantern Moth (part 2 of 3)";
  auto halves = halve_report(whole, "2", 16, {});
  REQUIRE(halves);
  CHECK((*halves)[0] == report_piece{"2.1",
                                     {"Lantern Moth (part 2.1 of 3)", "first paragraph\n\n", whole.time_began,
                                      whole.external_url}});
  CHECK((*halves)[1].number == "2.2");
  CHECK((*halves)[1].content.title == "Lantern Moth (part 2.2 of 3)");
  CHECK((*halves)[1].content.body == "second one\nwith a line\n\nthird paragraph\n");
  auto quarters = halve_report((*halves)[1].content, "2.2", 16, {});
  REQUIRE(quarters);
  CHECK((*quarters)[0].number == "2.2.1");
  CHECK((*quarters)[0].content.title == "Lantern Moth (part 2.2.1 of 3)");
}

TEST_CASE("a report in one piece gets numbers in its titles when it is cut", "[domain][report]") {
  auto halves = halve_report(with_body("first line\nsecond line\n"), "1", 16, {});
  REQUIRE(halves);
  CHECK((*halves)[0].content.title == "Lantern Moth (part 1.1)");
  CHECK((*halves)[1].content.title == "Lantern Moth (part 1.2)");
  auto again = halve_report({"Lantern Moth (part 1.1)", "first line and more of it", {}, ""}, "1.1", 16, {});
  REQUIRE(again);
  CHECK((*again)[1].content.title == "Lantern Moth (part 1.1.2)");

  auto whole = with_body("one two three four five");
  whole.title = std::string(max_report_title, 't') + " (part 1 of whatever";
  halves = halve_report(whole, "1", 16, {});
  REQUIRE(halves);
  CHECK((*halves)[1].content.title.ends_with(" (part 1.2)"));
  CHECK((*halves)[1].content.title.size() <= max_report_title + 2);
}

TEST_CASE("what is short, blank or a single value is not cut", "[domain][report]") {
  CHECK_FALSE(halve_report(with_body("sixteen bytes it"), "1", 16, {}));
  CHECK(halve_report(with_body("sixteen bytes it+"), "1", 16, {}));
  CHECK_FALSE(halve_report(with_body("short" + std::string(100, ' ')), "1", 16, {}));
  CHECK_FALSE(halve_report(with_body(std::string(100, '\n')), "1", 16, {}));
  CHECK_FALSE(halve_report(with_body(""), "1", 0, {}));
  CHECK_FALSE(halve_report(with_body("https://bad-site-1.com/" + std::string(200, 'a')), "1", 16, {}));
}

TEST_CASE("no cut goes through a value that holds blanks", "[domain][report]") {
  const std::string key = R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)";
  const auto body = "writes " + key + " at boot";
  auto halves = halve_report(with_body(body), "1", 16, {});
  if (halves)
    CHECK(values_of((*halves)[0].content.body + "\n" + (*halves)[1].content.body) == values_of(body));
  for (const auto& part : split(with_body("it writes " + key), 60, 100))
    CHECK(part.body.find("Windows") == part.body.find("Windows NT"));
}

TEST_CASE("halves of halves hold all of the text in order and every value whole", "[domain][report]") {
  const std::vector<std::string> words{"hxxp://evil[.]com/a/b",
                                       "bad[at]evil-mail.com",
                                       "\xE2\x98\xA0",
                                       "d41d8cd98f00b204e9800998ecf8427e",
                                       "\n",
                                       "\n\n",
                                       "\t",
                                       "text",
                                       "8.8.4.4",
                                       "evil-site.com"};
  test::random_numbers random(11);
  for (int round = 0; round < 60; ++round) {
    std::string body;
    const auto length = 20 + random.below(200);
    for (std::uint64_t i = 0; i < length; ++i)
      body += words[random.below(words.size())] + (random.below(3) == 0 ? "\n" : " ");
    const std::size_t limit = 64 + random.below(200);
    auto pieces = halve_down({"1", with_body(body)}, limit);
    CAPTURE(round, limit, body);
    std::string text;
    std::set<std::string> values;
    std::set<std::string> titles;
    for (const auto& piece : pieces) {
      CHECK(piece.content.body.size() <= limit);
      CHECK(is_utf8_border(piece.content.body));
      CHECK(piece.content.body.find_first_not_of(" \t\n") != std::string::npos);
      text += piece.content.body;
      values.merge(values_of(piece.content.body));
      titles.insert(piece.content.title);
    }
    CHECK(text == body);
    CHECK(values == values_of(body));
    CHECK(titles.size() == pieces.size());
    CHECK(halve_down({"1", with_body(body)}, limit) == pieces);
  }
}

TEST_CASE("the first part is known by its submission, the others by their number", "[domain][report]") {
  CHECK(report_part_id(submission_id{"01HX"}, "1") == "01HX");
  CHECK(report_part_id(submission_id{"01HX"}, "2") == "01HX:2");
  CHECK(report_part_id(submission_id{"01HX"}, "10") == "01HX:10");
  CHECK(report_part_id(submission_id{"01HX"}, "1.1") == "01HX:1.1");
  CHECK(report_part_id(submission_id{"01HX"}, "2.1.2") == "01HX:2.1.2");
}
