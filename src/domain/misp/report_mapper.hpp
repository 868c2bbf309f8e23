/// Turns a MISP event into what is submitted to a Station: pure, deterministic, and independent of the order
/// in which a server lists attributes, objects, reports and tags. docs/misp.md tells the rules.
#pragma once

#include "core/clock.hpp"
#include "domain/misp/tlp.hpp"
#include "observables/known_names.hpp"
#include "protocol/misp/event.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::domain {

enum class report_form : std::uint8_t { text, json };
enum class oversize_rule : std::uint8_t { split, trim };

/// Title of a report: nothing is documented; the longest we send, in bytes.
inline constexpr std::size_t max_title_bytes = 250;

struct mapping_settings {
  std::string server_url{}; ///< for the link to the event; empty (feeds): none
  report_form body = report_form::text;
  std::vector<std::string>
      tags_include{}; ///< patterns (see tag_mapper.hpp); empty: all. TLP tags always pass
  std::vector<std::string> tags_exclude{};       ///< patterns; they win
  tlp_level max_tlp = tlp_level::amber;          ///< stricter events and attributes are withheld
  bool refuse_untagged = false;                  ///< withhold events that state no TLP
  std::vector<std::string> exclude_types{};      ///< attribute types, any case; or "personal-data"
  std::vector<std::string> exclude_categories{}; ///< attribute categories, any case
  oversize_rule oversize = oversize_rule::split;
  std::size_t max_attributes = 1'000'000;
  std::size_t max_tags = 0; ///< 0: all
  bool include_local_tags = false;
  bool skip_own_organisation_only = false; ///< withhold what is meant for the owner's organisation alone

  std::size_t max_report_bytes = 2'097'152;
  std::size_t max_indicators_per_report = 2'000;
  observables::known_names names{}; ///< what the receiving side's extractor knows, for counting
};

/// Why a part of an event is not in its reports.
enum class exclusion : std::uint8_t {
  type,             ///< exclude_types
  category,         ///< exclude_categories
  tlp,              ///< its own TLP is stricter than allowed
  own_organisation, ///< its own distribution
  oversize,         ///< left out (trim), or cut because it alone is over the limits
};
std::string_view to_string(exclusion why) noexcept;

/// Why a whole event is not submitted.
enum class withholding : std::uint8_t { tlp, untagged, own_organisation, too_many_attributes, oversize };
std::string_view to_string(withholding why) noexcept;

struct withheld_event {
  withholding why = withholding::tlp;
  std::string explanation; ///< a sentence for the operator
};

/// One report. An event has one, and several only when it is over the limits.
struct report_part {
  std::string external_id; ///< "<uuid>", then "<uuid>:2", "<uuid>:3", ... some of which may be missing
  std::string title;
  std::string body;
  std::string body_hash;      ///< 64 hex digits, over title and body but for row ids of one server
  std::size_t indicators = 0; ///< observables in the body that TruSTAR has a type for
};

struct mapped_report {
  std::string uuid;
  std::optional<withheld_event> withheld;    ///< then there are no parts and tags
  std::vector<report_part> parts;            ///< the first one's external id is the UUID
  std::vector<std::string> tags;             ///< as TruSTAR spells them, each once; on every part
  std::string tags_hash;                     ///< 64 hex digits, over the set
  std::optional<sys_time> time_began;        ///< the event's date, 00:00 UTC
  std::string external_url;                  ///< page of the event; empty: none
  std::size_t attributes = 0;                ///< in the reports
  std::map<exclusion, std::size_t> excluded; ///< attributes and event reports, by reason

  [[nodiscard]] std::size_t excluded_count() const noexcept;
};

mapped_report map_event(const misp::event& e, const mapping_settings& settings);

/// @returns the external id of part `number`, from 1
std::string part_external_id(std::string_view uuid, std::size_t number);

} // namespace isacbot::domain
