#include "core/case_fold.hpp"

#include "core/utf8.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <span>
#include <string>

using namespace isacbot;

TEST_CASE("folding lowers letters of several scripts and leaves the rest", "[core]") {
  CHECK(fold_case("HTTP://Bad.Example.NET/\xC3\x84") == "http://bad.example.net/\xC3\xA4");
  CHECK(fold_case("\xC3\x97 \xC3\xB7") == "\xC3\x97 \xC3\xB7"); // signs amid the letters
  CHECK(fold_case("\xC5\xBB\xC3\xB3\xC5\x82\xC4\x86") == "\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87"); // Polish
  CHECK(fold_case("\xD0\xAF\xD0\x81") == "\xD1\x8F\xD1\x91");                                 // Cyrillic
  CHECK(fold_case("\xCE\xA9\xCF\x82") == "\xCF\x89\xCF\x83");                   // Greek, final sigma
  CHECK(fold_case("\xEF\xBC\xA1\xEF\xBD\x81") == "\xEF\xBD\x81\xEF\xBD\x81");   // fullwidth
  CHECK(fold_case("\xF0\x9F\x8E\xA3 \xFF\xC3") == "\xF0\x9F\x8E\xA3 \xFF\xC3"); // four bytes; broken
  test::seeded_random random(1);
  for (int i = 0; i < 500; ++i) {
    std::string bytes(random_bits(random) % 20, '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    std::string folded = fold_case(bytes);
    CHECK(folded.size() == bytes.size());
    CHECK(fold_case(folded) == folded);
  }
}

TEST_CASE("characters are counted, not bytes", "[core]") {
  CHECK(count_characters("") == 0);
  CHECK(count_characters("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8E\xA3") == 4);
}
