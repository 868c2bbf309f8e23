/// Looks indicators up: substring search and metadata over the enclaves that a caller may see.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "protocol/trustar/model.hpp"
#include "station/accounts.hpp"
#include "station/term_search.hpp"
#include "storage/kv_store.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

struct indicator_query {
  std::vector<std::string> terms; ///< folded, at least three bytes each; a value with any of them is found
  sys_time from{};                ///< on last_seen; both ends belong to the window
  sys_time to{};
  std::vector<std::string> types; ///< wire types; empty: all
  std::vector<std::string> tags;  ///< all must be there, by name or id
  std::vector<std::string> excluded_tags;
};

/// The filters of a request. @param from, to  the window that it comes to
indicator_query make_indicator_query(const trustar::search& what, sys_time from, sys_time to);

/// One value found, with its youngest sighting over the enclaves asked.
struct indicator_hit {
  std::string type;
  std::string value;
  sys_time last_seen{};
};

/// @returns at most 10,000 hits, newest first; each value once
/// @error ec::io_failure, ec::corrupted
result<std::vector<indicator_hit>> search_indicators(const storage::kv_store& store,
                                                     std::span<const enclave> enclaves,
                                                     const indicator_query& query);

/// What the enclaves together know about one value.
/// @param type  wire type; empty: any
/// @returns one indicator a type; none when the value is unknown in all of them
/// @error ec::io_failure, ec::corrupted
result<std::vector<trustar::indicator>> read_metadata(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves,
                                                      std::string_view value, std::string_view type);

/// Metadata of hits, in their order; those that are gone meanwhile are left out. @error ec::io_failure,
/// ec::corrupted
result<std::vector<trustar::indicator>> load_indicators(const storage::kv_store& store,
                                                        std::span<const enclave> enclaves,
                                                        std::span<const indicator_hit> hits);

/// Tags of the enclaves' indicators, each once an enclave, with their ids. @error ec::io_failure,
/// ec::corrupted
result<std::vector<trustar::tag>> list_indicator_tags(const storage::kv_store& store,
                                                      std::span<const enclave> enclaves);

} // namespace isacbot::station
