#include "cli/init.hpp"

#include "app/init.hpp"
#include "cli/exit_status.hpp"

#include <ostream>

namespace isacbot::cli {

int run_init(const init_arguments& arguments, streams io) {
  system_random random;
  auto made = app::make_first_files(arguments.directory, random);
  if (!made) {
    io.err << "isacbot: " << to_string(made.error()) << '\n';
    return exit_failed;
  }
  io.out << "Made:\n";
  for (const std::string& file : made->files)
    io.out << "  " << file << '\n';
  io.out << "\nNext:\n";
  int number = 0;
  for (const std::string& step : made->steps)
    io.out << "  " << ++number << ". " << step << '\n';
  return exit_done;
}

} // namespace isacbot::cli
