/// The list that the tour pastes: 200 lines within Slack's 3,000 characters, partly defanged, partly wrong,
/// some twice. Every name is one that RFC 2606 or RFC 1918 keeps free for examples.
#pragma once

#include <string>
#include <vector>

namespace isacbot::app {

struct tour_list {
  std::string text;
  std::vector<std::string> values; ///< distinct, as Station is expected to hold them
  unsigned handed_in = 0;
  unsigned accepted = 0;
  unsigned merged = 0;   ///< second appearances
  unsigned withheld = 0; ///< private addresses
  unsigned refused = 0;  ///< lines without an indicator
};

tour_list make_tour_list();

} // namespace isacbot::app
