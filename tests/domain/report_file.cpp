#include "domain/report_file.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>

using namespace isacbot;
using namespace isacbot::domain;

using namespace std::string_literals;

TEST_CASE("a text file is read with any line ends and with or without its mark", "[domain][report_file]") {
  CHECK(read_text_file("a\r\nb\rc\n").value() == "a\nb\nc\n");
  CHECK(read_text_file("\xEF\xBB\xBFseen 203.0.113.9").value() == "seen 203.0.113.9");
  CHECK(read_text_file("tab\there \xE2\x98\xA0").value() == "tab\there \xE2\x98\xA0");
  CHECK(read_text_file("form\ffeed and \x1B[31mcolour").value() == "formfeed and [31mcolour");
}

TEST_CASE("UTF-16 with a mark is text, in either order", "[domain][report_file]") {
  // U+0041, U+00DC, U+20AC, U+1F480 (a surrogate pair), as RFC 2781 writes them
  CHECK(read_text_file("\xFF\xFE\x41\x00\xDC\x00\xAC\x20\x3D\xD8\x80\xDC"s).value() ==
        "A\xC3\x9C\xE2\x82\xAC\xF0\x9F\x92\x80");
  CHECK(read_text_file("\xFE\xFF\x00\x41\x00\xDC\x20\xAC\xD8\x3D\xDC\x80"s).value() ==
        "A\xC3\x9C\xE2\x82\xAC\xF0\x9F\x92\x80");
  for (const auto& broken :
       {"\xFF\xFE\x41"s, "\xFF\xFE\x3D\xD8"s, "\xFF\xFE\x3D\xD8\x41\x00"s, "\xFF\xFE\x80\xDC\x41\x00"s})
    CHECK(read_text_file(broken).error().code == ec::malformed);
}

TEST_CASE("what is no text is refused with a word for the member", "[domain][report_file]") {
  for (const auto& bytes :
       {"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s, "PK\x03\x04\0\0"s, "caf\xE9 in Latin-1"s, "\xC0\xAF overlong"s,
        "A\0B\0"s, "\xED\xA0\x80 a surrogate"s, std::string(200, '\x01')}) {
    auto read = read_text_file(bytes);
    REQUIRE(read.has_error());
    CHECK(read.error().code == ec::malformed);
    CHECK_FALSE(read.error().mend.empty());
  }
  for (const auto& blank : {""s, " \r\n\t"s, "\xEF\xBB\xBF"s, "\xFF\xFE"s})
    CHECK(read_text_file(blank).error().code == ec::invalid_argument);
}

TEST_CASE("any bytes give text without control characters, or a refusal", "[domain][report_file]") {
  std::mt19937 random(7);
  for (int round = 0; round < 3'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes)
      c = static_cast<char>(random() % (round % 3 == 0 ? 256 : 128));
    if (round % 5 == 0)
      bytes.insert(0, round % 2 == 0 ? "\xFF\xFE" : "\xFE\xFF");
    auto read = read_text_file(bytes);
    if (read)
      for (char c : *read)
        CHECK((c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20));
  }
}
