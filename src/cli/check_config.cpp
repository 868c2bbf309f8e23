#include "cli/check_config.hpp"

#include "app/config_file.hpp"
#include "cli/exit_status.hpp"

#include <ostream>

namespace isacbot::cli {

namespace {

std::string count(std::size_t number, std::string_view noun) {
  return (number == 0 ? "no" : std::to_string(number)) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

} // namespace

int run_check_config(const check_config_arguments& arguments, streams io) {
  if (arguments.example) {
    io.out << app::render_example_config();
    return exit_done;
  }
  app::loaded_config loaded = app::load_config_file(arguments.config);
  for (const app::finding& f : loaded.faults)
    io.out << to_string(f) << "\n";
  for (const app::finding& f : loaded.warnings)
    io.out << "warning: " << to_string(f) << "\n";
  io.out << arguments.config << ": " << count(loaded.faults.size(), "fault") << ", "
         << count(loaded.warnings.size(), "warning") << "\n";
  return loaded.faults.empty() ? exit_done : exit_config;
}

} // namespace isacbot::cli
