/// Reports: stored, read, and found by a substring of title or body.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"
#include "storage/kv_store.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

/// Adds a report. `updated` is strictly increasing over the whole store, so that lists by time lose nothing.
/// @param what  id, created and updated are set here; time_began defaults to now
/// @error ec::conflict the external id is taken in this enclave; ec::overloaded; ec::io_failure,
/// ec::corrupted
result<trustar::report> add_report(storage::kv_store& store, const enclave& where, trustar::report what,
                                   std::string id, sys_time now);

/// @returns nullopt unless the report lies in one of the enclaves. @error ec::io_failure, ec::corrupted
result<std::optional<trustar::report>> find_report(const storage::kv_store& store,
                                                   std::span<const enclave> enclaves, std::string_view id);

/// By external id; of several, the one updated last. @error ec::io_failure, ec::corrupted
result<std::optional<trustar::report>> find_report_by_external_id(const storage::kv_store& store,
                                                                  std::span<const enclave> enclaves,
                                                                  std::string_view external_id);

/// Reads every report of the window, newest first: good for tens of thousands, not for more.
/// @param folded_term  empty: every report
/// @returns at most 10,000, without bodies. @error ec::io_failure, ec::corrupted
result<std::vector<trustar::report>> search_reports(const storage::kv_store& store,
                                                    std::span<const enclave> enclaves,
                                                    std::string_view folded_term, sys_time from, sys_time to);

} // namespace isacbot::station
