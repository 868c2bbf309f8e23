/// `isacbot restore DIR`: a backup takes the place of what there is. Everything is checked before anything is
/// changed, and nothing is deleted.
#pragma once

#include "app/settings.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace isacbot::app {

struct restore_outcome {
  std::string made;                  ///< when the backup was
  bool station = false;              ///< whether Station's database was restored, too
  std::uint64_t audit_entries = 0;   ///< of the restored log, all in order
  std::vector<std::string> replaced; ///< directories with what lay there before, to be removed by a person
};

/// Blocks. Can be interrupted anywhere and run again; until it has ended, the databases do not open.
/// @param say  called with each step
/// @error ec::locked: a service runs; ec::not_found, ec::corrupted: the backup is incomplete or damaged;
///        ec::wrong_key: storage.master_key does not open it; ec::conflict: it has a Station and the
///        configuration has none, or the other way round; ec::schema_mismatch; ec::io_failure
result<restore_outcome> restore_backup(const settings& configured, const std::filesystem::path& directory,
                                       const clock& time, random_source& random,
                                       const std::function<void(std::string_view)>& say);

} // namespace isacbot::app
