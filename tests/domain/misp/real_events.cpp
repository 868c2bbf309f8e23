/// Real events, where they lie beside the project: every value that no rule excludes stands in the body. What
/// the test knows of the files it reads by itself, not by the codec.
#include "domain/misp/report_mapper.hpp"
#include "domain/misp/tag_mapper.hpp"
#include "protocol/misp/answers.hpp"
#include "support/print_result.hpp"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

using namespace isacbot;

namespace {

struct row {
  std::string type;
  std::string value;
  std::string category;
};

struct raw_event {
  std::string uuid;
  std::vector<row> rows;
  std::vector<std::string> tags;
};

std::string text_at(const boost::json::object& from, const char* key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool is_deleted(const boost::json::object& from) {
  const auto* value = from.if_contains("deleted");
  return value != nullptr && value->is_bool() && value->as_bool();
}

void add_rows(const boost::json::object& from, std::vector<row>& out) {
  if (const auto* list = from.if_contains("Attribute"))
    for (const auto& item : list->as_array())
      if (!is_deleted(item.as_object()))
        out.push_back({text_at(item.as_object(), "type"), text_at(item.as_object(), "value"),
                       text_at(item.as_object(), "category")});
}

raw_event read_raw(const std::string& text) {
  boost::json::value root = boost::json::parse(text);
  const boost::json::object* event = &root.as_object();
  if (const auto* response = event->if_contains("response"))
    event = &response->as_array().at(0).as_object();
  if (const auto* wrapped = event->if_contains("Event"))
    event = &wrapped->as_object();
  raw_event out;
  out.uuid = text_at(*event, "uuid");
  add_rows(*event, out.rows);
  if (const auto* objects = event->if_contains("Object"))
    for (const auto& object : objects->as_array())
      if (!is_deleted(object.as_object()))
        add_rows(object.as_object(), out.rows);
  if (const auto* tags = event->if_contains("Tag"))
    for (const auto& tag : tags->as_array())
      out.tags.push_back(text_at(tag.as_object(), "name"));
  return out;
}

/// The rule for line breaks and control characters, written a second time: values and body are compared line
/// by line, without indentation, tabs as blanks.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool separator = text.compare(i, 3, "\xE2\x80\xA8") == 0 || text.compare(i, 3, "\xE2\x80\xA9") == 0;
    if (c == '\n' || c == '\r' || separator) {
      out.emplace_back();
      i += separator ? 2 : 0;
    } else if (c == '\t' || c >= 0x20) {
      out.back().push_back(c == '\t' ? ' ' : text[i]);
    }
  }
  for (std::string& line : out)
    line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
  std::erase(out, "");
  return out;
}

std::vector<std::string> parts_of(const row& r) {
  const std::size_t bar = r.type.starts_with("filename|") || r.type == "malware-sample" ? r.value.rfind('|')
                          : r.type.find('|') != std::string::npos                       ? r.value.find('|')
                                                                                        : std::string::npos;
  if (bar == std::string::npos)
    return {r.value};
  return {r.value.substr(0, bar), r.value.substr(bar + 1)};
}

bool holds_line(const std::vector<std::string>& body, const std::string& wanted) {
  for (const std::string& line : body)
    if (line.find(wanted) != std::string::npos)
      return true;
  return false;
}

} // namespace

TEST_CASE("every value of real events stands in their reports", "[misp][shared]") {
  const std::filesystem::path folder = std::filesystem::path(ISACBOT_SHARED) / "data" / "misp-events";
  if (!std::filesystem::exists(folder))
    SKIP("no events beside the project");
  std::size_t files = 0;
  std::size_t values = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".json")
      continue;
    INFO(file.path().filename().string());
    std::ifstream in(file.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const raw_event raw = read_raw(text);
    auto events = misp::parse_event_text(text);
    REQUIRE(events.has_value());
    REQUIRE(events->size() == 1);
    CHECK(events->front().uuid == raw.uuid);
    CHECK(misp::count_attributes(events->front()) == raw.rows.size());
    ++files;

    domain::mapping_settings settings;
    settings.exclude_types = {"port"};
    settings.exclude_categories = {"Targeting data"};
    for (const bool split : {false, true}) {
      if (split) {
        settings.max_indicators_per_report = 40;
        settings.max_report_bytes = 16 << 10;
      }
      const domain::mapped_report report = domain::map_event(events->front(), settings);
      REQUIRE_FALSE(report.withheld);
      CHECK(report.parts.at(0).external_id == raw.uuid);
      std::vector<std::string> body;
      for (const domain::report_part& part : report.parts) {
        CHECK(part.body.size() <= settings.max_report_bytes);
        CHECK(part.indicators <= settings.max_indicators_per_report);
        for (std::string& line : lines_of(part.body))
          body.push_back(std::move(line));
      }
      std::size_t excluded = 0;
      for (const row& r : raw.rows) {
        if (r.type == "port" || r.category == "Targeting data") {
          ++excluded;
          continue;
        }
        for (const std::string& piece : parts_of(r))
          for (const std::string& line : lines_of(piece)) {
            INFO(r.type << ": " << line);
            if (!split || line.size() < 4000)
              CHECK(holds_line(body, line));
            ++values;
          }
      }
      if (!split) {
        CHECK(report.excluded_count() == excluded);
        CHECK(report.attributes == raw.rows.size() - excluded);
      }
      std::set<std::string> wanted;
      for (const std::string& tag : raw.tags)
        wanted.insert(domain::fold_tag(tag));
      CHECK(report.tags.size() == wanted.size());
    }
  }
  CHECK(files > 20);
  CHECK(values > 4000);
}
