#include "cli/restore.hpp"

#include "app/restore.hpp"
#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <ostream>

namespace isacbot::cli {

int run_restore(const restore_arguments& arguments, streams io) {
  auto settings = load_settings(arguments.config, io);
  if (!settings)
    return exit_config;
  system_clock time;
  system_random random;
  auto outcome = app::restore_backup(*settings, arguments.directory, time, random,
                                     [&](std::string_view step) { io.err << step << '\n'; });
  if (!outcome) {
    io.err << "isacbot: " << to_string(outcome.error()) << '\n';
    return exit_failed;
  }
  if (arguments.json) {
    boost::json::array replaced;
    for (const std::string& directory : outcome->replaced)
      replaced.emplace_back(directory);
    io.out << boost::json::serialize(boost::json::object{{"made", outcome->made},
                                                         {"station", outcome->station},
                                                         {"audit_entries", outcome->audit_entries},
                                                         {"replaced", std::move(replaced)}})
           << '\n';
    return exit_done;
  }
  io.out << "restored: the bot" << (outcome->station ? " and Station" : "") << " as of " << outcome->made
         << "; the audit log is whole, " << outcome->audit_entries << " entries\n"
         << "What lay there before is kept; remove it when all is well:\n";
  for (const std::string& directory : outcome->replaced)
    io.out << "  " << directory << '\n';
  return exit_done;
}

} // namespace isacbot::cli
