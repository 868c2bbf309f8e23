/// Options, flags, offsets and limits of the public face.
#include "observables/observables.hpp"

#include "observables/malware_names.hpp"
#include "observables/tld_list.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace isacbot::observables;

TEST_CASE("type names read back", "[observables]") {
  for (std::size_t i = 0; i < type_count; ++i) {
    const auto kind = static_cast<type>(i);
    CHECK(parse_type(to_string(kind)) == kind);
  }
  CHECK(parse_type("ip") == std::nullopt);
  CHECK(parse_type("") == std::nullopt);
}

TEST_CASE("a value is kept once, with its first place and its sightings", "[observables]") {
  const auto found = extract("x EVIL.example.com, evil[.]example[.]com and evil.example.com");
  REQUIRE(found.size() == 1);
  CHECK(found[0].value == "evil.example.com");
  CHECK(found[0].raw == "EVIL.example.com");
  CHECK(found[0].offset == 2);
  CHECK(found[0].count == 3);
  CHECK(found[0].flags.defanged);
}

TEST_CASE("file names and registry keys are compared without case and shown as first written",
          "[observables]") {
  const auto found = extract("Evil.EXE evil.exe HKLM\\Software\\Sham HKLM\\SOFTWARE\\sham");
  REQUIRE(found.size() == 2);
  CHECK(found[0].value == "Evil.EXE");
  CHECK(found[0].count == 2);
  CHECK(found[1].value == "HKLM\\Software\\Sham");
  CHECK(found[1].count == 2);
}

TEST_CASE("offsets count bytes of the input through every dress", "[observables]") {
  for (std::string_view text :
       {"\xE2\x80\x9C"
        "bad.example.com\xE2\x80\x9D",
        "{\"a\":\"\\n\\u0020bad.example.com\"}", "<http://bad.example.com|bad.example.com>",
        "&lt;bad.example.com&gt;", "\xEF\xBB\xBF bad[.]example.com"}) {
    const auto found = extract(text);
    INFO(text);
    REQUIRE(found.size() == 1);
    CHECK(found[0].value == "bad.example.com");
    CHECK(text.substr(found[0].offset, found[0].raw.size()) == found[0].raw);
  }
  const auto typed = extract("<http://bad.example.com|bad.example.com>");
  CHECK(typed[0].offset == 24); // the label: what was typed
}

TEST_CASE("only the types asked for come", "[observables]") {
  options opts;
  opts.types = {type::ip};
  const auto found = extract("203.0.113.1 evil.example.com d3b07384d113edec49eaa6238ad5ff00", opts);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == type::ip);
}

TEST_CASE("special addresses are marked, and left out when asked", "[observables]") {
  const auto found = extract("10.1.2.3 9.9.9.9 fe80::1 2620:fe::fe 192.168.0.0/16");
  REQUIRE(found.size() == 5);
  CHECK(found[0].flags.special);
  CHECK_FALSE(found[1].flags.special);
  CHECK(found[2].flags.special);
  CHECK_FALSE(found[3].flags.special);
  CHECK(found[4].flags.special);
  options opts;
  opts.special_addresses = false;
  CHECK(extract("10.1.2.3 9.9.9.9 127.0.0.1 0.0.0.0 ::1", opts).size() == 1);
}

TEST_CASE("each special range is known at both ends, and its neighbours are not", "[observables]") {
  struct row {
    const char* value;
    bool special;
  };
  const row rows[] = {{"0.255.255.255", true},
                      {"1.0.0.0", false},
                      {"9.255.255.255", false},
                      {"10.255.255.255", true},
                      {"11.0.0.0", false},
                      {"100.64.0.0", true},
                      {"100.128.0.0", false},
                      {"126.255.255.255", false},
                      {"127.255.255.255", true},
                      {"169.254.0.0", true},
                      {"169.255.0.0", false},
                      {"172.15.255.255", false},
                      {"172.31.255.255", true},
                      {"172.32.0.0", false},
                      {"192.0.2.255", true},
                      {"192.0.3.0", false},
                      {"192.168.255.255", true},
                      {"192.169.0.0", false},
                      {"198.19.255.255", true},
                      {"198.20.0.0", false},
                      {"203.0.113.0", true},
                      {"223.255.255.255", false},
                      {"224.0.0.0", true},
                      {"255.255.255.255", true},
                      {"::", true},
                      {"::1", true},
                      {"::2", false},
                      {"::ffff:10.0.0.1", true},
                      {"::ffff:9.9.9.9", false},
                      {"fc00::", true},
                      {"fdff::1", true},
                      {"fe00::", false},
                      {"fe80::1", true},
                      {"ff02::1", true},
                      {"2001:db8::", true},
                      {"2001:db9::", false}};
  for (const row& r : rows) {
    INFO(r.value);
    CHECK(is_special(type::ip, r.value) == r.special);
  }
  CHECK_FALSE(is_special(type::domain, "10.0.0.1"));
  CHECK_FALSE(is_special(type::ip, "not an address"));
}

