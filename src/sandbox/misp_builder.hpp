/// Writes events for the sample MISP server in a few lines each. UUIDs of rows come from the event's UUID and
/// a running number, so that the samples are the same on every machine.
#pragma once

#include "sandbox/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::sandbox {

struct sample_attribute {
  std::string type;
  std::string category;
  std::string value;
  bool to_ids = true;
  std::string comment = {};
  std::vector<std::string> tags = {};
  std::string relation = {}; ///< in objects
  std::string first_seen = {};
  bool deleted = false;
};

struct sample_object {
  std::string name;
  std::string meta_category;
  std::string comment;
  std::vector<sample_attribute> attributes;
  std::string relationship = {}; ///< to the object before; empty: none
};

class misp_event_builder {
 public:
  struct head {
    std::string uuid;
    std::string info;
    std::string date; ///< "YYYY-MM-DD", also the time of editing
    std::string organisation = "Example Energy CERT";
    unsigned threat_level = 2;
    unsigned analysis = 2;
    unsigned distribution = 3;
  };
  explicit misp_event_builder(const head& h);

  misp_event_builder& tag(std::string_view name, bool local = false);
  misp_event_builder& attribute(const sample_attribute& a);
  misp_event_builder& object(const sample_object& o);
  misp_event_builder& report(std::string_view name, std::string_view content, bool deleted = false);
  /// With its tag on the event.
  misp_event_builder& galaxy(std::string_view name, std::string_view type, std::string_view cluster,
                             std::string_view external_id = {});
  /// A member that the calls above don't know.
  misp_event_builder& member(std::string_view key, json::value value);

  /// The UUID of the attribute or object made last, for references in reports.
  [[nodiscard]] const std::string& last_uuid() const noexcept { return last_uuid_; }
  /// `{"Event": ..}`
  [[nodiscard]] std::string text() const;

 private:
  json::object make_attribute(const sample_attribute& a);
  std::string next_uuid();
  json::array& list(std::string_view key);

  json::object event_;
  std::string last_uuid_;
  std::string last_object_;
  unsigned rows_ = 0;
};

/// An invented hash: `digits` hex digits made of a name.
std::string sample_hash(std::string_view name, std::size_t digits);

} // namespace isacbot::sandbox
