/// One process per database: a lock file that also tells who holds it.
#pragma once

#include "core/error.hpp"

#include <filesystem>
#include <utility>

namespace isacbot::storage {

/// Holds an flock(2) on a file. The kernel lets go of it when the process ends, however it ends, so a stale
/// file locks nobody out.
class process_lock {
 public:
  /// Creates the file if needed and writes "pid <number>" into it.
  /// @error ec::locked: somebody holds it, and the cause names the process; ec::io_failure
  static result<process_lock> acquire(const std::filesystem::path& file);

  process_lock(process_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  process_lock& operator=(process_lock&& other) noexcept;
  ~process_lock();

 private:
  explicit process_lock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

} // namespace isacbot::storage
