/// The pages about reports and indicators, as values and as HTML. Pure.
#pragma once

#include "core/clock.hpp"
#include "observables/known_names.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"
#include "station/pages/html.hpp"
#include "station/report_record.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace isacbot::station {

/// One line of a list of reports.
struct report_line {
  std::string id;
  std::string title;
  std::string enclave_name;
  sys_time updated{};
};

struct report_view {
  stored_report report;
  std::string enclave_name;
  std::vector<report_observable> observables; ///< derived ones, too: they are not shown
  std::vector<report_line> correlated;        ///< other reports that share a value, newest first
  bool more_correlated = false;               ///< there are more than those
};
html make_report_view(const report_view& view, const observables::known_names& names);

struct indicator_view {
  trustar::indicator known;
  std::vector<std::string> enclave_names;
  std::vector<trustar::summary> scores;
  bool whitelisted = false;
  std::vector<report_line> reports; ///< newest first
  bool more_reports = false;
};
html make_indicator_view(const indicator_view& view);

/// One indicator of a list.
struct indicator_line {
  std::string type;
  std::string value;
  sys_time last_seen{};
};

struct search_view {
  std::string term;                       ///< as typed; empty: nothing asked yet
  std::string message;                    ///< what is wrong with it; empty: nothing
  std::vector<indicator_line> indicators; ///< newest first
  std::uint64_t all_indicators = 0;       ///< also those beyond the list
  std::vector<report_line> reports;
  bool more_reports = false;
};
html make_search_view(const search_view& view);

struct account_view {
  std::string name;
  std::string company;
  std::string key;
  std::vector<granted_enclave> granted;
  std::uint64_t calls_per_minute = 0; ///< 0: no limit
  std::uint64_t calls_per_day = 0;    ///< 0: no limit
  std::uint64_t calls_today = 0;
};
html make_account_view(const account_view& view);

struct login_view {
  std::string next;    ///< path to go on to
  std::string message; ///< what went wrong; empty: nothing yet
};
html make_login_view(const login_view& view);

} // namespace isacbot::station
