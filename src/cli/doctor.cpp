#include "cli/doctor.hpp"

#include "app/doctor.hpp"
#include "app/version.hpp"
#include "cli/exit_status.hpp"
#include "cli/load_settings.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <ostream>

namespace isacbot::cli {

int run_doctor(const doctor_arguments& arguments, streams io) {
  auto settings = load_settings(arguments.config, io);
  if (!settings)
    return exit_config;
  system_clock time;
  system_random random;
  auto rows = app::run_doctor(*settings, {time, random, std::string(app::version())});
  bool failed =
      std::any_of(rows.begin(), rows.end(), [](const auto& r) { return r.status == app::health::fail; });
  if (arguments.json) {
    boost::json::array checks;
    for (const app::doctor_row& row : rows)
      checks.emplace_back(boost::json::object{{"check", row.check},
                                              {"status", app::to_string(row.status)},
                                              {"finding", row.finding},
                                              {"mend", row.mend}});
    io.out << boost::json::serialize(boost::json::object{{"healthy", !failed}, {"checks", std::move(checks)}})
           << '\n';
    return failed ? exit_failed : exit_done;
  }
  std::size_t width = 0;
  for (const app::doctor_row& row : rows)
    width = std::max(width, row.check.size());
  for (const app::doctor_row& row : rows) {
    std::string status(app::to_string(row.status));
    io.out << status << std::string(6 - status.size(), ' ') << row.check
           << std::string(width - row.check.size() + 2, ' ') << row.finding << '\n';
    if (!row.mend.empty())
      io.out << std::string(width + 8, ' ') << "-> " << row.mend << '\n';
  }
  return failed ? exit_failed : exit_done;
}

} // namespace isacbot::cli
