/// Keeps reports inside the receiver's limits: one body if it fits, else several, or less.
#pragma once

#include "domain/misp/report_mapper.hpp"
#include "domain/misp/report_renderer.hpp"

#include <vector>

namespace isacbot::domain {

/// More parts than this are not made; an event that needs them is withheld.
inline constexpr std::size_t max_parts = 4096;

struct body_part {
  std::size_t number = 1;
  std::string body;
  std::string hash; ///< over the body without row ids
  std::size_t indicators = 0;
  std::size_t attributes = 0;
};

struct part_list {
  std::vector<body_part> parts; ///< ascending, the first is 1; empty: it can't be done
  std::size_t left_out = 0;     ///< attributes and event reports that are in no part
};

/// A piece goes to the part that a hash of its name says, and the number of parts grows by doubling: so a
/// change of one attribute changes one part.
part_list make_parts(report_head head, std::vector<report_unit> units, const report_renderer& renderer,
                     const mapping_settings& settings);

} // namespace isacbot::domain
