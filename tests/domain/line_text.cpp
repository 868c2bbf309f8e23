#include "domain/line_text.hpp"
#include "domain/line_fields.hpp"

#include "domain/random_numbers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot::domain;
using fields = std::vector<std::string_view>;

TEST_CASE("shown text is cut at a character border", "[domain]") {
  CHECK(shown_text("abc", 2) == "ab");
  CHECK(shown_text("a\xc3\xa4", 2) == "a");
  CHECK(shown_text("a\xc3\xa4", 3) == "a\xc3\xa4");
  CHECK(shown_text("\xf0\x9f\x94\x92z", 3).empty());
  CHECK(shown_text(std::string(500, 'x')).size() == 200);
}

TEST_CASE("shown text is valid UTF-8 whatever comes in, and has no control characters", "[domain]") {
  const std::string bad = "\xef\xbf\xbd";
  CHECK(shown_text("a\xff"
                   "b") == "a" + bad + "b");
  CHECK(shown_text("\xc0\xaf") == bad + bad);                     // overlong
  CHECK(shown_text("\xed\xa0\x80") == bad + bad + bad);           // surrogate
  CHECK(shown_text("\xf4\x90\x80\x80") == bad + bad + bad + bad); // beyond U+10FFFF
  CHECK(shown_text("\xe2\x82") == bad + bad);                     // cut short
  CHECK(shown_text(std::string_view("a\0b\x1b[0m\x7f", 8)) == "a b [0m ");
  isacbot::test::random_numbers random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes;
    for (std::uint64_t n = random.below(30); n > 0; --n)
      bytes.push_back(static_cast<char>(random.below(256)));
    const std::string once = shown_text(bytes, 20);
    CHECK(once.size() <= 20);
    CHECK(shown_text(once, 20) == once);
  }
}

TEST_CASE("lines end with LF, CR LF, CR and form feed", "[domain]") {
  std::string_view text = "a\nb\r\nc\rd\fe\n\nf";
  std::vector<std::string_view> lines;
  while (!text.empty())
    lines.push_back(take_line(text));
  CHECK(lines == std::vector<std::string_view>{"a", "b", "c", "d", "e", "", "f"});
}

TEST_CASE("a hash sign begins a comment only where no value can go on", "[domain]") {
  CHECK(split_comment("# all").content.empty());
  CHECK(split_comment("  # all ").comment == "all");
  CHECK(split_comment("192.0.2.1 # seen # twice").content == "192.0.2.1");
  CHECK(split_comment("192.0.2.1 # seen # twice").comment == "seen # twice");
  CHECK(split_comment("192.0.2.1\t#x").comment == "x");
  CHECK(split_comment("http://example.com/#top").content == "http://example.com/#top");
}

TEST_CASE("fields end at commas, semicolons and tabs, but not inside quotes or links", "[domain]") {
  CHECK(split_fields("a, b;c\td") == fields{"a", "b", "c", "d"});
  CHECK(split_fields(",, a ,;") == fields{"a"});
  CHECK(split_fields("\"a,b\", c") == fields{"a,b", "c"});
  CHECK(split_fields("\"a,b") == fields{"\"a", "b"}); // a quote that never closes is a character
  CHECK(split_fields("it's \"x,y\"") == fields{"it's \"x", "y\""});
  CHECK(split_fields("<http://h.example/a,b|h>, c") == fields{"<http://h.example/a,b|h>", "c"});
  CHECK(split_fields("1 < 2, 3") == fields{"1 < 2", "3"});
  CHECK(split_fields("").empty());
}
