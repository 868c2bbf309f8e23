/// Compares what MISP servers publish with what Station holds, by data alone: the servers' own JSON and the
/// reports in Station's database. Neither the bot's codecs nor its mapper nor its word is asked.
#pragma once

#include "crash/misp_world.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace isacbot::test {

enum class misp_breach : std::uint8_t {
  lost,        ///< published, and no report
  doubled,     ///< more than one report for an event
  stale,       ///< a report that is not of the version published
  mistagged,   ///< tags are missing, or of an older version
  stranger,    ///< a report of no event
  left_over,   ///< the queue is not empty, or an event was given up
  never_quiet, ///< something was left undone
};

struct misp_violation {
  misp_breach what = misp_breach::lost;
  std::string detail;
};

std::string to_string(const std::vector<misp_violation>& all);
bool has(const std::vector<misp_violation>& all, misp_breach what);

/// @returns nothing when every event that is published somewhere is one report as it stands
std::vector<misp_violation> judge(const misp_world& w, bool became_quiet);

/// A tag as the help text of the service allows it: lower case, everything else hyphens.
std::string plain_tag(const std::string& name);

} // namespace isacbot::test
