/// Reads reports: by id, by text, by the values they hold.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "observables/known_names.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"
#include "station/report_record.hpp"
#include "storage/kv_store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

// Errors of all functions: ec::io_failure, ec::corrupted. What lies outside of `enclaves` is as if it did not
// exist.

/// By an id that somebody sent. What lies elsewhere is not even read: the time of the answer tells nothing.
/// @returns nullopt unless the report lies in one of the enclaves
result<std::optional<stored_report>> find_report(const storage::kv_store& store,
                                                 std::span<const enclave> enclaves, std::string_view id);

/// By an id that an index of the enclave has led to. @returns nullopt when it is there no longer
result<std::optional<stored_report>> load_report(const storage::kv_store& store, const enclave& where,
                                                 std::string_view id);

/// By external id; of several, the one updated last.
result<std::optional<stored_report>> find_report_by_external_id(const storage::kv_store& store,
                                                                std::span<const enclave> enclaves,
                                                                std::string_view external_id);

/// What the report's body holds, in order of first appearance, derived hosts last; nothing when it does not
/// lie in that enclave.
result<std::vector<report_observable>> read_observables(const storage::kv_store& store, std::uint32_t enclave,
                                                        std::string_view report_id);

/// A report found: enough to order and to load it.
struct report_hit {
  std::string id;
  sys_time updated{};
  std::uint32_t enclave = 0; ///< number of the enclave in which it was found
};

/// Puts hits into order, newest first, each once, at most `limit`.
void keep_newest(std::vector<report_hit>& hits, std::size_t limit);

struct report_query {
  std::vector<std::string>
      terms;       ///< folded (search_terms); any in title, body or a value; empty: every report
  sys_time from{}; ///< on `updated`; both ends belong to the window
  sys_time to{};
  std::vector<std::string> tags;          ///< all must be there
  std::vector<std::string> excluded_tags; ///< none may be there
  std::size_t limit = trustar::max_reachable_results;
};

/// @returns at most `limit` hits, newest first
result<std::vector<report_hit>> search_reports(const storage::kv_store& store,
                                               std::span<const enclave> enclaves, const report_query& query);

/// Reports that hold any of the values, also as the host of a URL or an address; each once, newest first.
/// @returns at most `limit`; one that changed within the last seconds may be gone: look before you show it
result<std::vector<report_hit>> find_correlated(const storage::kv_store& store,
                                                std::span<const enclave> enclaves,
                                                const std::vector<report_observable>& values,
                                                std::size_t limit = trustar::max_reachable_results);

/// As find_correlated, by the values that texts of a query stand for (resolve_values).
result<std::vector<report_hit>> find_correlated_texts(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves,
                                                      const std::vector<std::string>& texts,
                                                      const observables::known_names& names,
                                                      std::size_t limit = trustar::max_reachable_results);

/// Whether the report still lies where it was found.
result<bool> is_there(const storage::kv_store& store, const report_hit& hit);

/// Loads hits, in their order; those that are gone meanwhile are left out.
result<std::vector<trustar::report>> load_reports(const storage::kv_store& store,
                                                  std::span<const enclave> enclaves,
                                                  std::span<const report_hit> hits);

/// Tags of the enclaves' reports, each once an enclave, in order of enclave and name.
result<std::vector<trustar::tag>> list_report_tags(const storage::kv_store& store,
                                                   std::span<const enclave> enclaves);

/// What one text stands for: the stored values that are spelled so, else its normal form; empty when it is no
/// value.
result<std::vector<report_observable>> resolve_value(const storage::kv_store& store,
                                                     std::span<const enclave> enclaves,
                                                     const std::string& text,
                                                     const observables::known_names& names);

/// The values that texts of a query stand for, as resolve_value; of a text that has commas and is no value
/// itself, its parts.
result<std::vector<report_observable>> resolve_values(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves,
                                                      const std::vector<std::string>& texts,
                                                      const observables::known_names& names);

} // namespace isacbot::station
