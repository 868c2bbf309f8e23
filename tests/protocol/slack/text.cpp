#include "protocol/slack/text.hpp"
#include "protocol/slack/utf8.hpp"

#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <type_traits>
#include <utility>

using namespace isacbot;
using namespace isacbot::slack;

TEST_CASE("text from outside cannot become mrkdwn without escaping", "[slack][text]") {
  STATIC_REQUIRE_FALSE(std::is_constructible_v<mrkdwn, std::string>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<mrkdwn, const char*>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<mrkdwn, std::string_view>);
}

TEST_CASE("escape replaces exactly three characters", "[slack][text]") {
  CHECK(escape("a & b < c > d").str() == "a &amp; b &lt; c &gt; d");
  CHECK(escape("&lt;").str() == "&amp;lt;");
  CHECK(escape("<!channel> <@U1> <http://evil|bank.com>").str() ==
        "&lt;!channel&gt; &lt;@U1&gt; &lt;http://evil|bank.com&gt;");
  CHECK(escape("\"quotes\" 'and' *stars* _stay_ ~here~").str() == "\"quotes\" 'and' *stars* _stay_ ~here~");
  CHECK(escape("bell\x07 tab\t line\n \xFF").str() == "bell tab\t line\n \xEF\xBF\xBD");
}

TEST_CASE("escape and unescape are inverse for clean text", "[slack][text]") {
  test::seeded_random random{3};
  const std::string alphabet = "&<>;altgmp #x26|@! ";
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (std::size_t i = random_bits(random) % 40; i > 0; --i)
      text.push_back(alphabet[random_bits(random) % alphabet.size()]);
    CHECK(unescape(escape(text).str()) == text);
    CHECK(escape(text).str().find_first_of("<>") == std::string::npos);
  }
}

TEST_CASE("code keeps data inside its span", "[slack][text]") {
  CHECK(code("evil[.]com").str() == "`evil[.]com`");
  CHECK(code("a`b`c").str() == "`a\xCB\x8B"
                               "b\xCB\x8B"
                               "c`");
  CHECK(code("two\nlines").str() == "`two lines`");
  CHECK(code("<!here> & co").str() == "`&lt;!here&gt; &amp; co`");
  CHECK(code("").str() == "`\xE2\x80\x93`");
  CHECK(code("  ").str() == "`\xE2\x80\x93`");
}

