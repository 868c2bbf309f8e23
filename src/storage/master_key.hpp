/// The key file that opens the vault.
#pragma once

#include "core/error.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"

#include <cstddef>
#include <filesystem>

namespace isacbot::storage {

inline constexpr std::size_t master_key_bytes = 32;

/// Reads a key file: 32 raw bytes, or 64 hex digits with or without a line end.
/// The file (a link is followed) has to be a regular one that only its owner may read or write.
/// @error ec::bad_configuration: missing, readable by others, or not a key
result<secret> load_master_key(const std::filesystem::path& path);

/// Makes a key file of 64 hex digits, mode 0600, synced before it returns.
/// @error ec::conflict: something of that name exists (a key is never overwritten); ec::io_failure
result<void> make_master_key(const std::filesystem::path& path, random_source& random);

} // namespace isacbot::storage
