/// What has to hold for every value, not only for the labelled ones. Seeded; a failure prints its text.
#include "observables/observables.hpp"

#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace isacbot::observables;

namespace {

class value_maker {
 public:
  explicit value_maker(std::uint64_t seed) : random_(seed) {}

  std::size_t pick(std::size_t n) { return isacbot::random_bits(random_) % n; }

  std::string letters(std::size_t n) {
    std::string out;
    while (out.size() < n)
      out += "abcdefghijklmnopqrstuvwxyz"[pick(26)];
    return out;
  }
  std::string hex(std::size_t n) {
    std::string out = "1a"; // not one digit repeated
    while (out.size() < n)
      out += "0123456789abcdef"[pick(16)];
    return out;
  }
  std::string host() {
    static constexpr const char* tails[] = {"com", "net", "org", "info", "co.uk", "xyz", "ru"};
    return letters(4 + pick(8)) + "-" + letters(3) + "." + (pick(2) == 0 ? letters(5) + "." : "") +
           tails[pick(7)];
  }
  std::string address() {
    std::string out = std::to_string(20 + pick(200));
    for (int i = 0; i < 3; ++i)
      out += "." + std::to_string(1 + pick(250));
    return out;
  }
  std::pair<type, std::string> value() {
    switch (pick(10)) {
    case 0:
      return {type::ip, address()};
    case 1:
      return {type::url, (pick(2) == 0 ? "http://" : "https://") + host() + "/" + letters(4) + "/" +
                             letters(5) + ".php?id=" + hex(5)};
    case 2:
      return {type::email_address, letters(5) + "." + letters(4) + "@" + host()};
    case 3:
      return {type::md5, hex(32)};
    case 4:
      return {type::sha1, hex(40)};
    case 5:
      return {type::sha256, hex(64)};
    case 6:
      return {type::cve, "CVE-2031-" + std::to_string(1000 + pick(90000))};
    case 7:
      return {type::registry_key, "HKLM\\Software\\" + letters(6) + "\\" + letters(4)};
    case 8:
      return {type::url, "ftp://" + address() + ":2121/" + letters(4)};
    default:
      return {type::domain, host()};
    }
  }

