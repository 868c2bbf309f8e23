// Real events of MISP servers, over real HTTP, as reports in Station. What a report has to hold is read from
// the event files by themselves: neither the bot's codecs nor its mapper is asked. Needs real MISP events
// beside the checkout; without them the sample events run alone.
#include "sandbox/misp_samples.hpp"
#include "scenarios/misp_house.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

using namespace isacbot;
namespace bj = boost::json;

namespace {

std::string text_at(const bj::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool flag_at(const bj::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value &&
         ((value->is_bool() && value->get_bool()) || (value->is_int64() && value->get_int64() == 1) ||
          (value->is_string() && value->get_string() == "1"));
}

const bj::array& list_at(const bj::object& from, std::string_view key) {
  static const bj::array none;
  const auto* value = from.if_contains(key);
  return value && value->is_array() ? value->get_array() : none;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
  return text;
}

/// Stricter than amber, which is the default limit.
bool too_strict(const bj::object& owner) {
  for (const auto& tag : list_at(owner, "Tag")) {
    auto name = lower(text_at(tag.as_object(), "name"));
    if (name == "tlp:red" || name == "tlp:amber+strict")
      return true;
  }
  return false;
}

/// The lines of a value without control characters: how it may stand in a body.
std::vector<std::string> lines_of(const std::string& value) {
  std::vector<std::string> lines(1);
  for (char c : value) {
    if (c == '\n' || c == '\r')
      lines.emplace_back();
    else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)
      lines.back() += c;
  }
  for (auto& line : lines) {
    line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
    line.erase(line.find_last_not_of(' ') + 1);
  }
  std::erase(lines, "");
  return lines;
}

bool holds(const std::string& body, const std::string& value) {
  for (const auto& line : lines_of(value))
    if (body.find(line) == std::string::npos)
      return false;
  return true;
}

/// Composite values stand in a body as their parts.
bool holds_value(const std::string& body, const std::string& value) {
  if (holds(body, value))
    return true;
  std::istringstream parts(value);
  std::string part;
  bool several = value.find('|') != std::string::npos;
  while (several && std::getline(parts, part, '|'))
    if (!holds(body, part))
      return false;
  return several;
}

struct tally {
  std::size_t events = 0;
  std::size_t withheld = 0;
  std::size_t split = 0;
  std::size_t values = 0;
  std::size_t excluded = 0;
  std::vector<std::string> missing;
};

void check_values(const bj::object& owner, const std::string& body, tally& count) {
  for (const auto& item : list_at(owner, "Attribute")) {
    const auto& a = item.as_object();
    if (flag_at(a, "deleted"))
      continue;
    if (too_strict(a)) {
      ++count.excluded;
      continue;
    }
    ++count.values;
    if (auto value = text_at(a, "value"); !holds_value(body, value))
      count.missing.push_back(text_at(a, "type") + ": " + value.substr(0, 80));
  }
  for (const auto& item : list_at(owner, "Object"))
    if (!flag_at(item.as_object(), "deleted"))
      check_values(item.as_object(), body, count);
}

/// Lower case, everything but letters and digits one hyphen, at most 90 characters.
std::string plain_tag(const std::string& name) {
  std::string out;
  for (char c : name) {
    auto u = static_cast<unsigned char>(c);
    if (u < 128 && std::isalnum(u))
      out += static_cast<char>(std::tolower(u));
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  out.resize(std::min<std::size_t>(out.size(), 90));
  while (!out.empty() && out.back() == '-')
    out.pop_back();
  return out;
}

std::set<std::string> tags_of(const bj::object& event) {
  std::set<std::string> tags;
  for (const auto& tag : list_at(event, "Tag"))
    if (auto name = text_at(tag.as_object(), "name"); !name.empty() && !flag_at(tag.as_object(), "local"))
      tags.insert(plain_tag(name));
  return tags;
}

std::string folded(const std::string& title) {
  std::istringstream words(title);
  std::string out;
  for (std::string word; words >> word;)
    out += (out.empty() ? "" : " ") + word;
  return out;
}

const bj::object& event_in(const bj::value& file) {
  const bj::value* at = &file;
  for (;;) {
    if (at->is_array())
      at = &at->get_array().at(0);
    else if (at->as_object().contains("response"))
      at = &at->as_object().at("response");
    else if (at->as_object().contains("Event"))
      at = &at->as_object().at("Event");
    else
      return at->as_object();
  }
}

using by_external_id = std::map<std::string, test::seen_report>;

by_external_id by_id(std::vector<test::seen_report> reports) {
  by_external_id all;
  for (auto& r : reports)
    all.emplace(r.what.external_id.value_or(""), std::move(r));
  return all;
}

/// Each event is one report (several only over the limits), and nothing else is there.
tally compare(const std::map<std::string, bj::value>& files, const by_external_id& reports) {
  tally count;
  std::size_t matched = 0;
  for (const auto& [uuid, file] : files) {
    const auto& event = event_in(file);
    INFO(uuid << " " << text_at(event, "info"));
    ++count.events;
    if (too_strict(event)) {
      ++count.withheld;
      CHECK_FALSE(reports.contains(uuid));
      continue;
    }
    REQUIRE(reports.contains(uuid));
    std::string body;
    std::size_t parts = 0;
    for (auto at = reports.lower_bound(uuid); at != reports.end() && at->first.starts_with(uuid); ++at) {
      ++parts;
      body += *at->second.what.body + "\n";
      CHECK(at->second.tags == tags_of(event));
    }
    matched += parts;
    count.split += parts > 1 ? 1 : 0;
    const auto& first = reports.at(uuid);
    if (parts == 1)
      CHECK(first.what.title == folded(text_at(event, "info")).substr(0, 250));
    CHECK(first.what.external_url.value_or("").find("/events/view/") != std::string::npos);
    check_values(event, body, count);
  }
  CHECK(matched == reports.size());
  CHECK(count.missing == std::vector<std::string>{});
  return count;
}

} // namespace

TEST_CASE("real MISP events become one report each, once, and follow their changes", "[scenario]") {
  std::filesystem::path directory = std::filesystem::path(ISACBOT_SHARED) / "data" / "misp-events";
  if (!std::filesystem::exists(directory))
    SKIP("no MISP events beside this checkout");

  test::misp_house house;
  std::map<std::string, bj::value> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".json")
      continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    auto uuid = house.misp().add_event(text, sandbox::misp_server::publish::yes);
    REQUIRE(uuid.has_value());
    bj::parse_options deep;
    deep.max_depth = 64;
    files.emplace(*uuid, bj::parse(text, {}, deep));
  }
  REQUIRE(files.size() >= 20);

  // A dry run first: it tells what would be done and does nothing.
  auto dry = house.pull(true);
  REQUIRE(dry.has_value());
  CHECK(dry->created + dry->withheld == files.size());
  CHECK(house.reports().empty());

  auto first = house.pull();
  REQUIRE(first.has_value());
  INFO(first->trouble);
  CHECK(first->waiting == 0);
  CHECK(first->dead == 0);
  auto reports = by_id(house.reports());
  auto count = compare(files, reports);
  std::cout << "MISP events: " << count.events << ", withheld " << count.withheld << ", split " << count.split
            << "; attribute values compared: " << count.values << ", excluded by rules: " << count.excluded
            << ", excluded in all: " << first->excluded << "\n";
  CHECK(count.values > 2'000);

  // A second pull sends nothing: no report has changed, its time of change included.
  REQUIRE(house.pull().has_value());
  CHECK(by_id(house.reports()) == reports);

  // Published again unchanged, some seconds later by that server's clock: the same.
  house.misp().configure([](sandbox::misp_settings& m) { m.clock_offset += seconds{5}; });
  for (const auto& [uuid, file] : files)
    REQUIRE(house.misp().publish_event(uuid));
  auto unchanged = house.pull();
  REQUIRE(unchanged.has_value());
  CHECK(unchanged->created + unchanged->replaced == 0);
  CHECK(by_id(house.reports()) == reports);

  // A restart in between changes nothing.
  CHECK(house.stop());
  house.start();
  REQUIRE(house.pull().has_value());
  CHECK(by_id(house.reports()) == reports);

  // One event is corrected and published again: its report is replaced, no other is touched.
  auto changed = files.begin()->first;
  REQUIRE(house.misp().edit(changed, [](bj::object& event) { event["info"] = "Corrected title"; }));
  REQUIRE(house.misp().add_attribute(changed, "domain", "Network activity", "corrected.example.org"));
  REQUIRE(house.pull().has_value());
  CHECK(by_id(house.reports()) == reports); // being edited: not published
  house.misp().configure([](sandbox::misp_settings& m) { m.clock_offset += seconds{5}; });
  REQUIRE(house.misp().publish_event(changed));
  auto replaced = house.pull();
  REQUIRE(replaced.has_value());
  CHECK(replaced->replaced == 1);
  auto after = by_id(house.reports());
  REQUIRE(after.size() == reports.size());
  for (const auto& [id, report] : after) {
    INFO(id);
    if (id != changed) {
      CHECK(report == reports.at(id));
      continue;
    }
    CHECK(report.what.id == reports.at(id).what.id);
    CHECK(report.what.title == "Corrected title");
    CHECK(report.what.body->find("corrected.example.org") != std::string::npos);
    CHECK(report.what.updated > reports.at(id).what.updated);
    CHECK(report.tags == reports.at(id).tags);
  }
  CHECK(house.stop());
}

