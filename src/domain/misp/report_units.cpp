#include "domain/misp/report_units.hpp"

#include "domain/misp/personal_types.hpp"
#include "domain/misp/report_lines.hpp"
#include "domain/misp/tag_mapper.hpp"
#include "protocol/http/message.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace isacbot::domain {

namespace {

bool holds(const std::vector<std::string>& list, std::string_view text) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& item) { return http::equal_ignoring_case(item, text); });
}

/// What may be shown, sorted; and the names by which an event report refers to it.
class unit_maker {
 public:
  unit_maker(const misp::event& e, const mapping_settings& settings, const report_renderer& renderer)
      : event_(e),
        settings_(settings),
        renderer_(renderer),
        no_personal_data_(holds(settings.exclude_types, personal_data)) {}

  unit_list make() && {
    std::vector<report_unit> objects = make_objects();
    std::vector<report_unit> attributes = make_attributes();
    out_.units = make_reports(); // last made, first shown: they refer to what is shown
    std::move(objects.begin(), objects.end(), std::back_inserter(out_.units));
    std::move(attributes.begin(), attributes.end(), std::back_inserter(out_.units));
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_private(misp::distribution spread) const {
    return settings_.skip_own_organisation_only && spread == misp::distribution::own_organisation;
  }

  [[nodiscard]] std::optional<exclusion> why_excluded(const misp::attribute& a) const {
    if (holds(settings_.exclude_types, a.type) || (no_personal_data_ && is_personal_type(a.type)))
      return exclusion::type;
    if (holds(settings_.exclude_categories, a.category))
      return exclusion::category;
    if (auto level = strictest_tlp(a.tags); level && *level > settings_.max_tlp)
      return exclusion::tlp;
    if (is_private(a.spread))
      return exclusion::own_organisation;
    return std::nullopt;
  }

  /// The attributes that may be shown, sorted.
  std::vector<const misp::attribute*> admit(const std::vector<misp::attribute>& attributes) {
    std::vector<const misp::attribute*> admitted;
    for (const misp::attribute& a : attributes) {
      if (auto why = why_excluded(a))
        ++out_.excluded[*why];
      else
        admitted.push_back(&a);
    }
    const auto key = [](const misp::attribute* a) {
      return std::tie(a->object_relation, a->category, a->type, a->value, a->uuid, a->comment, a->to_ids,
                      a->first_seen, a->last_seen);
    };
    std::sort(admitted.begin(), admitted.end(), [&](auto* a, auto* b) { return key(a) < key(b); });
    return admitted;
  }

  std::string show(const misp::attribute& a) {
    if (!event_.reports.empty() && !a.uuid.empty())
      names_.emplace(a.uuid, &a);
    return renderer_.show_attribute(a, tags_to_show(a.tags, settings_));
  }

  std::vector<report_unit> make_attributes() {
    std::vector<report_unit> units;
    for (const misp::attribute* a : admit(event_.attributes)) {
      report_unit unit;
      unit.where = a->to_ids ? report_unit::section::detection : report_unit::section::context;
      unit.heading = fold_line(a->category);
      unit.key = a->uuid.empty() ? a->type + "|" + a->value : a->uuid;
      unit.text = show(*a);
      unit.attributes = 1;
      units.push_back(std::move(unit));
    }
    std::stable_sort(units.begin(), units.end(), [](const report_unit& a, const report_unit& b) {
      return std::tie(a.where, a.heading) < std::tie(b.where, b.heading);
    });
    return units;
  }

  std::vector<report_unit> make_objects() {
    std::vector<report_unit> units;
    for (const misp::object& o : event_.objects) {
      if (is_private(o.spread)) {
        out_.excluded[exclusion::own_organisation] += o.attributes.size();
        continue;
      }
      std::vector<std::string> lines;
      for (const misp::attribute* a : admit(o.attributes))
        lines.push_back(show(*a));
      if (lines.empty())
        continue; // nothing of it may be shown
      report_unit unit;
      unit.where = report_unit::section::object;
      unit.text = renderer_.show_object(o, lines);
      unit.key = o.uuid.empty() ? unit.text : o.uuid;
      unit.items = lines.size();
      unit.attributes = lines.size();
      unit.rank = o.name;
      units.push_back(std::move(unit));
      if (!o.uuid.empty())
        object_names_.emplace(o.uuid, o.name);
    }
    const auto order = [](const report_unit& u) { return std::tie(u.rank, u.key, u.text); };
    std::sort(units.begin(), units.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
    return units;
  }

  std::vector<report_unit> make_reports() {
    std::vector<const misp::event_report*> reports;
    for (const misp::event_report& r : event_.reports) {
      if (auto level = strictest_tlp(r.tags); level && *level > settings_.max_tlp)
        ++out_.excluded[exclusion::tlp];
      else if (is_private(r.spread))
        ++out_.excluded[exclusion::own_organisation];
      else
        reports.push_back(&r);
    }
    const auto key = [](const misp::event_report* r) { return std::tie(r->name, r->uuid, r->content); };
    std::sort(reports.begin(), reports.end(), [&](auto* a, auto* b) { return key(a) < key(b); });
    std::vector<report_unit> units;
    for (const misp::event_report* r : reports) {
      report_unit unit;
      unit.where = report_unit::section::report;
      unit.text = renderer_.show_report(*r, resolve(r->content));
      unit.key = r->uuid.empty() ? r->name : r->uuid;
      units.push_back(std::move(unit));
    }
    return units;
  }

  /// Replaces `@[attribute](uuid)`, `@![attachment](uuid)`, `@[object](uuid)` and `@[tag](name)` by what they
  /// name. What is not shown in this event stays a reference.
  std::string resolve(std::string_view content) const {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = content.find('@'); at != std::string_view::npos; at = content.find('@', at + 1)) {
      const std::size_t open = content.substr(at, 3) == "@![" ? at + 2 : at + 1;
      if (open >= content.size() || content[open] != '[')
        continue;
      const std::size_t middle = content.substr(open, 32).find("](");
      if (middle == std::string_view::npos)
        continue;
      const std::string_view kind = content.substr(open + 1, middle - 1);
      const std::size_t begin = open + middle + 2;
      const std::size_t size = content.substr(begin, 512).find(')');
      if (size == std::string_view::npos)
        continue;
      const auto name = name_of(kind, content.substr(begin, size));
      if (!name)
        continue;
      out.append(content.substr(done, at - done)).append(*name);
      done = begin + size + 1;
      at = done - 1;
    }
    return out.append(content.substr(done));
  }

  [[nodiscard]] std::optional<std::string> name_of(std::string_view kind, std::string_view what) const {
    if (kind == "tag")
      return std::string(what);
    auto uuid = misp::parse_uuid(what);
    if (!uuid)
      return std::nullopt;
    if (kind == "attribute" || kind == "attachment") {
      auto found = names_.find(*uuid);
      if (found == names_.end())
        return std::nullopt;
      std::string value = fold_line(found->second->value);
      if (found->second->type.find('|') != std::string::npos)
        if (const std::size_t bar = value.find('|'); bar != std::string::npos)
          value.replace(bar, 1, " | "); // two values, not one
      return value;
    }
    auto found = object_names_.find(*uuid);
    return kind == "object" && found != object_names_.end() ? std::optional(found->second + " object")
                                                            : std::nullopt;
  }

  const misp::event& event_;
  const mapping_settings& settings_;
  const report_renderer& renderer_;
  const bool no_personal_data_;
  unit_list out_;
  std::unordered_map<std::string, const misp::attribute*> names_;
  std::unordered_map<std::string, std::string> object_names_;
};

} // namespace

