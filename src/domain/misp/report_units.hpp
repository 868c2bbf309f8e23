/// What of an event goes into its reports, in pieces and in a fixed order.
#pragma once

#include "domain/misp/report_mapper.hpp"
#include "domain/misp/report_renderer.hpp"

#include <map>
#include <vector>

namespace isacbot::domain {

struct unit_list {
  std::vector<report_unit> units; ///< reports, objects, attributes for detection, the rest
  std::map<exclusion, std::size_t> excluded;
};

/// Applies the exclusions of the settings; the order of the event's lists does not matter.
unit_list make_units(const misp::event& e, const mapping_settings& settings, const report_renderer& renderer);

/// The event's tags to show: selected, not limited in number, sorted.
std::vector<std::string> tags_to_show(const std::vector<misp::tag>& tags, const mapping_settings& settings);

/// Galaxies of the same name as one, everything sorted, clusters of tags that are left out gone.
std::vector<misp::galaxy> merge_galaxies(const misp::event& e, const mapping_settings& settings);

} // namespace isacbot::domain
