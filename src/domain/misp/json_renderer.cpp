/// The body as canonical JSON: the same content as the text, members in a fixed order, lists sorted.
#include "domain/misp/report_lines.hpp"
#include "domain/misp/report_renderer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace isacbot::domain {

namespace {

namespace bj = boost::json;

void add(bj::object& to, std::string_view key, std::string_view value) {
  if (std::string clean = clean_value(value, "\n"); !clean.empty())
    to[key] = std::move(clean);
}

bj::array to_array(std::span<const std::string> texts) {
  bj::array out;
  for (const std::string& text : texts)
    out.emplace_back(clean_value(text, "\n"));
  return out;
}

bj::array to_json(const std::vector<misp::galaxy>& galaxies) {
  bj::array out;
  for (const misp::galaxy& g : galaxies) {
    std::vector<std::string> names;
    for (const misp::galaxy_cluster& c : g.clusters)
      names.push_back(c.value);
    out.emplace_back(bj::object{{"name", clean_value(g.name, "\n")}, {"clusters", to_array(names)}});
  }
  return out;
}

bj::object head_to_json(const report_head& head, bool with_ids) {
  const misp::event& e = *head.event;
  bj::object out;
  out["uuid"] = e.uuid;
  if (with_ids && head.part == 1)
    add(out, "id", e.id);
  out["info"] = cut_line(clean_value(e.info, "\n"), head.max_line);
  add(out, "extends_uuid", e.extends_uuid);
  add(out, "orgc", cut_line(e.organisation, head.max_line));
  add(out, "date", cut_line(e.date, head.max_line));
  if (head.part == 1)
    out["timestamp"] = e.timestamp;
  out["threat_level"] = bj::string(show_threat_level(e.threat));
  out["analysis"] = bj::string(show_analysis(e.analysis));
  out["distribution"] = bj::string(show_distribution(e.spread));
  if (head.tlp)
    out["tlp"] = bj::string(to_string(*head.tlp));
  if (!head.tags.empty())
    out["Tag"] = to_array(head.tags);
  if (!head.galaxies.empty())
    out["Galaxy"] = to_json(head.galaxies);
  if (head.split)
    out["part"] = head.part;
  if (head.left_out != 0)
    out["left_out"] = head.left_out;
  return out;
}

class json_renderer final : public report_renderer {
 public:
  std::string show_attribute(const misp::attribute& a, std::span<const std::string> tags) const override {
    bj::object out;
    add(out, "uuid", a.uuid);
    add(out, "object_relation", a.object_relation);
    add(out, "type", a.type);
    add(out, "category", a.category);
    out["value"] = clean_value(a.value, "\n");
    out["to_ids"] = a.to_ids;
    add(out, "first_seen", a.first_seen);
    add(out, "last_seen", a.last_seen);
    add(out, "comment", a.comment);
    if (!tags.empty())
      out["Tag"] = to_array(tags);
    return bj::serialize(out);
  }

  std::string show_object(const misp::object& o, std::span<const std::string> attributes) const override {
    bj::object out;
    add(out, "uuid", o.uuid);
    add(out, "name", o.name);
    add(out, "meta-category", o.meta_category);
    add(out, "first_seen", o.first_seen);
    add(out, "last_seen", o.last_seen);
    add(out, "comment", o.comment);
    std::vector<std::string> references;
    for (const misp::object_reference& r : o.references) {
      bj::object reference;
      add(reference, "referenced_uuid", r.referenced_uuid);
      add(reference, "relationship_type", r.relationship);
      add(reference, "comment", r.comment);
      references.push_back(bj::serialize(reference));
    }
    std::sort(references.begin(), references.end());
    std::string text = bj::serialize(out);
    add_list(text, "ObjectReference", references);
    add_list(text, "Attribute", attributes);
    return text;
  }

  std::string show_report(const misp::event_report& r, const std::string& content) const override {
    bj::object out;
    add(out, "uuid", r.uuid);
    add(out, "name", r.name);
    out["content"] = clean_value(content, "\n");
    return bj::serialize(out);
  }

  bool halve(const report_unit&, report_unit&, report_unit&) const override { return false; }

  std::string assemble(const report_head& head, std::span<const report_unit* const> units,
                       bool with_ids) const override {
    std::vector<std::string> reports;
    std::vector<std::string> objects;
    std::vector<std::string> attributes;
    for (const report_unit* unit : units) {
      using section = report_unit::section;
      auto& list = unit->where == section::report   ? reports
                   : unit->where == section::object ? objects
                                                    : attributes;
      list.push_back(unit->text);
    }
    std::string event = bj::serialize(head_to_json(head, with_ids));
    add_list(event, "EventReport", reports);
    add_list(event, "Object", objects);
    add_list(event, "Attribute", attributes);
    return "{\"Event\":" + event + "}\n";
  }

 private:
  /// Adds a member to a written object that is not empty; one element a line, so that differences are
  /// readable.
  static void add_list(std::string& object, std::string_view name, std::span<const std::string> elements) {
    if (elements.empty())
      return;
    object.pop_back();
    object.append(object == "{" ? "\"" : ",\"").append(name).append("\":[");
    for (std::size_t i = 0; i < elements.size(); ++i)
      object.append(i == 0 ? "\n" : ",\n").append(elements[i]);
    object.append("]}");
  }
};

} // namespace

std::unique_ptr<report_renderer> make_json_renderer() {
  return std::make_unique<json_renderer>();
}

} // namespace isacbot::domain
