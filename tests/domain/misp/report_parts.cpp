/// Events over the limits: splitting loses and doubles nothing, and stays put when the event changes a
/// little.
#include "domain/misp/report_mapper.hpp"
#include "observables/observables.hpp"
#include "support/seeded_random.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace isacbot;
using namespace isacbot::domain;

namespace {

std::string make_uuid(std::uint64_t number) {
  char text[48];
  (void)std::snprintf(text, sizeof text, "00000000-0000-4000-8000-%012llx",
                      static_cast<unsigned long long>(number));
  return text;
}

std::string host(std::size_t number) {
  return "host-" + std::to_string(number) + ".example.com";
}

misp::attribute make_attribute(std::size_t number) {
  misp::attribute a;
  a.uuid = make_uuid(number);
  a.type = "domain";
  a.category = "Network activity";
  a.value = host(number);
  a.to_ids = number % 2 == 0;
  return a;
}

misp::event large_event(std::size_t attributes) {
  misp::event e;
  e.uuid = make_uuid(0xFFFFFF);
  e.id = "5";
  e.info = "Large";
  e.date = "2031-03-05";
  e.timestamp = 1930000000;
  e.tags = {{"tlp:green", false}};
  for (std::size_t i = 0; i < attributes; ++i)
    e.attributes.push_back(make_attribute(i));
  return e;
}

mapping_settings small_limits(std::size_t indicators, std::size_t bytes = 1U << 20U) {
  mapping_settings settings;
  settings.max_indicators_per_report = indicators;
  settings.max_report_bytes = bytes;
  return settings;
}

/// How often each line stands in all the parts.
std::map<std::string, std::size_t> count_lines(const mapped_report& report) {
  std::map<std::string, std::size_t> out;
  for (const report_part& part : report.parts)
    for (std::size_t at = 0; at < part.body.size();) {
      const std::size_t end = std::min(part.body.find('\n', at), part.body.size());
      ++out[part.body.substr(at, end - at)];
      at = end + 1;
    }
  return out;
}

std::map<std::string, std::string> hashes(const mapped_report& report) {
  std::map<std::string, std::string> out;
  for (const report_part& part : report.parts)
    out[part.external_id] = part.body_hash;
  return out;
}

template <class T>
void shuffle(std::vector<T>& list, random_source& random) {
  for (std::size_t i = list.size(); i > 1; --i)
    std::swap(list[i - 1], list[random_bits(random) % i]);
}

} // namespace

TEST_CASE("an event inside the limits is one report", "[misp]") {
  const mapped_report report = map_event(large_event(200), small_limits(200));
  REQUIRE(report.parts.size() == 1);
  CHECK(report.parts.front().indicators == 200);
  CHECK(report.parts.front().body.find("Part ") == std::string::npos);
}

TEST_CASE("splitting loses and doubles nothing, and every part is inside the limits", "[misp]") {
  const auto [attributes, indicators, bytes] = GENERATE(table<std::size_t, std::size_t, std::size_t>(
      {{201, 200, 1 << 20}, {1000, 100, 1 << 20}, {1000, 5000, 4000}}));
  const mapping_settings settings = small_limits(indicators, bytes);
  const mapped_report report = map_event(large_event(attributes), settings);
  REQUIRE(report.parts.size() > 1);
  CHECK(report.attributes == attributes);
  CHECK(report.excluded_count() == 0);
  CHECK(report.parts.front().external_id == report.uuid);
  std::set<std::string> ids;
  for (const report_part& part : report.parts) {
    CHECK(ids.insert(part.external_id).second);
    CHECK(part.body.size() <= bytes);
    CHECK(part.indicators <= indicators);
    CHECK(observables::extract(part.body).size() <= indicators);
    CHECK(part.body.starts_with("MISP event: Large\nUUID: " + report.uuid + "\n"));
  }
  const auto lines = count_lines(report);
  for (std::size_t i = 0; i < attributes; ++i) {
    const auto found = lines.find("domain: " + host(i) + (i % 2 == 0 ? "  [ids]" : ""));
    REQUIRE(found != lines.end());
    CHECK(found->second == 1);
  }
}