TEST_CASE("hosts of URLs and addresses come derived when asked", "[observables]") {
  options opts;
  opts.derived_hosts = true;
  auto found = extract("http://evil.example.com/x and bad@mail.example.com and http://203.0.113.1/", opts);
  REQUIRE(found.size() == 6);
  CHECK(found[1].value == "evil.example.com");
  CHECK(found[1].flags.derived);
  CHECK(found[3].value == "mail.example.com");
  CHECK(found[5].kind == type::ip);
  found = extract("http://evil.example.com/x evil.example.com", opts);
  REQUIRE(found.size() == 2);
  CHECK_FALSE(found[1].flags.derived); // seen on its own, too
}

TEST_CASE("vendor links are references, their hashes are not", "[observables]") {
  const auto found = extract("https://www.virustotal.com/gui/file/d3b07384d113edec49eaa6238ad5ff00 "
                             "http://www.w3.org/2001/XMLSchema http://evil.example.com/a");
  REQUIRE(found.size() == 4);
  CHECK(found[0].flags.reference);
  CHECK(found[1].kind == type::md5);
  CHECK_FALSE(found[1].flags.reference);
  CHECK(found[2].flags.reference);
  CHECK_FALSE(found[3].flags.reference);
  options opts;
  opts.references = false;
  CHECK(extract("http://www.w3.org/2001/XMLSchema", opts).empty());
}

TEST_CASE("noise hashes come only when asked", "[observables]") {
  CHECK(extract("d41d8cd98f00b204e9800998ecf8427e").empty());
  options opts;
  opts.noise_hashes = true;
  CHECK(extract("d41d8cd98f00b204e9800998ecf8427e", opts).size() == 1);
}

TEST_CASE("loose forms are for short texts, unless told otherwise", "[observables]") {
  const std::string spelled = "evil dot example dot com";
  CHECK(extract(spelled).size() == 1);
  CHECK(extract(spelled + std::string(3000, '\n')).empty());
  options opts;
  opts.loose = loose_forms::off;
  CHECK(extract(spelled, opts).empty());
  opts.loose = loose_forms::on;
  CHECK(extract(spelled + std::string(3000, '\n'), opts).size() == 1);
}

TEST_CASE("a list of top-level domains replaces the built-in one", "[observables]") {
  const auto list = tld_list::parse("# ours\nsham\n  .Corp\r\nрф\n");
  REQUIRE(list.has_value());
  options opts;
  opts.tlds = *list;
  const auto found = extract("a.sham b.corp c.com d.xn--p1ai e.onion", opts);
  REQUIRE(found.size() == 4);
  CHECK(found[3].value == "e.onion");
  CHECK(tld_list::parse("a.b\n").error().code == isacbot::ec::malformed);
  CHECK(tld_list::parse("# nothing\n").error().code == isacbot::ec::invalid_argument);
  CHECK(is_builtin_tld("com"));
  CHECK_FALSE(is_builtin_tld("exe"));
}

TEST_CASE("further malware names come from a list or an event", "[observables]") {
  options opts;
  opts.malware = malware_names::make({"Sham Loader", "Zorptastic"});
  auto found = extract("shamloader, sham-loader and ZORPTASTIC; Zorptastically", opts);
  REQUIRE(found.size() == 2);
  CHECK(found[0].value == "Sham Loader");
  CHECK(found[0].count == 2);
  CHECK(found[1].value == "Zorptastic");
  opts.malware = malware_names::parse("# list\nGrumbler|Grumble Bot\n!Walk\n");
  found = extract("grumble_bot; a walk; Walk ransomware", opts);
  REQUIRE(found.size() == 2);
  CHECK(found[0].value == "Grumbler");
  CHECK(found[1].value == "Walk");
}

