/// The body as text: for people, and for an extractor that reads it line by line.
#include "domain/misp/report_lines.hpp"
#include "domain/misp/report_renderer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace isacbot::domain {

namespace {

/// Continued lines of a value are indented, so that no value can look like a line of ours.
constexpr std::string_view value_break = "\n    ";
constexpr std::string_view continued = "(continued)\n";

struct labelled_value {
  std::string_view label;
  std::string_view value;
};

/// The lines of a value: one, or one for each half of a composite type.
std::vector<labelled_value> split_value(const misp::attribute& a) {
  const std::string_view type = a.type;
  const std::string_view value = a.value;
  std::size_t bar = type.find('|');
  std::string_view first = type.substr(0, bar);
  std::string_view second = bar == std::string_view::npos ? "" : type.substr(bar + 1);
  if (type == "malware-sample") {
    first = "filename";
    second = "md5";
  }
  // File names may hold bars, hashes don't; elsewhere it is the other way round.
  const std::size_t cut = first == "filename" ? value.rfind('|') : value.find('|');
  if (second.empty() || cut == std::string_view::npos)
    return {{type, value}};
  return {{first, value.substr(0, cut)}, {second, value.substr(cut + 1)}};
}

std::string join(std::span<const std::string> texts, std::string_view between = ", ") {
  std::string out;
  for (const std::string& text : texts)
    out.append(out.empty() ? "" : between).append(fold_line(text));
  return out;
}

/// MISP writes microseconds and the zone; what says nothing is left out: "2031-05-04",
/// "2031-05-04T10:20:30Z".
std::string show_seen(std::string_view time) {
  std::string out = fold_line(time);
  for (std::string_view utc : {"+00:00", "+0000"})
    if (out.ends_with(utc))
      out.replace(out.size() - utc.size(), utc.size(), "Z");
  if (const std::size_t fraction = out.find(".000000"); fraction != std::string::npos)
    out.erase(fraction, 7);
  if (const std::size_t midnight = out.find("T00:00:00"); midnight != std::string::npos)
    out.resize(midnight);
  return out;
}

void add_word(std::string& line, std::string_view word) {
  if (!word.empty())
    line.append(line.empty() ? "" : " ").append(word);
}

void add_seen(std::string& line, std::string_view first, std::string_view last) {
  if (!first.empty())
    add_word(line, "first seen " + show_seen(first));
  if (!last.empty())
    add_word(line, "last seen " + show_seen(last));
}

void add_comment(std::string& line, std::string_view comment) {
  const std::string folded = fold_line(comment);
  if (!folded.empty())
    add_word(line, "— " + folded);
}

std::string show_reference(const misp::object_reference& r) {
  std::string line = "references: " + fold_line(r.relationship) + " -> " + r.referenced_uuid;
  const std::string comment = fold_line(r.comment);
  if (!comment.empty())
    line += "  — " + comment;
  return line + "\n";
}

std::string show_galaxies(const std::vector<misp::galaxy>& galaxies) {
  std::string out;
  for (const misp::galaxy& g : galaxies) {
    std::string names;
    for (const misp::galaxy_cluster& c : g.clusters) {
      names.append(names.empty() ? "" : ", ").append(fold_line(c.value));
      for (const std::string& id : c.external_ids)
        if (c.value.find(id) == std::string::npos)
          names.append(" (").append(fold_line(id)).append(")");
    }
    out.append(out.empty() ? "" : "; ").append(fold_line(g.name)).append(": ").append(names);
  }
  return out;
}

/// By rules alone; why each one is the operator's business.
std::size_t count_excluded(const std::map<exclusion, std::size_t>& excluded) {
  std::size_t out = 0;
  for (const auto& [why, count] : excluded)
    out += why == exclusion::oversize ? 0 : count;
  return out;
}

std::string show_head(const report_head& head, bool with_ids) {
  const misp::event& e = *head.event;
  const auto line = [&](std::string text) { return cut_line(std::move(text), head.max_line) + "\n"; };
  const std::string info = fold_line(e.info);
  std::string out = line("MISP event: " + (info.empty() ? "(no title)" : info));
  out += "UUID: " + e.uuid + "\n";
  if (with_ids && !e.id.empty() && head.part == 1)
    out += line("Event ID: " + fold_line(e.id));
  if (!e.extends_uuid.empty())
    out += "Extends event: " + e.extends_uuid + "\n";
  if (!e.organisation.empty())
    out += line("Creator organisation: " + fold_line(e.organisation));
  out += line("Date: " + fold_line(e.date) +
              (head.part == 1 ? "   Last change: " + show_time(e.timestamp) : std::string()));
  out.append("Threat level: ").append(show_threat_level(e.threat));
  out.append("   Analysis: ").append(show_analysis(e.analysis));
  out.append("   Distribution: ").append(show_distribution(e.spread)).append("\n");
  out.append("TLP: ").append(head.tlp ? to_string(*head.tlp).substr(4) : "not stated").append("\n");
  if (!head.tags.empty())
    out += line("Tags: " + join(head.tags));
  if (!head.galaxies.empty())
    out += line("Galaxies: " + show_galaxies(head.galaxies));
  if (head.split)
    out += "Part " + std::to_string(head.part) + " of an event that is too large for one report.\n";
  if (const std::size_t count = count_excluded(head.excluded); head.part == 1 && count != 0)
    out += "Left out by the rules of this feed: " + std::to_string(count) + "\n";
  return out;
}

class text_renderer final : public report_renderer {
 public:
  std::string show_attribute(const misp::attribute& a, std::span<const std::string> tags) const override {
    std::string notes = a.to_ids ? "[ids]" : "";
    if (!a.object_relation.empty() && a.object_relation != a.type)
      add_word(notes, "(" + fold_line(a.object_relation) + ")");
    add_seen(notes, a.first_seen, a.last_seen);
    add_comment(notes, a.comment);
    if (!tags.empty())
      notes.append(notes.empty() ? "" : "  ").append("{").append(join(tags)).append("}");
    std::string out;
    for (const labelled_value& part : split_value(a)) {
      out.append(fold_line(part.label)).append(": ").append(clean_value(part.value, value_break));
      if (!notes.empty())
        out.append("  ").append(
            std::exchange(notes, {})); // two blanks keep quotes and brackets off the value
      out.append("\n");
    }
    return out;
  }