TEST_CASE("titles of parts carry a number and no total", "[misp]") {
  const mapped_report report = map_event(large_event(500), small_limits(200));
  CHECK(report.parts.at(0).title == "Large");
  CHECK(report.parts.at(1).title == "Large (part 2)");
  CHECK(report.parts.at(1).external_id == part_external_id(report.uuid, 2));
  CHECK(report.parts.at(1).body.find("Part 2 of an event") != std::string::npos);
}

TEST_CASE("one new attribute changes one part", "[misp]") {
  misp::event e = large_event(700);
  const mapping_settings settings = small_limits(200);
  const auto before = hashes(map_event(e, settings));
  REQUIRE(before.size() > 3);
  e.attributes.push_back(make_attribute(9001));
  const auto after = hashes(map_event(e, settings));
  REQUIRE(after.size() == before.size());
  std::size_t changed = 0;
  for (const auto& [id, hash] : after)
    changed += before.at(id) != hash ? 1 : 0;
  CHECK(changed == 1);
}

TEST_CASE("a larger event keeps the parts where they are when their number doubles", "[misp]") {
  const mapped_report four = map_event(large_event(560), small_limits(200));
  const mapped_report eight = map_event(large_event(900), small_limits(200));
  REQUIRE(four.parts.size() == 4);
  REQUIRE(eight.parts.size() == 8);
  for (std::size_t i = 0; i < 560; ++i) {
    const auto part_of = [&](const mapped_report& report) {
      for (std::size_t p = 0; p < report.parts.size(); ++p)
        if (report.parts[p].body.find("domain: " + host(i) + (i % 2 == 0 ? "  [" : "\n")) !=
            std::string::npos)
          return p;
      return report.parts.size();
    };
    CHECK(part_of(eight) % 4 == part_of(four));
  }
}

TEST_CASE("the order in which a server lists things does not matter", "[misp]") {
  test::seeded_random random(3);
  misp::event e = large_event(300);
  for (std::size_t i = 0; i < 20; ++i) {
    misp::object o;
    o.uuid = make_uuid(5000 + i);
    o.name = i % 2 == 0 ? "file" : "url";
    o.attributes = {make_attribute(6000 + 2 * i), make_attribute(6001 + 2 * i)};
    o.references = {{make_uuid(1), "uses", ""}, {make_uuid(2), "drops", "x"}};
    e.objects.push_back(o);
    e.reports.push_back(
        {make_uuid(7000 + i), "Report", "text " + std::to_string(i), misp::distribution::inherit});
    e.tags.push_back({"tag " + std::to_string(i), false});
    e.galaxies.push_back({"G" + std::to_string(i % 3), "g", {{"c" + std::to_string(i), "", {}, {}}}});
  }
  for (const mapping_settings& settings :
       {mapping_settings{}, small_limits(100), small_limits(5000, 4000), [] {
          mapping_settings s = small_limits(100);
          s.oversize = oversize_rule::trim;
          return s;
        }()}) {
    const mapped_report before = map_event(e, settings);
    for (int round = 0; round < 3; ++round) {
      misp::event other = e;
      shuffle(other.attributes, random);
      shuffle(other.objects, random);
      for (misp::object& o : other.objects) {
        shuffle(o.attributes, random);
        shuffle(o.references, random);
      }
      shuffle(other.reports, random);
      shuffle(other.tags, random);
      shuffle(other.galaxies, random);
      const mapped_report after = map_event(other, settings);
      REQUIRE(after.parts.size() == before.parts.size());
      for (std::size_t i = 0; i < after.parts.size(); ++i) {
        CHECK(after.parts[i].body == before.parts[i].body);
        CHECK(after.parts[i].body_hash == before.parts[i].body_hash);
      }
      CHECK(after.tags_hash == before.tags_hash);
    }
  }
}

