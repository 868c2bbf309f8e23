/// Bodies written by hand: what a reader of a report sees.
#include "domain/misp/report_mapper.hpp"

#include "protocol/misp/answers.hpp"
#include "support/print_result.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

constexpr const char* event_text = R"({"Event": {"id": "1234", "uuid": "5A3C2FCD-8328-42BB-A95E-4F4402DE0B81",
  "info": "Lantern Moth:\r\n  second  wave", "date": "2031-03-05", "timestamp": "1930000000",
  "publish_timestamp": "1930009999", "published": true, "threat_level_id": "3", "analysis": "2", "distribution": "3",
  "Orgc": {"name": "Example CERT"},
  "Tag": [{"name": "tlp:white"}, {"name": "osint:source-type=\"blog-post\""}, {"name": "private", "local": 1}],
  "Galaxy": [{"name": "Tool", "GalaxyCluster": [{"value": "X-Lamp"}, {"value": "Glimmer"}]},
             {"name": "Attack Pattern", "GalaxyCluster": [
               {"value": "Phishing - T1566", "meta": {"external_id": ["T1566"]}},
               {"value": "Odd", "meta": {"external_id": "X1"}}]}],
  "Attribute": [
    {"uuid": "00000000-0000-4000-8000-000000000001", "type": "ip-dst", "category": "Network activity", "value": "203.0.113.7",
     "to_ids": false},
    {"uuid": "00000000-0000-4000-8000-000000000002", "type": "domain", "category": "Network activity",
     "value": "example.net", "to_ids": true, "first_seen": "2031-02-01T00:00:00.000000+00:00",
     "last_seen": "2031-02-03T04:05:06.000000+00:00", "comment": "C2,\n second stage",
     "Tag": [{"name": "tlp:green"}, {"name": "kill-chain:C2"}]},
    {"uuid": "00000000-0000-4000-8000-000000000003", "type": "filename|sha256", "category": "Payload delivery",
     "value": "odd|name.exe|aa11", "to_ids": true, "comment": "loader"},
    {"uuid": "00000000-0000-4000-8000-000000000004", "type": "regkey|value", "category": "Persistence mechanism",
     "value": "HKLM\\Software\\Run\\x|C:\\a.exe|-s", "to_ids": true},
    {"uuid": "00000000-0000-4000-8000-000000000005", "type": "domain|ip", "category": "Network activity",
     "value": "v6.example.net|2001:db8::1", "to_ids": true},
    {"uuid": "00000000-0000-4000-8000-000000000006", "type": "comment", "category": "Other",
     "value": "one\r\ntwo\tthree\u0000\u0007\n", "to_ids": false}],
  "Object": [
    {"uuid": "00000000-0000-4000-8000-000000000020", "name": "file", "meta-category": "payload delivery",
     "comment": "dropper",
     "ObjectReference": [{"referenced_uuid": "00000000-0000-4000-8000-000000000002", "relationship_type": "contacts"}],
     "Attribute": [
       {"uuid": "00000000-0000-4000-8000-000000000021", "type": "md5", "category": "Payload delivery", "value": "bb22",
        "object_relation": "md5", "to_ids": true},
       {"uuid": "00000000-0000-4000-8000-000000000022", "type": "text", "category": "Other", "value": "Go",
        "object_relation": "compiler", "to_ids": false}]}],
  "EventReport": [
    {"uuid": "00000000-0000-4000-8000-000000000030", "name": "How it works",
     "content": "# Loader\r\n\r\nIt calls @[attribute](00000000-0000-4000-8000-000000000002), is a @[object](00000000-0000-4000-8000-000000000020), @[tag](tlp:white), @![attachment](00000000-0000-4000-8000-000000000099), a@b.example [x](y)."}]
}})";

constexpr const char* expected_body = R"(MISP event: Lantern Moth: second wave
UUID: 5a3c2fcd-8328-42bb-a95e-4f4402de0b81
Event ID: 1234
Creator organisation: Example CERT
Date: 2031-03-05   Last change: 2031-02-27T23:06:40Z
Threat level: Low   Analysis: Completed   Distribution: All communities
TLP: CLEAR
Tags: osint:source-type="blog-post", tlp:white
Galaxies: Attack Pattern: Odd (X1), Phishing - T1566; Tool: Glimmer, X-Lamp

== Report: How it works
# Loader

It calls example.net, is a file object, tlp:white, @![attachment](00000000-0000-4000-8000-000000000099), a@b.example [x](y).

== Object: file (payload delivery) — dropper
text: Go  (compiler)
md5: bb22  [ids]
references: contacts -> 00000000-0000-4000-8000-000000000002

