/// A MISP event as we need it: what members of the community may read, and nothing that is one server's own
/// business (ids of rows, correlations, proposals, sightings, members of sharing groups, attachments).
///
/// @see MISP core format (misp-rfc, misp-core-format), sections 2.2 to 2.10
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::misp {

/// Levels of `distribution`; attributes, objects and reports may also inherit the event's.
enum class distribution : std::uint8_t {
  own_organisation,
  this_community,
  connected_communities,
  all_communities,
  sharing_group,
  inherit,
};

struct tag {
  std::string name;   ///< as written, any characters; never empty
  bool local = false; ///< a private mark of the server's owner

  friend bool operator==(const tag&, const tag&) = default;
};

struct attribute {
  std::string uuid; ///< lower case; empty when missing
  std::string type; ///< "ip-dst", "filename|sha256", ...
  std::string category;
  std::string value;           ///< parts of composite types are joined by a bar
  std::string comment;         ///< may be empty
  std::string object_relation; ///< its role in an object, else empty
  std::string first_seen;      ///< ISO 8601 as written, or empty
  std::string last_seen;
  bool to_ids = false; ///< usable for detection, not only context
  distribution spread = distribution::inherit;
  std::vector<tag> tags;

  friend bool operator==(const attribute&, const attribute&) = default;
};

/// Points from an object to another object or attribute.
struct object_reference {
  std::string referenced_uuid;
  std::string relationship; ///< "drops", "communicates-with", ...
  std::string comment;

  friend bool operator==(const object_reference&, const object_reference&) = default;
};

struct object {
  std::string uuid;
  std::string name; ///< template: "file", "domain-ip", ...
  std::string meta_category;
  std::string comment;
  std::string first_seen;
  std::string last_seen;
  distribution spread = distribution::inherit;
  std::vector<object_reference> references;
  std::vector<attribute> attributes;

  friend bool operator==(const object&, const object&) = default;
};

struct event_report {
  std::string uuid;
  std::string name;
  std::string content; ///< Markdown
  distribution spread = distribution::inherit;
  std::vector<tag> tags{}; ///< newer servers only

  friend bool operator==(const event_report&, const event_report&) = default;
};

struct galaxy_cluster {
  std::string value; ///< "Fancy Bear", "Phishing - T1566"
  std::string tag_name;
  std::vector<std::string> external_ids; ///< "T1566", ...
  std::vector<std::string> synonyms;

  friend bool operator==(const galaxy_cluster&, const galaxy_cluster&) = default;
};

struct galaxy {
  std::string name; ///< "Threat Actor"
  std::string type; ///< "threat-actor"
  std::vector<galaxy_cluster> clusters;

  friend bool operator==(const galaxy&, const galaxy&) = default;
};

enum class threat_level : std::uint8_t { high = 1, medium, low, undefined };
enum class analysis_state : std::uint8_t { initial, ongoing, completed };

/// Deleted attributes, objects, reports and references are not in here.
struct event {
  std::string id;                     ///< of the server that answered; empty in feeds
  std::string uuid;                   ///< lower case
  std::string info;                   ///< title; may be empty, long, or hold line breaks
  std::string date;                   ///< "YYYY-MM-DD" as a person typed it
  std::int64_t timestamp = 0;         ///< last edit, seconds since the epoch, the author's clock
  std::int64_t publish_timestamp = 0; ///< seconds, that server's clock; 0: never
  bool published = false;
  threat_level threat = threat_level::undefined;
  analysis_state analysis = analysis_state::initial;
  distribution spread = distribution::all_communities;
  std::string extends_uuid; ///< of the event that this one adds to; empty: none
  std::string organisation; ///< name of the creator (`Orgc`)
  std::vector<tag> tags;
  std::vector<galaxy> galaxies;
  std::vector<attribute> attributes; ///< free ones, outside of objects
  std::vector<object> objects;
  std::vector<event_report> reports;

  friend bool operator==(const event&, const event&) = default;
};

/// Free attributes and those in objects.
std::size_t count_attributes(const event& e) noexcept;

/// @returns `text` in lower case when it is a UUID (RFC 4122 text form, either case), else nullopt
std::optional<std::string> parse_uuid(std::string_view text);

} // namespace isacbot::misp