TEST_CASE("parse_value takes one value and nothing else", "[observables]") {
  const auto whole = parse_value("  hxxp://evil[.]example.com/x \r\n");
  REQUIRE(whole.has_value());
  CHECK(whole->value == "http://evil.example.com/x");
  CHECK(whole->offset == 2);
  CHECK(parse_value("\"203.0.113.1\",").has_value());
  CHECK(parse_value("<http://evil.example.com|evil.example.com>")->kind == type::domain);
  CHECK(parse_value("203.0.113.1 203.0.113.2") == std::nullopt);
  CHECK(parse_value("203.0.113.1 203.0.113.1") == std::nullopt);
  CHECK(parse_value("see 203.0.113.1") == std::nullopt);
  CHECK(parse_value("203.0.113.1:80x") == std::nullopt);
  CHECK(parse_value("hello") == std::nullopt);
  CHECK(parse_value("") == std::nullopt);
}

TEST_CASE("parse_value lets the whole count, not what lies inside of it", "[observables]") {
  const std::string hash = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
  const std::string vendor = "https://www.virustotal.com/file/" + hash + "/analysis/1481528849/";
  REQUIRE(extract(vendor).size() == 2); // link and hash
  const auto link = parse_value(" <" + vendor + ">\n");
  REQUIRE(link.has_value());
  CHECK(link->kind == type::url);
  CHECK(link->value == vendor);
  CHECK(link->flags.reference);
  CHECK(link->offset == 2);
  CHECK(link->count == 1);

  const auto other = parse_value("hxxps://evil[.]example[.]com/" + hash + "/a.exe");
  REQUIRE(other.has_value());
  CHECK(other->value == "https://evil.example.com/" + hash + "/a.exe");
  CHECK_FALSE(other->flags.reference);

  for (const char* outer : {"https://evil.example.com/go?u=", "https://evil.example.com/go/",
                            "https://www.virustotal.com/ui/search?query="}) {
    const std::string nested = std::string(outer) + "http://other.example.net/" + hash;
    INFO(nested);
    const auto found = parse_value(nested);
    REQUIRE(found.has_value());
    CHECK(found->value == nested);
  }

  const auto file = parse_value(hash + ".exe"); // the name of a sample: its hash comes beside it
  REQUIRE(file.has_value());
  CHECK(file->kind == type::software);

  CHECK(parse_value(vendor + " " + hash) == std::nullopt);
  CHECK(parse_value(hash + " " + vendor) == std::nullopt);
  CHECK(parse_value(vendor + " " + vendor) == std::nullopt);
  CHECK(parse_value("https://evil.example.com/a,http://other.example.net/b") == std::nullopt);
  options hashes;
  hashes.types = {type::sha256};
  CHECK(parse_value(vendor, hashes) == std::nullopt); // the link is no hash
  options indicators;
  indicators.references = false;
  CHECK(parse_value(vendor, indicators) == std::nullopt);
}

TEST_CASE("a name alone on a line is the same to parse_value and extract", "[observables]") {
  for (const char* name : {"install.sh", "update.py", "evil.zip", "run.pl", "core.so", "notes.md", "data.map",
                           "x.app", "Terminal.app", "main.java", "acme.ai", "command.com", "com.py",
                           "evil.exe", "install.sh.txt", "System.Net", "node.js"}) {
    INFO(name);
    const auto alone = parse_value(name);
    const auto found = extract(std::string("- ") + name + "\n");
    REQUIRE(alone.has_value() == !found.empty());
    if (alone) {
      CHECK(alone->kind == found[0].kind);
      CHECK(alone->value == found[0].value);
    }
  }
  // Neighbours are evidence that a value alone does not have.
  CHECK(parse_value("install.sh")->kind == type::domain);
  CHECK(extract("dropper.exe\ninstall.sh\n")[1].kind == type::software);
  CHECK(parse_value("update.py")->kind == type::software);
  CHECK(extract("evil-host.com\nupdate.py\n")[1].kind == type::domain);
}

TEST_CASE("a scanner reads several texts and shares what was found", "[observables]") {
  scanner s;
  s.feed("203.0.113.1");
  s.finish();
  s.feed("203.0.113.1 203.0.113.2");
  s.finish();
  REQUIRE(s.size() == 2);
  CHECK(s[0].count == 2);
  CHECK(s[1].offset == 12);
}

TEST_CASE("a dialect is left alone when told so", "[observables]") {
  options opts;
  opts.dress = dialect::plain;
  CHECK(extract("bad&#46;example", opts).empty());
  opts.dress = dialect::slack;
  CHECK(extract("bad&#46;com", opts).empty()); // Slack escapes three characters only
  opts.dress = dialect::markup;
  CHECK(extract("bad&#46;com", opts).size() == 1);
}