== Network activity
domain: example.net  [ids] first seen 2031-02-01 last seen 2031-02-03T04:05:06Z — C2, second stage  {kill-chain:C2, tlp:green}
domain: v6.example.net  [ids]
ip: 2001:db8::1

== Payload delivery
filename: odd|name.exe  [ids] — loader
sha256: aa11

== Persistence mechanism
regkey: HKLM\Software\Run\x  [ids]
value: C:\a.exe|-s

== Network activity, context
ip-dst: 203.0.113.7

== Other, context
comment: one
    two three
)";

misp::event read(const std::string& text = event_text) {
  auto events = misp::parse_event_text(text);
  REQUIRE(events.has_value());
  REQUIRE(events->size() == 1);
  return events->front();
}

misp::attribute make_attribute(std::string type, std::string value) {
  misp::attribute a;
  a.type = std::move(type);
  a.category = "Network activity";
  a.value = std::move(value);
  return a;
}

misp::event small_event() {
  misp::event e;
  e.uuid = "5a3c2fcd-8328-42bb-a95e-4f4402de0b81";
  e.info = "Small";
  e.date = "2031-03-05";
  e.timestamp = 1930000000;
  e.tags = {{"tlp:green", false}};
  e.attributes = {make_attribute("domain", "a.example.com")};
  return e;
}

std::string body_of(const misp::event& e, const mapping_settings& settings = {}) {
  mapped_report report = map_event(e, settings);
  REQUIRE_FALSE(report.withheld);
  REQUIRE(report.parts.size() == 1);
  return report.parts.front().body;
}

} // namespace

TEST_CASE("a body is the whole event as a person reads it", "[misp]") {
  mapping_settings settings;
  settings.server_url = "https://misp.example.org/";
  const mapped_report report = map_event(read(), settings);
  REQUIRE(report.parts.size() == 1);
  CHECK(report.parts.front().body == expected_body);
  CHECK(report.parts.front().title == "Lantern Moth: second wave");
  CHECK(report.parts.front().external_id == "5a3c2fcd-8328-42bb-a95e-4f4402de0b81");
  CHECK(report.tags == std::vector<std::string>{"tlp-white", "osint-source-type-blog-post"});
  CHECK(report.external_url == "https://misp.example.org/events/view/1234");
  REQUIRE(report.time_began);
  CHECK(to_epoch_ms(*report.time_began) == 1'930'435'200'000); // 2031-03-05 00:00 UTC
  CHECK(report.attributes == 8);
  CHECK(report.excluded_count() == 0);
}

TEST_CASE("the JSON form holds the same, canonically", "[misp]") {
  misp::event e = small_event();
  e.id = "7";
  e.attributes.front().to_ids = true;
  e.attributes.front().comment = "with \"quotes\"";
  mapping_settings settings;
  settings.body = report_form::json;
  CHECK(
      body_of(e, settings) ==
      R"({"Event":{"uuid":"5a3c2fcd-8328-42bb-a95e-4f4402de0b81","id":"7","info":"Small","date":"2031-03-05",)"
      R"("timestamp":1930000000,"threat_level":"Undefined","analysis":"Initial","distribution":"All communities",)"
      R"("tlp":"TLP:GREEN","Tag":["tlp:green"],"Attribute":[)"
      "\n"
      R"({"type":"domain","category":"Network activity","value":"a.example.com","to_ids":true,)"
      R"("comment":"with \"quotes\""}]}})"
      "\n");
}

TEST_CASE("the hash changes with the content and with nothing else", "[misp]") {
  const auto hash = [](const misp::event& e, const mapping_settings& settings = {}) {
    return map_event(e, settings).parts.at(0).body_hash;
  };
  const std::string before = hash(small_event());
  CHECK(before.size() == 64);
  misp::event same = small_event();
  same.id = "99";
  same.publish_timestamp = 1;
  same.published = true;
  CHECK(hash(same) == before);
  mapping_settings elsewhere;
  elsewhere.server_url = "https://other.example.org";
  CHECK(hash(small_event(), elsewhere) == before);
  for (int what = 0; what < 7; ++what) {
    INFO(what);
    misp::event e = small_event();
    if (what == 0)
      e.info = "Other";
    else if (what == 1)
      e.attributes.front().value = "b.example.com";
    else if (what == 2)
      e.attributes.front().comment = "new";
    else if (what == 3)
      e.attributes.front().to_ids = true;
    else if (what == 4)
      e.threat = misp::threat_level::high;
    else if (what == 5)
      e.tags.push_back({"new", false});
    else
      e.attributes.push_back(make_attribute("domain", "c.example.com"));
    CHECK(hash(e) != before);
  }
}