TEST_CASE("date makes a token in the reader's zone with UTC as fallback", "[slack][text]") {
  CHECK(date(sys_time{seconds{1'760'000'000}}).str() ==
        "<!date^1760000000^{date_short_pretty} {time}|2025-10-09 08:53 UTC>");
}

TEST_CASE("date shows times of no era as the edge of ours", "[slack][text]") {
  CHECK(date(sys_time::min()).str() == "<!date^0^{date_short_pretty} {time}|1970-01-01 00:00 UTC>");
  CHECK(date(sys_time::max()).str() ==
        "<!date^253402300799^{date_short_pretty} {time}|9999-12-31 23:59 UTC>");
}

TEST_CASE("link is for web addresses only and cannot be broken out of", "[slack][text]") {
  CHECK(link("https://station.example/r/1?a=1&b=2", "Open").str() ==
        "<https://station.example/r/1?a=1&amp;b=2|Open>");
  CHECK(link("https://s.example/a|b>c<d", "x|y <z>").str() ==
        "<https://s.example/a%7Cb%3Ec%3Cd|x%7Cy &lt;z&gt;>");
  CHECK(link("javascript:alert(1)", "Open").str() == "Open");
  CHECK(link("file:///etc/passwd", "").str().empty());
}

TEST_CASE("mention takes well-formed ids only", "[slack][text]") {
  CHECK(mention(user_id{"U0ANALYST"}).str() == "<@U0ANALYST>");
  CHECK(mention(user_id{"U1> <!channel"}).empty());
  CHECK(mention(user_id{}).empty());
}

TEST_CASE("cut never splits a character, an entity, a token or a code span", "[slack][text]") {
  CHECK(escape("abcdef").cut(6).str() == "abcdef");
  CHECK(escape("abcdef").cut(5).str() == "abcd\xE2\x80\xA6");
  CHECK(escape("ab&cd").cut(6).str() == "ab\xE2\x80\xA6");
  CHECK(code("abcdef").cut(6).str() == "`abc\xE2\x80\xA6`");
  CHECK((escape("ab") + mention(user_id{"U1"})).cut(6).str() == "ab\xE2\x80\xA6");

  mrkdwn mixed = escape("a & b ") + code("x<y>`z") + " "_mrkdwn + date(sys_time{seconds{1}}) +
                 escape(" \xE2\x98\xA0 end");
  for (std::size_t limit = 2; limit <= count_characters(mixed.str()); ++limit) {
    std::string cut = mixed.cut(limit).str();
    INFO(limit << " " << cut);
    CHECK(count_characters(cut) <= limit);
    CHECK(std::count(cut.begin(), cut.end(), '`') % 2 == 0);
    CHECK(std::count(cut.begin(), cut.end(), '<') == std::count(cut.begin(), cut.end(), '>'));
    CHECK(cut.find("\xEF\xBF\xBD") == std::string::npos);
    for (std::size_t amp = cut.find('&'); amp != std::string::npos; amp = cut.find('&', amp + 1))
      CHECK(cut.find(';', amp) < amp + 5);
  }
}

TEST_CASE("normalise_text resolves what Slack does to typed text", "[slack][text]") {
  const std::pair<std::string, std::string> table[] = {
      {"<http://evil.com/a?b=1&amp;c=2>", "http://evil.com/a?b=1&c=2"},
      {"<http://evil.com|evil.com>", "evil.com"},
      {"<https://evil.com/|evil.com>", "evil.com"},
      {"<http://evil.com/a?b=1&amp;c=2|evil.com/a?b=1&amp;c=2>", "evil.com/a?b=1&c=2"},
      {"<http://evil.com|Evil.COM>", "Evil.COM"},
      {"<http://evil.com|http://evil.com>", "http://evil.com"},
      {"<mailto:bad@evil.com|bad@evil.com>", "bad@evil.com"},
      {"<mailto:bad@evil.com?subject=x>", "bad@evil.com"},
      {"<tel:+15550100|+1 555-0100>", "+1 555-0100"},
      {"<tel:+15550100>", "+15550100"},
      {"5 &lt; 6 &amp; 7", "5 < 6 & 7"},
      {"<#C0INTEL01|intel>", "#intel"},
      {"a<#C0INTEL01|>b", "a b"},
      {"a<@U0ANALYST>b", "a b"},
      {"<@U0ANALYST|ana>", "@ana"},
      {"<!here>", "@here"},
      {"<!subteam^S123|@analysts>", "@analysts"},
      {"<!date^1760000000^{date}|9 October>", "9 October"},
      // a disguised link keeps both
      {"<http://evil.com|bank.com>", "http://evil.com bank.com"},
      {"<http://evil.example/a?b=1&amp;c=2|evil.example>", "http://evil.example/a?b=1&c=2 evil.example"},
      // partly defanged, partly linked
      {"hxxp://<http://evil.com|evil.com>/x", "hxxp://evil.com/x"},
      // decoded once, also where decoding makes new entities or tokens
      {"&amp;lt;script&amp;gt;", "&lt;script&gt;"},
      {"&lt;http://evil.com|evil.com&gt;", "<http://evil.com|evil.com>"},
      {"&amp;amp;", "&amp;"},
      {"&quot; &#38; &", "&quot; &#38; &"},
      // unescaped command text: no known form, left as it is
      {"a < b > c", "a < b > c"},
      {"<script src=x>", "<script src=x>"},
      {"<b>bold</b>", "<b>bold</b>"},
      {"<<http://evil.com>>", "<http://evil.com>"},
      {"<http://evil.com", "<http://evil.com"},
      {"<http://evil\n.com>", "<http://evil\n.com>"},
      {"<@lower> <!unknown> <> <|x> <:x>", "<@lower> <!unknown> <> <|x> <:x>"},
      // odd characters
      {"a\xC2\xA0"
       "b\xE2\x80\xAF"
       "c",
       "a b c"},
      {"e\xE2\x80\x8Bv\xE2\x80\x8Ci\xE2\x80\x8Dl\xE2\x81\xA0.\xEF\xBB\xBF"
       "com",
       "evil.com"},
      {"a\xE2\x80\xA6"
       "b\xE2\x80\x94"
       "c",
       "a\xE2\x80\xA6"
       "b\xE2\x80\x94"
       "c"},
      {"\xFF\xFE"
       "x",
       "\xEF\xBF\xBD\xEF\xBF\xBDx"},
      {"", ""},
  };
  for (const auto& [incoming, meant] : table) {
    INFO(incoming);
    CHECK(normalise_text(incoming) == meant);
  }
}

TEST_CASE("normalise_search_term straightens quotes and trims", "[slack][text]") {
  CHECK(normalise_search_term("  \xE2\x80\x9C"
                              "evil corp\xE2\x80\x9D it\xE2\x80\x99s \n") == "\"evil corp\" it's");
  CHECK(normalise_search_term(" \t\n").empty());
}

TEST_CASE("mention_text drops the mention that a text begins with", "[slack][text]") {
  CHECK(mention_text("<@U0BOT> <http://evil.com|evil.com> ") == "evil.com");
  CHECK(mention_text(" <@U0BOT|trustar>   wannacry") == "wannacry");
  CHECK(mention_text("<@U0BOT>").empty());
  CHECK(mention_text("wannacry <@U0BOT>") == "wannacry");
  CHECK(mention_text("<@U0BOT wannacry") == "<@U0BOT wannacry");
}

TEST_CASE("normalise_text keeps plain text and never grows it much", "[slack][text]") {
  test::seeded_random random{11};
  for (int round = 0; round < 500; ++round) {
    std::string text(random_bits(random) % 64, '\0');
    random.fill(std::as_writable_bytes(std::span(text)));
    std::string out = normalise_text(text);
    CHECK(clean_text(out) == out);
    CHECK(out.size() <= 3 * text.size() + 3);
  }
  std::string plain = "Observed 192[.]0[.]2[.]1 and hxxps://evil[.]example/a?b=1#c at 12:00, 50% sure";
  CHECK(normalise_text(plain) == plain);
}

TEST_CASE("count_characters and cut_text count code points", "[slack][text]") {
  CHECK(count_characters("a\xC3\xA9\xE2\x98\xA0\xF0\x9F\x9A\x80") == 4);
  CHECK(count_characters("\xF0\x9F") == 2);
  CHECK(cut_text("a\xC3\xA9\xE2\x98\xA0\xF0\x9F\x9A\x80", 4) == "a\xC3\xA9\xE2\x98\xA0\xF0\x9F\x9A\x80");
  CHECK(cut_text("a\xC3\xA9\xE2\x98\xA0\xF0\x9F\x9A\x80", 3) == "a\xC3\xA9\xE2\x80\xA6");
  CHECK(cut_text("abc", 1) == "\xE2\x80\xA6");
  CHECK(cut_text("abc", 0).empty());
}

TEST_CASE("clean_text refuses overlong forms, surrogates and what lies beyond Unicode", "[slack][text]") {
  for (std::string bad :
       {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x80\x80\x80", "\x80"}) {
    std::string clean = clean_text(bad);
    CHECK(clean.size() == 3 * bad.size());
    CHECK(clean.starts_with("\xEF\xBF\xBD"));
  }
}
