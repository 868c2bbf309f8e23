/// Events for the proofs of the MISP feed.
#pragma once

#include "crash/misp_world.hpp"

#include <boost/json/serialize.hpp>

#include <string>
#include <vector>

namespace isacbot::test {

/// @param n  0 to 4095
inline std::string event_uuid(unsigned n) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string tail{digits[n >> 8U & 15U], digits[n >> 4U & 15U], digits[n & 15U]};
  return "5c0de000-0000-4000-8000-000000000" + tail;
}

/// A small event in MISP's own form. Values are distinct from those of other events.
inline std::string make_event(unsigned n, const std::string& title = "",
                              const std::vector<std::string>& tags = {"tlp:green"}) {
  auto name = std::to_string(n);
  boost::json::array tag_list;
  for (const auto& tag : tags)
    tag_list.emplace_back(boost::json::object{{"name", tag}});
  boost::json::array attributes;
  attributes.emplace_back(boost::json::object{{"type", "domain"},
                                              {"category", "Network activity"},
                                              {"to_ids", true},
                                              {"uuid", "5c0de000-0000-4000-9000-" + event_uuid(n).substr(24)},
                                              {"value", "c2-" + name + ".example.com"}});
  boost::json::object object{{"name", "file"},
                             {"uuid", "5c0de000-0000-4000-a000-" + event_uuid(n).substr(24)}};
  boost::json::array inner;
  inner.emplace_back(boost::json::object{{"type", "filename"},
                                         {"category", "Payload delivery"},
                                         {"object_relation", "filename"},
                                         {"to_ids", false},
                                         {"uuid", "5c0de000-0000-4000-b000-" + event_uuid(n).substr(24)},
                                         {"value", "dropper-" + name + ".exe"}});
  object["Attribute"] = std::move(inner);
  boost::json::array objects;
  objects.emplace_back(std::move(object));
  boost::json::object event{{"uuid", event_uuid(n)},
                            {"info", title.empty() ? "event " + name : title},
                            {"date", "2026-03-01"},
                            {"timestamp", "1790000000"},
                            {"published", true},
                            {"threat_level_id", "2"},
                            {"analysis", "1"},
                            {"distribution", "3"},
                            {"Orgc", boost::json::object{{"name", "Example CERT"},
                                                         {"uuid", "5c0de000-0000-4000-c000-000000000001"}}},
                            {"Attribute", std::move(attributes)},
                            {"Object", std::move(objects)},
                            {"Tag", std::move(tag_list)}};
  return boost::json::serialize(boost::json::object{{"Event", std::move(event)}});
}

inline void add_published(sandbox::misp_server& misp, unsigned first, unsigned count) {
  for (unsigned n = first; n < first + count; ++n)
    (void)misp.add_event(make_event(n), sandbox::misp_server::publish::yes).value();
}

/// Changes title, tags and content, and publishes again.
inline void change_and_publish(sandbox::misp_server& misp, unsigned n, const std::string& title,
                               const std::string& tag) {
  misp.edit(event_uuid(n), [&](boost::json::object& event) {
    event["info"] = title;
    boost::json::array tags;
    tags.emplace_back(boost::json::object{{"name", tag}});
    event["Tag"] = std::move(tags);
  });
  misp.add_attribute(event_uuid(n), "ip-dst", "Network activity", "203.0.113." + std::to_string(n % 250));
  misp.publish_event(event_uuid(n));
}

} // namespace isacbot::test