TEST_CASE("titles are one line of limited length", "[misp]") {
  const auto title = [](std::string info) {
    misp::event e = small_event();
    e.info = std::move(info);
    return map_event(e, {}).parts.at(0).title;
  };
  CHECK(title("") == "MISP event 5a3c2fcd-8328-42bb-a95e-4f4402de0b81");
  CHECK(title(" \r\n\t") == "MISP event 5a3c2fcd-8328-42bb-a95e-4f4402de0b81");
  CHECK(title("a\r\nb\xE2\x80\xA8"
              "c\x01") == "a b c");

  std::string long_title = "x";
  for (int i = 0; i < 666; ++i)
    long_title += "例";
  const std::string cut = title(long_title);
  CHECK(cut.size() <= max_title_bytes);
  CHECK(cut.size() > max_title_bytes - 4);
  CHECK(cut.ends_with("例..."));
}

TEST_CASE("a stricter event is withheld, and says why", "[misp]") {
  const auto withheld = [](std::vector<misp::tag> tags, const mapping_settings& settings = {}) {
    misp::event e = small_event();
    e.tags = std::move(tags);
    const mapped_report report = map_event(e, settings);
    CHECK((report.parts.empty() && report.tags.empty()) == report.withheld.has_value());
    if (report.withheld)
      CHECK_FALSE(report.withheld->explanation.empty());
    return report.withheld ? std::optional(report.withheld->why) : std::nullopt;
  };
  CHECK(withheld({{"tlp:red", false}}) == withholding::tlp);
  CHECK(withheld({{"tlp:white", false}, {"TLP:RED", false}}) == withholding::tlp);
  CHECK(withheld({{"tlp:amber+strict", false}}) == withholding::tlp);
  CHECK_FALSE(withheld({{"tlp:amber", false}}));
  CHECK_FALSE(withheld({}));
  mapping_settings strict;
  strict.max_tlp = tlp_level::clear;
  strict.refuse_untagged = true;
  CHECK(withheld({{"tlp:green", false}}, strict) == withholding::tlp);
  CHECK_FALSE(withheld({{"tlp:white", false}}, strict));
  CHECK(withheld({}, strict) == withholding::untagged);
  CHECK(withheld({{"tlp:unclear", false}}, strict) == withholding::untagged);
  mapping_settings open;
  open.max_tlp = tlp_level::red;
  CHECK_FALSE(withheld({{"tlp:red", false}}, open));
}

TEST_CASE("events for one organisation, and events that are too large, are withheld on request", "[misp]") {
  misp::event e = small_event();
  e.spread = misp::distribution::own_organisation;
  CHECK_FALSE(map_event(e, {}).withheld);
  mapping_settings settings;
  settings.skip_own_organisation_only = true;
  CHECK(map_event(e, settings).withheld->why == withholding::own_organisation);
  settings = {};
  settings.max_attributes = 0;
  CHECK(map_event(e, settings).withheld->why == withholding::too_many_attributes);
}

TEST_CASE("what the rules exclude is nowhere in the body, and counted", "[misp]") {
  misp::event e = small_event();
  e.attributes.push_back(make_attribute("target-email", "victim@example.com"));
  e.attributes.push_back(make_attribute("domain", "person.example.com"));
  e.attributes.back().category = "Person";
  e.attributes.push_back(make_attribute("domain", "red.example.com"));
  e.attributes.back().uuid = "00000000-0000-4000-8000-000000000001";
  e.attributes.back().tags = {{"tlp:red", false}};
  e.attributes.push_back(make_attribute("domain", "own.example.com"));
  e.attributes.back().spread = misp::distribution::own_organisation;
  misp::object o;
  o.name = "file";
  o.spread = misp::distribution::own_organisation;
  o.attributes = {make_attribute("md5", "cc33"), make_attribute("md5", "dd44")};
  e.objects = {o};
  e.reports = {
      {"r", "private", "hidden-report", misp::distribution::own_organisation},
      {"t", "red", "red-report", misp::distribution::inherit, {{"tlp:red", false}}},
      {"s", "shown", "see @[attribute](00000000-0000-4000-8000-000000000001)", misp::distribution::inherit}};
  mapping_settings settings;
  settings.exclude_types = {"Target-Email"};
  settings.exclude_categories = {"person"};
  settings.skip_own_organisation_only = true;
  const mapped_report report = map_event(e, settings);
  REQUIRE(report.parts.size() == 1);
  const std::string& body = report.parts.front().body;
  for (const char* hidden : {"victim@", "person.example", "red.example", "own.example", "cc33", "dd44",
                             "hidden-report", "red-report"})
    CHECK(body.find(hidden) == std::string::npos);
  CHECK(body.find("a.example.com") != std::string::npos);
  CHECK(body.find("\nLeft out by the rules of this feed: 8\n") != std::string::npos);
  CHECK(report.excluded == std::map<exclusion, std::size_t>{{exclusion::type, 1},
                                                            {exclusion::category, 1},
                                                            {exclusion::tlp, 2},
                                                            {exclusion::own_organisation, 4}});
  CHECK(report.attributes == 1);
}