 private:
  isacbot::test::seeded_random random_;
};

using value_set = std::set<std::pair<type, std::string>>;

value_set set_of(const std::vector<observable>& found) {
  value_set out;
  for (const observable& x : found)
    out.emplace(x.kind, x.value);
  return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// How the parts of a value are written; empty: as they are.
struct form {
  const char* dot;
  const char* at;
  const char* separator; ///< for `://`
  const char* scheme;    ///< for `http`
};

constexpr form forms[] = {
    {"[.]", "[@]", "", ""},          {"(.)", "(@)", "[:]//", ""},
    {"{.}", "{@}", "", "hxxp"},      {"[dot]", "[at]", "[://]", "hXXp"},
    {"(dot)", "(at)", "", "HXXP"},   {"{DOT}", "{at}", "(://)", ""},
    {"[.", "[@", "", "hxtp"},        {".]", "@]", "[:]//", "htxp"},
    {"[.)", "(at)", "", "h**p"},     {"[[.]]", "[@]", ":[//]", ""},
    {"[ . ]", "[ at ]", "", "hxxp"}, {" [.] ", " [at] ", "", "hxxp"},
    {"\\.", "@", "", "hxxp"},        {"^.", "@", "", "hxxp"},
    {"[]", "@", "", "h__p"},         {"(punto)", "(arroba)", "", "meow"},
    {"[punkt]", "[et]", "", ""},     {"．", "＠", "", ""},
    {"。", "@", "", "hxxp"},         {"․", " @ ", "", "h[tt]p"},
    {".", "@", ":\\\\", "hxxp"},     {".", "@", "://", "[http]"},
    {"[.]", "@", " ://", "hxxp"},    {"[.]", "@", ":// ", "hxxp"},
    {"[.]", "@ ", ":///", "hxxp"},   {"[point]", "@", "[:][/][/]", "hxxp"},
};

/// Only the host is defanged: in a path most forms mean something else.
std::string dress(type kind, std::string value, const form& f) {
  if (kind != type::ip && kind != type::domain && kind != type::url && kind != type::email_address)
    return value;
  std::string tail;
  std::string head;
  if (kind == type::url) {
    const std::size_t authority = value.find("://") + 3;
    const std::size_t path = value.find('/', authority);
    tail = value.substr(path);
    head = value.substr(0, authority);
    value = value.substr(authority, path - authority);
    if (*f.scheme != '\0' && head.starts_with("http"))
      head = f.scheme + head.substr(4);
    if (*f.separator != '\0')
      replace_all(head, "://", f.separator);
  }
  replace_all(value, ".", "\x01");
  replace_all(value, "@", f.at);
  const std::size_t local = kind == type::email_address ? value.find(f.at) : 0;
  std::string before = value.substr(0, local);
  std::string host = value.substr(local);
  replace_all(before, "\x01", ".");
  replace_all(host, "\x01", f.dot);
  return head + before + host + tail;
}

constexpr std::pair<const char*, const char*> surroundings[] = {
    {"", ""},   {"see ", " now"}, {"(", ")"},   {"\"", "\""}, {"'", "'"},    {"`", "`"},
    {"<", ">"}, {"*", "*"},       {"- ", "\n"}, {"| ", " |"}, {"C2: ", "."}, {"x, ", ", y"},
    {"“", "”"}, {"{", "}"},       {"", "!"},    {"", "\r\n"},
};

std::string text_of(value_maker& make, std::size_t values) {
  static constexpr const char* words[] = {"the sample contacts ", "then ", "\n",
                                          "was seen with ",       "(",     "block: "};
  std::string out;
  for (std::size_t i = 0; i < values; ++i) {
    const auto [kind, value] = make.value();
    out += words[make.pick(6)] + dress(kind, value, forms[make.pick(5)]) + (make.pick(2) == 0 ? " " : "\n");
  }
  return out;
}

} // namespace

TEST_CASE("every form of every value reads back, alone, in every surrounding", "[observables][property]") {
  value_maker make(11);
  for (const form& f : forms)
    for (const auto& [before, after] : surroundings)
      for (int round = 0; round < 12; ++round) {
        const auto [kind, value] = make.value();
        const std::string text = before + dress(kind, value, f) + after;
        const std::vector<observable> found = extract(text);
        INFO(text << " should be " << value << (found.empty() ? "" : ", is " + found[0].value));
        REQUIRE(found.size() == 1);
        CHECK(found[0].kind == kind);
        CHECK(found[0].value == value);
        CHECK(text.substr(found[0].offset, found[0].raw.size()) == found[0].raw);
      }
}

TEST_CASE("what defang writes reads back as the same value", "[observables][property]") {
  value_maker make(12);
  for (int round = 0; round < 2000; ++round) {
    const auto [kind, value] = make.value();
    const std::vector<observable> found = extract(defang(kind, value));
    INFO(defang(kind, value));
    REQUIRE(found.size() == 1);
    CHECK(found[0].kind == kind);
    CHECK(found[0].value == value);
  }
}

TEST_CASE("extracting normal values again changes nothing", "[observables][property]") {
  value_maker make(13);
  for (int round = 0; round < 200; ++round) {
    const value_set first = set_of(extract(text_of(make, 12)));
    std::string list;
    for (const auto& [kind, value] : first)
      list += value + "\n";
    INFO(list);
    CHECK(set_of(extract(list)) == first);
  }
}

TEST_CASE("cutting the input at any byte changes nothing", "[observables][property]") {
  value_maker make(14);
  const std::string text =
      text_of(make, 10) + "{\"a\":\"http:\\/\\/x.example.com\\u002fb\"} <http://y.example.com|y.example.com> "
                          "\xD0\xBF\xD1\x80.\xD1\x80\xD1\x84";
  const std::vector<observable> whole = extract(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    scanner s;
    s.feed(std::string_view(text).substr(0, cut));
    s.feed(std::string_view(text).substr(cut));
    s.finish();
    INFO("cut at " << cut);
    REQUIRE(s.size() == whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      CHECK(s[i].value == whole[i].value);
      CHECK(s[i].offset == whole[i].offset);
      CHECK(s[i].count == whole[i].count);
    }
  }
}

TEST_CASE("values across the borders of windows are found, however the text is fed",
          "[observables][property]") {
  value_maker make(15);
  std::string text;
  value_set wanted;
  while (text.size() < 1'200'000) {
    const auto [kind, value] = make.value();
    wanted.emplace(kind, value);
    text += value + (make.pick(50) == 0 ? "\n" : " ");
  }
  CHECK(set_of(extract(text)) == wanted);
  for (const std::size_t size : {std::size_t{1000}, std::size_t{65536}, std::size_t{300'001}}) {
    scanner s;
    for (std::size_t p = 0; p < text.size(); p += size)
      s.feed(std::string_view(text).substr(p, size));
    s.finish();
    CHECK(s.size() == wanted.size());
  }
}

TEST_CASE("texts joined by a line end hold the union", "[observables][property]") {
  value_maker make(16);
  for (int round = 0; round < 200; ++round) {
    const std::string a = text_of(make, 6);
    const std::string b = text_of(make, 6);
    value_set both = set_of(extract(a));
    both.merge(set_of(extract(b)));
    INFO(a << "---\n" << b);
    CHECK(set_of(extract(a + "\n" + b)) == both);
  }
}

TEST_CASE("JSON, Slack and line-end dress change nothing", "[observables][property]") {
  value_maker make(17);
  for (int round = 0; round < 200; ++round) {
    const std::string text = text_of(make, 8);
    const value_set plain = set_of(extract(text));
    std::string json = text;
    replace_all(json, "\\", "\\\\");
    replace_all(json, "\"", "\\\"");
    replace_all(json, "\n", "\\n");
    replace_all(json, "/", "\\/");
    std::string slack = text;
    replace_all(slack, "&", "&amp;");
    replace_all(slack, "<", "&lt;");
    replace_all(slack, ">", "&gt;");
    std::string lines = text;
    replace_all(lines, "\n", "\r\n");
    INFO(text);
    options as_json;
    as_json.dress = dialect::json;
    options as_slack;
    as_slack.dress = dialect::slack;
    CHECK(set_of(extract(json, as_json)) == plain);
    CHECK(set_of(extract("{\"text\": \"" + json + "\"}")) == plain);
    CHECK(set_of(extract(slack, as_slack)) == plain);
    CHECK(set_of(extract(slack)) == plain);
    CHECK(set_of(extract(lines)) == plain);
  }
}

TEST_CASE("broken bytes between values lose nothing", "[observables][property]") {
  value_maker make(18);
  static constexpr const char* broken[] = {"\xFF", "\xC3", "\xE2\x80", "\xF0\x9F", "\x80", "\xED\xA0\x80"};
  for (int round = 0; round < 300; ++round) {
    const auto [kind, value] = make.value();
    const auto [other_kind, other] = make.value();
    const std::string text =
        broken[make.pick(6)] + value + broken[make.pick(6)] + other + broken[make.pick(6)];
    INFO(text);
    CHECK(set_of(extract(text)) == value_set{{kind, value}, {other_kind, other}});
  }
}
