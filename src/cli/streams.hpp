/// Where a command reads and writes, so that a test can watch it.
#pragma once

#include <iosfwd>

namespace isacbot::cli {

struct streams {
  std::istream& in;
  std::ostream& out; ///< the product of the command
  std::ostream& err; ///< everything else
};

} // namespace isacbot::cli
