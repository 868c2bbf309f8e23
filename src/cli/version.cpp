#include "cli/version.hpp"

#include "app/version.hpp"
#include "cli/exit_status.hpp"

#include <ostream>

namespace isacbot::cli {

int run_version(streams io) {
  app::build_facts facts = app::build();
  io.out << "isacbot " << facts.version << "\n"
         << "build: " << facts.compiler << ", " << facts.kind << "\n"
         << "libraries: " << facts.libraries << "\n";
  return exit_done;
}

} // namespace isacbot::cli
