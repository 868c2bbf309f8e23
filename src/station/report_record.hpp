/// A report as Station stores it, and what was found in its body.
#pragma once

#include "core/error.hpp"
#include "observables/known_names.hpp"
#include "protocol/trustar/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

struct stored_report {
  trustar::report what;          ///< one enclave; body, time_began, created and updated are set
  std::vector<std::string> tags; ///< normal names, in order of arrival
  std::string copied_from;       ///< id of the report that this is a copy of; empty: none

  [[nodiscard]] const std::string& enclave_id() const { return what.enclave_ids.front(); }

  friend bool operator==(const stored_report&, const stored_report&) = default;
};

std::string encode(const stored_report& report);
/// @error ec::corrupted
result<stored_report> decode_report(std::string_view bytes);

/// A value of a report's body, as the wire names it: domains are URL, malware is upper case.
struct report_observable {
  std::string type;
  std::string value;
  bool derived = false; ///< host of a URL or e-mail address, not written on its own

  friend bool operator==(const report_observable&, const report_observable&) = default;
};

/// What is indexed of a body: every distinct value whose type API 1.3 knows, special addresses and values
/// over 4,096 bytes left out, in order of first appearance; then the hosts of URLs and addresses.
std::vector<report_observable> find_observables(std::string_view body, const observables::known_names& names);

/// Those that the limit of 2,000 is about: what the body itself holds.
std::size_t count_written(const std::vector<report_observable>& found) noexcept;

std::string encode(const std::vector<report_observable>& found);
/// @error ec::corrupted
result<std::vector<report_observable>> decode_observables(std::string_view bytes);

/// One row of the index from values to reports.
struct report_mention {
  sys_time created{}; ///< of the report
  bool derived = false;
};

/// When a report was changed last, as its rows by tag hold it.
std::string encode_stamp(sys_time updated);
/// @error ec::corrupted
result<sys_time> decode_stamp(std::string_view bytes);

std::string encode(const report_mention& mention);
/// @error ec::corrupted
result<report_mention> decode_mention(std::string_view bytes);

} // namespace isacbot::station
