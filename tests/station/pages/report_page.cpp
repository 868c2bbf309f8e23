/// What the pages show, and what they never do.
#include "core/bytes.hpp"
#include "protocol/trustar/requests.hpp"
#include "station/pages/html.hpp"
#include "station/pages/layout.hpp"
#include "station/pages/marked_body.hpp"
#include "station/pages/page_fixture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <regex>

using namespace isacbot;
using namespace isacbot::test;

namespace {

/// Text of a piece of HTML: tags off, entities read. Written here, so that it owes nothing to the writer.
std::string visible(const std::string& markup) {
  std::string text = std::regex_replace(markup, std::regex("<[^>]*>"), "");
  for (const auto& [entity, character] : std::vector<std::pair<std::string, std::string>>{
           {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
    text = std::regex_replace(text, std::regex(entity), character);
  return text;
}

std::string mark(const std::string& body) {
  return station::mark_body(body, station::find_observables(body, {}), {}).bytes();
}

} // namespace

TEST_CASE("data never becomes markup", "[station][pages]") {
  CHECK(station::html{}.text("<b>&\"'\x01\n").bytes() == "&lt;b&gt;&amp;&quot;&#39;\xEF\xBF\xBD\n");
  CHECK(station::html{}
            .text("a\xE2\x80\xAE"
                  "b\xE2\x81\xA9\xE2\x80\x93")
            .bytes() == "a\xEF\xBF\xBD"
                        "b\xEF\xBF\xBD\xE2\x80\x93"); // reordering marks go, a dash stays
  CHECK(station::html{}.text("\xE2\x80").bytes() == "\xE2\x80");
  seeded_random random(3);
  for (int i = 0; i < 300; ++i) {
    std::string bytes(random_bits(random) % 40, '\0');
    for (char& c : bytes)
      c = "<>&\"'ab/=\n\x01"[random_bits(random) % 11];
    std::string out = station::html{}.text(bytes).bytes();
    CHECK(out.find_first_of("<>\"'") == std::string::npos);
    CHECK(visible(out) == std::regex_replace(bytes, std::regex("\x01"), "\xEF\xBF\xBD"));
  }
}

TEST_CASE("the values of a body are marked, defanged and linked; the rest stays as it was",
          "[station][pages]") {
  CHECK(mark("see 8.8.4.4 now") ==
        "see <mark title=\"IP\"><a "
        "href=\"/constellation/reports/SVAlN0M4LjguNC40\"><bdi>8.8.4[.]4</bdi></a></mark> now");
  CHECK(to_base64("IP%7C8.8.4.4") == "SVAlN0M4LjguNC40");
  CHECK(visible(mark("a.evil-example.net, A.EVIL-example.net and a[.]evil-example[.]net")) ==
        "a.evil-example[.]net, a.evil-example[.]net and a.evil-example[.]net");
  CHECK(visible(mark("line one\nhttp://evil-example.net/x?a=<b>\n\nend")) ==
        "line one\nhxxp://evil-example[.]net/x?a=<b>\n\nend");
  CHECK(mark("1.2.3 words <script>alert('x')</script>") ==
        "1.2.3 words &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  CHECK(mark("").empty());
  CHECK(visible(mark("10.0.0.1 8.8.4.4 x8.8.4.41")).find("10.0.0.1 8.8.4[.]4") ==
        0); // special ones are no values
  // Longer values win over what stands in them.
  CHECK(mark("https://c2.evil-example.net/gate c2.evil-example.net")
            .find("hxxps://c2.evil-example[.]net/gate") != std::string::npos);
}

TEST_CASE("marking keeps every text that is no value, whatever the body", "[station][pages][property]") {
  const std::vector<std::string> pieces{"8.8.4.4",
                                        "8[.]8.4.4",
                                        "evil-example.net",
                                        "hxxp://evil-example[.]net/x",
                                        "CVE-2031-4455",
                                        "bad@mail-example.net",
                                        " ",
                                        "\n",
                                        ", ",
                                        "word",
                                        "<b>",
                                        "\"",
                                        "&amp;",
                                        "(",
                                        ")",
                                        "\xC3\xBC",
                                        "Emotet",
                                        "x.exe"};
  seeded_random random(11);
  for (int i = 0; i < 300; ++i) {
    std::string body;
    for (std::size_t n = random_bits(random) % 12; n > 0; --n)
      body += pieces[random_bits(random) % pieces.size()];
    std::string out = mark(body);
    CAPTURE(body, out);
    // Undone, the marks give values that the extractor reads as the same set.
    auto found = station::find_observables(body, {});
    auto again = station::find_observables(visible(out), {});
    auto sorted = [](std::vector<station::report_observable> all) {
      std::vector<std::string> values;
      for (const auto& x : all)
        values.push_back(x.type + x.value);
      std::sort(values.begin(), values.end());
      return values;
    };
    CHECK(sorted(found) == sorted(again));
    CHECK(out.find("<b>") == std::string::npos);
  }
}

TEST_CASE("the report page shows everything about a report that its reader may see", "[station][pages]") {
  page_fixture f;
  bj::object what = f.draft(f.own, "Wave <1>",
                            "Beacon to 8.8.4.4 and hxxp://evil-example[.]net/x\n<script>alert(1)</script>");
  what["externalTrackingId"] = "case-\"7\"";
  what["externalUrl"] = "https://t.example.com/?a=1&b=2";
  what["timeBegan"] = 1677193314000;
  auto id = f.create(f.alice, what);
  f.call(f.alice, "POST", "/reports/" + id + "/alter-tags", R"({"addedTags": [{"name": "c2 & more"}]})");
  auto other = f.create(f.alice, f.draft(f.shared, "Related", "8.8.4.4"));
  auto hidden = f.create(f.eve, f.draft(f.foreign, "Secret elsewhere", "8.8.4.4"));
  f.create(f.alice, f.draft(f.own, "Unrelated", "8.8.4.5"));
  f.log_in(f.alice);
  auto page = f.get(station::report_path(id));
  CHECK(page.status == 200);
  CHECK(page.headers.find("Content-Type") == "text/html;charset=UTF-8");
  CHECK(page.headers.find("Content-Security-Policy") ==
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
  CHECK(page.headers.find("X-Content-Type-Options") == "nosniff");
  CHECK(page.headers.find("Cache-Control") == "no-store");
  CHECK(page.headers.count("Trace-Id") == 1);
  for (const char* piece :
       {"Wave &lt;1&gt;", "<dd>Example Corp</dd>", "c2 &amp; more", "2023-02-23 23:01:54 UTC",
        "2023-11-14 22:13:20 UTC", "case-&quot;7&quot;",
        "rel=\"noopener noreferrer\" href=\"https://t.example.com/?a=1&amp;b=2\"", "8.8.4[.]4",
        "hxxp://evil-example[.]net/x", "&lt;script&gt;", "Related", "Example ISAC"})
    CHECK(f.shows(page, piece));
  CHECK(f.shows(page, "href=\"" + station::report_path(other) + "\""));
  for (const std::string& piece : {std::string("<script"), std::string("Secret elsewhere"), hidden,
                                   std::string("Unrelated"), std::string("http://evil")}) {
    CAPTURE(piece);
    CHECK_FALSE(f.shows(page, piece));
  }
  // A whitelisted value says nothing about what belongs together.
  f.call(f.alice, "POST", "/whitelist", R"(["8.8.4.4"])");
  CHECK_FALSE(f.shows(f.get(station::report_path(id)), "Related"));
}

TEST_CASE("an address that is no link is not made one", "[station][pages]") {
  page_fixture f;
  bj::object what = f.draft(f.own, "Wave", "8.8.4.4");
  what["externalUrl"] = "javascript:alert(1)";
  auto id = f.create(f.alice, what);
  f.log_in(f.alice);
  auto page = f.get(station::report_path(id));
  CHECK(f.shows(page, "javascript:alert(1)"));
  CHECK_FALSE(f.shows(page, "href=\"javascript"));
}

TEST_CASE("the indicator page answers the deep link of other clients", "[station][pages]") {
  page_fixture f;
  f.create(f.alice, f.draft(f.own, "Wave 1", "http://evil-example.net/a/b??x"));
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"evil-example.net"}));
  f.log_in(f.alice);
  auto url = f.get(trustar::indicator_link("", "URL", "http://evil-example.net/a/b??x"));
  CHECK(url.status == 200);
  CHECK(f.shows(url, "hxxp://evil-example[.]net/a/b??x"));
  CHECK(f.shows(url, "Wave 1"));
  auto host = f.get(trustar::indicator_link("", "URL", "evil-example.net"));
  CHECK(f.shows(host, "evil-example[.]net"));
  CHECK(f.shows(host, "Example ISAC"));
  CHECK(f.shows(host, "<dt>Sightings</dt><dd>2</dd>"));
  f.cookie.clear();
  f.log_in(f.bob); // sees the submission, not the report
  host = f.get(trustar::indicator_link("", "URL", "evil-example.net"));
  CHECK(f.shows(host, "<dt>Sightings</dt><dd>1</dd>"));
  CHECK_FALSE(f.shows(host, "Wave 1"));
  CHECK(f.get(trustar::indicator_link("", "URL", "http://evil-example.net/a/b??x")).status == 404);
  for (const char* path :
       {"/constellation/reports/", "/constellation/reports/!!", "/constellation/reports/%zz",
        "/constellation/reports/YWJj", "/constellation/other", "/constellation"}) {
    CAPTURE(path);
    auto page = f.get(path);
    CHECK((page.status == 404 || page.status == 400));
  }
}

TEST_CASE("a stranger's pages tell nothing, not even that there is something", "[station][pages]") {
  page_fixture f;
  auto id =
      f.create(f.alice, f.draft(f.own, "verysecretmarker", "http://verysecretmarker.example.net/x 8.8.4.4"));
  f.create(f.eve, f.draft(f.foreign, "Own", "8.8.4.4"));
  for (const auto* stranger : {&f.bob, &f.eve}) {
    f.cookie.clear();
    f.log_in(*stranger);
    auto unknown = f.get(station::report_path("00000000-0000-4000-8000-000000000000"));
    CHECK(unknown.status == 404);
    for (const std::string& path :
         {station::report_path(id), station::indicator_path("URL", "verysecretmarker.example.net"),
          station::indicator_path("URL", "http://verysecretmarker.example.net/x")}) {
      auto page = f.get(path);
      CHECK(page.status == 404);
      CHECK(page.body == unknown.body);
    }
    auto known = f.get(station::indicator_path("IP", "8.8.4.4"));
    CHECK(known.status == (stranger == &f.eve ? 200U : 404U));
    CHECK_FALSE(f.shows(known, "verysecretmarker"));
    CHECK_FALSE(f.shows(known, "Example Corp"));
  }
  f.people.grant(f.bob.key, f.own, station::access::view).value(); // counts at once
  f.cookie.clear();
  f.log_in(f.bob);
  CHECK(f.get(station::report_path(id)).status == 200);
  f.people.revoke(f.bob.key, f.own).value();
  CHECK(f.get(station::report_path(id)).status == 404);
}

TEST_CASE("the search page finds what the API would find", "[station][pages]") {
  page_fixture f;
  f.create(f.alice, f.draft(f.own, "Phishing wave", "hxxp://evil-example[.]net/x"));
  f.call(f.alice, "POST", "/indicators", station_fixture::submission(f.shared, {"evil-example.net"}));
  f.time.advance(std::chrono::days(200));
  f.log_in(f.alice);
  auto start = f.get("/");
  CHECK(start.status == 200);
  CHECK(f.shows(start, "type=\"search\""));
  CHECK_FALSE(f.shows(start, "Indicators"));
  auto found = f.get("/?q=+EVIL-example%5B.%5Dnet+");
  CHECK(f.shows(found, "hxxp://evil-example[.]net/x"));
  CHECK(f.shows(found, "<bdi>evil-example[.]net</bdi>"));
  CHECK(f.shows(found, "Phishing wave"));
  CHECK(f.shows(f.get("/?q=ab"), "at least 3 characters"));
  auto odd = f.get("/?q=%22%3E%3Cscript%3E");
  CHECK(f.shows(odd, "value=\"&quot;&gt;&lt;script&gt;\""));
  CHECK_FALSE(f.shows(odd, "<script"));
  f.cookie.clear();
  CHECK_FALSE(f.shows(f.get("/?q=evil-example.net"), "evil-example[.]net"));
  f.log_in(f.bob);
  found = f.get("/?q=evil-example.net");
  CHECK(f.shows(found, "<bdi>evil-example[.]net</bdi>"));
  CHECK_FALSE(f.shows(found, "hxxp://"));
  CHECK_FALSE(f.shows(found, "Phishing wave"));
}

TEST_CASE("the account page shows what one may do, never the secret", "[station][pages]") {
  page_fixture f;
  auto settings = unlimited();
  settings.calls_per_minute = 60;
  settings.calls_per_day = 300;
  f.restart(settings);
  f.call(f.alice, "GET", "/ping");
  f.log_in(f.alice);
  auto page = f.get("/account");
  for (const std::string& piece :
       {f.alice.key, std::string("Example Corp"), std::string("read, submit, change"),
        std::string("1 of 300 used"), std::string("<dd>60</dd>"), f.own}) {
    CAPTURE(piece);
    CHECK(f.shows(page, piece));
  }
  CHECK_FALSE(f.shows(page, f.alice.secret.reveal()));
  CHECK_FALSE(f.shows(page, f.foreign));
  CHECK_FALSE(f.shows(page, f.bob.key));
}
