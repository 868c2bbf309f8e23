/// A company's whitelist: values that its members do not want to be told about.
#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "storage/kv_store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::station {

struct whitelist_entry {
  std::string type; ///< wire type
  std::string value;
};

// Errors of all functions: ec::io_failure, ec::corrupted.

/// Adds what is not there yet, in one synced write.
result<void> add_to_whitelist(storage::kv_store& store, std::uint32_t company,
                              const std::vector<whitelist_entry>& entries, sys_time now);

/// Taking away what is not there is fine.
result<void> remove_from_whitelist(storage::kv_store& store, std::uint32_t company,
                                   const whitelist_entry& entry);

/// All of it, in order of type and value.
result<std::vector<whitelist_entry>> list_whitelist(const storage::kv_store& store, std::uint32_t company);

result<bool> is_whitelisted(const storage::kv_store& store, std::uint32_t company, std::string_view type,
                            std::string_view value);

} // namespace isacbot::station
