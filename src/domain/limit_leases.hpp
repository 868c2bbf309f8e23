/// How far long limits are promised to disk. A bucket is granted only as far as a lease on disk reaches, and
/// after a crash everything up to the lease counts as taken: so no restart gives a call twice. Leases are
/// asked for ahead, so that hardly a call waits for the disk.
#pragma once

#include "core/clock.hpp"
#include "domain/limit_level.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace isacbot::domain {

/// How far one bucket may go.
struct bucket_lease {
  std::uint64_t key = 0; ///< of the bucket in its table
  limit_level level = limit_level::user;
  std::uint8_t index = 0; ///< which limit of the level
  /// When the bucket is full again if all of the lease is used. In the table's own time; on its way from the
  /// disk: from now on.
  steady_time full_at{};
};

/// Belongs to a bucket_table.
class limit_leases {
 public:
  /// @param use  what a bucket would come to
  /// @param end  how far it is leased when a lease has to be asked for
  /// @returns whether the lease on disk covers it; asks for one, or for the next one, where needed
  bool cover(const bucket_lease& use, steady_time end);

  /// Leases to be written, each further than the one on disk; those of buckets that are full again are to be
  /// erased.
  struct changes {
    std::vector<bucket_lease> write;
    std::vector<std::uint64_t> erase;
  };
  [[nodiscard]] bool waiting() const noexcept { return !wanted_.empty(); }
  changes take_changes(steady_time now);
  /// They are on disk.
  void written(const std::vector<bucket_lease>& leases);
  /// They are not: asked for again by the next call.
  void failed(const std::vector<bucket_lease>& leases);
  /// Read from the disk.
  void restored(const bucket_lease& lease) { known_[lease.key] = {lease.full_at, lease.full_at}; }

  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

 private:
  struct extent {
    steady_time on_disk = steady_time::min();
    steady_time asked_for = steady_time::min();
  };
  std::unordered_map<std::uint64_t, extent> known_;
  std::vector<bucket_lease> wanted_;
  std::size_t next_sweep_ = 64; ///< leases at which full ones are looked for
};

} // namespace isacbot::domain