TEST_CASE("the sample MISP events become reports, and the red one does not", "[scenario]") {
  test::misp_house house;
  sandbox::add_sample_events(house.misp());
  auto summary = house.pull();
  REQUIRE(summary.has_value());
  INFO(summary->trouble);
  CHECK(summary->dead == 0);
  CHECK(summary->withheld >= 1);
  auto reports = by_id(house.reports());
  CHECK_FALSE(reports.contains(sandbox::sample_event::red));
  CHECK(reports.contains(sandbox::sample_event::phishing));
  CHECK(summary->created + summary->withheld == house.misp().uuids().size());
  auto before = reports;
  REQUIRE(house.pull().has_value());
  CHECK(by_id(house.reports()) == before);
  CHECK(house.stop());
}

TEST_CASE("no part of a MISP key reaches the metrics or a summary", "[scenario]") {
  test::misp_house house;
  house.misp().configure([](sandbox::misp_settings& s) { s.key = secret{std::string(40, 'x')}; });
  sandbox::add_sample_events(house.misp());
  auto refused = house.pull();
  REQUIRE(refused.has_value());
  CHECK(refused->listed == 0);
  CHECK_FALSE(refused->trouble.empty());
  CHECK(refused->trouble.find(house.key()) == std::string::npos);
  CHECK(house.stop());
}