  std::string show_object(const misp::object& o, std::span<const std::string> attributes) const override {
    std::string line = "== Object: " + fold_line(o.name);
    if (!o.meta_category.empty())
      line += " (" + fold_line(o.meta_category) + ")";
    add_seen(line, o.first_seen, o.last_seen);
    add_comment(line, o.comment);
    line += "\n";
    for (const std::string& text : attributes)
      line += text;
    std::vector<std::string> references;
    for (const misp::object_reference& r : o.references)
      references.push_back(show_reference(r));
    std::sort(references.begin(), references.end());
    for (const std::string& text : references)
      line += text;
    return line;
  }

  std::string show_report(const misp::event_report& r, const std::string& content) const override {
    return "== Report: " + fold_line(r.name) + "\n" + clean_value(content, "\n") + "\n";
  }

  bool halve(const report_unit& whole, report_unit& first, report_unit& second) const override {
    const std::size_t start = whole.text.starts_with(continued) ? continued.size() : 0;
    const std::size_t middle = start + (whole.text.size() - start) / 2;
    std::size_t cut = whole.text.rfind('\n', middle);
    if (cut == std::string::npos || cut < start || cut + 1 >= whole.text.size())
      cut = whole.text.find('\n', middle);
    if (cut == std::string::npos || cut + 1 >= whole.text.size())
      return false; // one line
    first = whole;
    first.text.resize(cut + 1);
    second = whole;
    second.text = std::string(continued).append(whole.text, cut + 1);
    first.key += "/1";
    second.key += "/2";
    second.items = 0; // counted with the first half
    second.attributes = 0;
    return true;
  }

  std::string assemble(const report_head& head, std::span<const report_unit* const> units,
                       bool with_ids) const override {
    std::string out = show_head(head, with_ids);
    const report_unit* before = nullptr;
    for (const report_unit* unit : units) {
      const bool titled =
          unit->where == report_unit::section::report || unit->where == report_unit::section::object;
      if (titled) {
        out += "\n"; // the heading is its first line
      } else if (before == nullptr || before->where != unit->where || before->heading != unit->heading) {
        out +=
            "\n== " + unit->heading + (unit->where == report_unit::section::context ? ", context\n" : "\n");
      }
      out += unit->text;
      before = unit;
    }
    if (head.left_out != 0)
      out += "\n== " + std::to_string(head.left_out) + " more left out: the report would be too large\n";
    return out;
  }
};

} // namespace

std::unique_ptr<report_renderer> make_text_renderer() {
  return std::make_unique<text_renderer>();
}

std::string_view show_threat_level(misp::threat_level level) noexcept {
  constexpr std::array<std::string_view, 5> names{"Undefined", "High", "Medium", "Low", "Undefined"};
  return names.at(static_cast<std::size_t>(level));
}

std::string_view show_analysis(misp::analysis_state state) noexcept {
  constexpr std::array<std::string_view, 3> names{"Initial", "Ongoing", "Completed"};
  return names.at(static_cast<std::size_t>(state));
}

std::string_view show_distribution(misp::distribution spread) noexcept {
  constexpr std::array<std::string_view, 6> names{"Your organisation only", "This community only",
                                                  "Connected communities",  "All communities",
                                                  "Sharing group",          "Inherited"};
  return names.at(static_cast<std::size_t>(spread));
}

} // namespace isacbot::domain