TEST_CASE("one word keeps the data of victims at home", "[misp]") {
  misp::event e = small_event();
  for (const char* type :
       {"target-email", "target-machine", "first-name", "visa-number", "country-of-residence"})
    e.attributes.push_back(make_attribute(type, std::string("secret of ") + type));
  e.attributes.push_back(make_attribute("email-dst", "kept@example.com"));
  mapping_settings settings;
  settings.exclude_types = {"personal-data"};
  const mapped_report report = map_event(e, settings);
  CHECK(report.parts.at(0).body.find("secret") == std::string::npos);
  CHECK(report.parts.at(0).body.find("kept@example.com") != std::string::npos);
  CHECK(report.excluded == std::map<exclusion, std::size_t>{{exclusion::type, 5}});
  CHECK(map_event(e, {}).excluded.empty());
}

TEST_CASE("local marks stay with their owner unless wanted", "[misp]") {
  misp::event e = small_event();
  e.tags.push_back({"our-ticket:4711", true});
  e.tags.push_back({"misp-galaxy:tool=\"Ours\"", true});
  e.galaxies = {{"Tool", "tool", {{"Ours", "misp-galaxy:tool=\"Ours\"", {}, {}}}}};
  e.attributes.front().tags = {{"ours-too", true}, {"theirs", false}};
  const std::string body = body_of(e);
  CHECK(body.find("4711") == std::string::npos);
  CHECK(body.find("Ours") == std::string::npos);
  CHECK(body.find("ours-too") == std::string::npos);
  CHECK(body.find("{theirs}") != std::string::npos);
  mapping_settings settings;
  settings.include_local_tags = true;
  const mapped_report report = map_event(e, settings);
  CHECK(report.parts.front().body.find("Tool: Ours") != std::string::npos);
  CHECK(report.tags.size() == 3);
}

TEST_CASE("no value can look like a line of ours", "[misp]") {
  misp::event e = small_event();
  e.info = "x\nTLP: CLEAR";
  e.attributes = {make_attribute("text", "a\n== Network activity\r\ndomain: fake.example.com\rmd5: ee55")};
  e.attributes.front().comment = "c\ndomain: comment.example.com";
  e.attributes.front().tags = {{"t\ndomain: tag.example.com", false}};
  const std::string body = body_of(e);
  for (const char* line : {"\nTLP: CLEAR", "\n== Network activity\ndomain", "\ndomain: fake", "\nmd5: ee55",
                           "\ndomain: comment", "\ndomain: tag"})
    CHECK(body.find(line) == std::string::npos);
  CHECK(body.find(
            "text: a\n    == Network activity\n    domain: fake.example.com\n    md5: ee55  — c domain") !=
        std::string::npos);
}

TEST_CASE("composite values without their bar stay whole", "[misp]") {
  misp::event e = small_event();
  e.attributes = {
      make_attribute("ip-dst|port", "192.0.2.1:443"), make_attribute("malware-sample", "a|b.exe|ff66"),
      make_attribute("hostname|port", "h.example.com|443"), make_attribute("filename|ssdeep", "n|3:a|b")};
  const std::string body = body_of(e);
  CHECK(body.find("\nip-dst|port: 192.0.2.1:443\n") != std::string::npos);
  CHECK(body.find("\nfilename: a|b.exe\nmd5: ff66\n") != std::string::npos);
  CHECK(body.find("\nhostname: h.example.com\nport: 443\n") != std::string::npos);
}

TEST_CASE("a date that is none gives way to the last edit", "[misp]") {
  misp::event e = small_event();
  for (const char* date : {"", "2031-13-01", "2031-02-30", "yesterday!", "31-02-2031"}) {
    e.date = date;
    CHECK(to_epoch_ms(*map_event(e, {}).time_began) == 1'930'000'000'000);
  }
  e.timestamp = 0;
  CHECK_FALSE(map_event(e, {}).time_began);
}