TEST_CASE("a single object, report or value over the limits is continued in further parts", "[misp]") {
  misp::event e = large_event(0);
  misp::object o;
  o.uuid = make_uuid(1);
  o.name = "list";
  for (std::size_t i = 0; i < 300; ++i)
    o.attributes.push_back(make_attribute(i));
  e.objects = {o};
  std::string text;
  for (std::size_t i = 300; i < 600; ++i)
    text += "domain: " + host(i) + "\n";
  e.reports = {{make_uuid(2), "r", text, misp::distribution::inherit}};
  misp::attribute long_value = make_attribute(600);
  long_value.type = "text";
  long_value.value = text;
  for (std::size_t at = 0; (at = long_value.value.find("host-", at)) != std::string::npos; ++at)
    long_value.value.replace(at, 5, "name-");
  e.attributes = {long_value};
  const mapped_report report = map_event(e, small_limits(100));
  REQUIRE(report.parts.size() >= 9);
  CHECK(report.excluded_count() == 0);
  CHECK(report.attributes == 301);
  const auto lines = count_lines(report);
  for (std::size_t i = 300; i < 600; ++i) {
    CHECK(lines.at("domain: " + host(i)) == 1);
    if (i != 300 && i != 599) // the label stands before the first line, notes behind the last
      CHECK(lines.at("    domain: name-" + std::to_string(i) + ".example.com") == 1);
  }
  for (const report_part& part : report.parts)
    CHECK(part.indicators <= 100);
}

TEST_CASE("what fits in no report is left out and counted", "[misp]") {
  misp::event e = large_event(3);
  e.attributes.push_back(make_attribute(4));
  e.attributes.back().value = std::string(5000, 'v');
  const mapped_report report = map_event(e, small_limits(100, 2000));
  REQUIRE_FALSE(report.parts.empty());
  CHECK(report.excluded == std::map<exclusion, std::size_t>{{exclusion::oversize, 1}});
  CHECK(report.attributes == 3);
}

TEST_CASE("an event whose head alone is too large is withheld", "[misp]") {
  const mapped_report report = map_event(large_event(1), small_limits(100, 100));
  REQUIRE(report.withheld);
  CHECK(report.withheld->why == withholding::oversize);
  CHECK(report.parts.empty());
}

TEST_CASE("title, tags and galaxies never crowd out the content", "[misp]") {
  misp::event e = large_event(1);
  e.info = std::string(100'000, 'i');
  for (int i = 0; i < 2000; ++i)
    e.tags.push_back({"tag-" + std::to_string(i) + std::string(200, 't'), false});
  const mapped_report report = map_event(e, small_limits(100, 8000));
  REQUIRE(report.parts.size() == 1);
  CHECK(report.parts.front().body.find(host(0)) != std::string::npos);
}

TEST_CASE("trimming keeps what matters most, says what it left out, and makes one report", "[misp]") {
  misp::event e = large_event(300); // half of them for detection
  e.reports = {{make_uuid(2), "Summary", "kept.example.net", misp::distribution::inherit}};
  mapping_settings settings = small_limits(120);
  settings.oversize = oversize_rule::trim;
  const mapped_report report = map_event(e, settings);
  REQUIRE(report.parts.size() == 1);
  const report_part& part = report.parts.front();
  CHECK(part.indicators <= 120);
  CHECK(part.body.find("kept.example.net") != std::string::npos);
  CHECK(part.body.find(", context") == std::string::npos); // only rows for detection found room
  CHECK(report.attributes == 119);
  CHECK(report.excluded == std::map<exclusion, std::size_t>{{exclusion::oversize, 181}});
  CHECK(part.body.ends_with("\n== 181 more left out: the report would be too large\n"));
}

TEST_CASE("JSON bodies are split, too", "[misp]") {
  mapping_settings settings = small_limits(200);
  settings.body = report_form::json;
  const mapped_report report = map_event(large_event(500), settings);
  CHECK(report.parts.size() >= 4);
  std::size_t found = 0;
  for (const report_part& part : report.parts)
    for (std::size_t at = 0; (at = part.body.find("\"value\":", at)) != std::string::npos; ++at)
      ++found;
  CHECK(found == 500);
}

TEST_CASE("mapping the same event twice gives the same", "[misp]") {
  const misp::event e = large_event(50);
  const mapped_report one = map_event(e, {});
  const mapped_report two = map_event(e, {});
  CHECK(one.parts.front().body == two.parts.front().body);
  CHECK(one.parts.front().body_hash == two.parts.front().body_hash);
  CHECK(one.tags_hash == two.tags_hash);
}
