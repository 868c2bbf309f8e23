/// What Station holds, read from its own database and not through the bot.
#pragma once

#include "crash/station_home.hpp"
#include "station/report_reader.hpp"

#include <vector>

namespace isacbot::test {

/// Every report of the enclave.
inline std::vector<station::stored_report> read_reports(const station_home& home) {
  std::vector<station::enclave> where{home.enclave()};
  station::report_query all;
  all.to = from_epoch_ms(10'000'000'000'000);
  std::vector<station::stored_report> reports;
  for (const auto& hit : station::search_reports(home.store(), where, all).value())
    if (auto report = station::find_report(home.store(), where, hit.id).value())
      reports.push_back(std::move(*report));
  return reports;
}

} // namespace isacbot::test
