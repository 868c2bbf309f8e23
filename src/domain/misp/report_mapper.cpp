#include "domain/misp/report_mapper.hpp"

#include "domain/misp/report_lines.hpp"
#include "domain/misp/report_parts.hpp"
#include "domain/misp/report_renderer.hpp"
#include "domain/misp/report_units.hpp"
#include "domain/misp/tag_mapper.hpp"
#include "protocol/misp/requests.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>
#include <span>
#include <utility>

namespace isacbot::domain {

namespace {

/// Title, tags and galaxies may not crowd out the content.
constexpr std::size_t max_line_share = 8;

std::string hash_set(const std::vector<std::string>& tags) {
  std::string text;
  for (const std::string& tag : std::set<std::string>(tags.begin(), tags.end()))
    text.append(tag).append("\n");
  return hash_text(text);
}

std::optional<withheld_event> why_withheld(const misp::event& e, const mapping_settings& settings,
                                           std::optional<tlp_level> level) {
  if (level && *level > settings.max_tlp)
    return withheld_event{withholding::tlp, "the event is " + std::string(to_string(*level)) +
                                                ", stricter than max_tlp (" +
                                                std::string(to_string(settings.max_tlp)) + ") allows"};
  if (!level && settings.refuse_untagged)
    return withheld_event{withholding::untagged, "the event states no TLP, and untagged_tlp is \"refuse\""};
  if (settings.skip_own_organisation_only && e.spread == misp::distribution::own_organisation)
    return withheld_event{withholding::own_organisation,
                          "the event is for its own organisation only, and skip_own_org_only is on"};
  if (const std::size_t count = misp::count_attributes(e); count > settings.max_attributes)
    return withheld_event{withholding::too_many_attributes, "the event has " + std::to_string(count) +
                                                                " attributes, max_attributes allows " +
                                                                std::to_string(settings.max_attributes)};
  return std::nullopt;
}

/// "2031-05-04", midnight UTC; of anything else the last edit.
std::optional<sys_time> time_of(const misp::event& e) {
  const auto number = [&](std::size_t at, std::size_t size) {
    int out = -1;
    auto [end, code] = std::from_chars(e.date.data() + at, e.date.data() + at + size, out);
    return code == std::errc() && end == e.date.data() + at + size ? out : -1;
  };
  if (e.date.size() == 10 && e.date[4] == '-' && e.date[7] == '-') {
    const int month = number(5, 2);
    const int day = number(8, 2);
    const int year = number(0, 4);
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(std::max(0, month))},
                                           std::chrono::day{static_cast<unsigned>(std::max(0, day))}};
    if (year >= 0 && date.ok())
      return sys_time{std::chrono::sys_days{date}.time_since_epoch()};
  }
  if (e.timestamp > 0)
    return sys_time{seconds{e.timestamp}};
  return std::nullopt;
}

std::string make_title(const misp::event& e, std::size_t part) {
  std::string title = fold_line(e.info);
  if (title.empty())
    title = "MISP event " + e.uuid;
  const std::string suffix = part == 1 ? "" : " (part " + std::to_string(part) + ")";
  return cut_line(std::move(title), max_title_bytes - suffix.size()) + suffix;
}

} // namespace

std::string_view to_string(exclusion why) noexcept {
  switch (why) {
  case exclusion::type:
    return "type";
  case exclusion::category:
    return "category";
  case exclusion::tlp:
    return "TLP";
  case exclusion::own_organisation:
    return "distribution";
  case exclusion::oversize:
    return "size";
  }
  return "";
}

std::string_view to_string(withholding why) noexcept {
  switch (why) {
  case withholding::tlp:
    return "tlp";
  case withholding::untagged:
    return "untagged";
  case withholding::own_organisation:
    return "own_organisation";
  case withholding::too_many_attributes:
    return "too_many_attributes";
  case withholding::oversize:
    return "oversize";
  }
  return "";
}

std::size_t mapped_report::excluded_count() const noexcept {
  return std::accumulate(excluded.begin(), excluded.end(), std::size_t{0},
                         [](std::size_t sum, const auto& entry) { return sum + entry.second; });
}

std::string part_external_id(std::string_view uuid, std::size_t number) {
  std::string id(uuid);
  return number <= 1 ? id : id.append(":").append(std::to_string(number));
}

mapped_report map_event(const misp::event& e, const mapping_settings& settings) {
  mapped_report out;
  out.uuid = e.uuid;
  const std::optional<tlp_level> level = strictest_tlp(e.tags);
  out.withheld = why_withheld(e, settings, level);
  if (out.withheld)
    return out;
  const auto renderer = settings.body == report_form::json ? make_json_renderer() : make_text_renderer();
  unit_list units = make_units(e, settings, *renderer);
  out.excluded = units.excluded;

  report_head head;
  head.event = &e;
  head.tags = tags_to_show(e.tags, settings);
  head.galaxies = merge_galaxies(e, settings);
  head.tlp = level;
  head.excluded = std::move(units.excluded);
  head.max_line = std::min(head.max_line, settings.max_report_bytes / max_line_share);
  part_list parts = make_parts(std::move(head), std::move(units.units), *renderer, settings);
  if (parts.parts.empty()) {
    out.withheld =
        withheld_event{withholding::oversize, "the event does not fit into reports of the allowed size"};
    return out;
  }
  if (parts.left_out != 0)
    out.excluded[exclusion::oversize] += parts.left_out;
  for (body_part& part : parts.parts) {
    std::string title = make_title(e, part.number);
    std::string hash = hash_text(title + "\n" + part.hash);
    out.attributes += part.attributes;
    out.parts.push_back({part_external_id(e.uuid, part.number), std::move(title), std::move(part.body),
                         std::move(hash), part.indicators});
  }
  out.tags = map_tags(select_tags(e.tags, {settings.tags_include, settings.tags_exclude, settings.max_tags,
                                           settings.include_local_tags}));
  out.tags_hash = hash_set(out.tags);
  out.time_began = time_of(e);
  out.external_url = misp::event_link(settings.server_url, e.id);
  return out;
}

} // namespace isacbot::domain