unit_list make_units(const misp::event& e, const mapping_settings& settings,
                     const report_renderer& renderer) {
  return unit_maker(e, settings, renderer).make();
}

std::vector<std::string> tags_to_show(const std::vector<misp::tag>& tags, const mapping_settings& settings) {
  if (tags.empty())
    return {};
  std::vector<std::string> names =
      select_tags(tags, {settings.tags_include, settings.tags_exclude, 0, settings.include_local_tags});
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<misp::galaxy> merge_galaxies(const misp::event& e, const mapping_settings& settings) {
  const std::vector<std::string> shown = tags_to_show(e.tags, settings);
  std::set<std::string_view> left_out;
  for (const misp::tag& t : e.tags)
    if (!std::binary_search(shown.begin(), shown.end(), t.name))
      left_out.insert(t.name);
  std::map<std::string, std::map<std::string, misp::galaxy_cluster>> merged;
  for (const misp::galaxy& g : e.galaxies)
    for (const misp::galaxy_cluster& c : g.clusters)
      if (!c.value.empty() && !left_out.contains(c.tag_name)) {
        misp::galaxy_cluster& kept = merged[g.name][c.value];
        kept.value = c.value;
        kept.external_ids.insert(kept.external_ids.end(), c.external_ids.begin(), c.external_ids.end());
      }
  std::vector<misp::galaxy> out;
  for (auto& [name, clusters] : merged) {
    misp::galaxy g;
    g.name = name;
    for (auto& [value, cluster] : clusters) {
      std::vector<std::string>& ids = cluster.external_ids;
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      g.clusters.push_back(std::move(cluster));
    }
    out.push_back(std::move(g));
  }
  return out;
}

} // namespace isacbot::domain
