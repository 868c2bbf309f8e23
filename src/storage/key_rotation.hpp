/// Re-encrypts the bot's database under another master key while it is in use.
///
///     one key ──[both keys stored, each sealed under the other]──► under way ──[no outdated row]──►
///     leftovers
///                                                                     │                                │
///        a crash changes nothing: either key opens the database ◄─────┘     only the new key opens ◄───┘
///
/// Leftovers are rows that somebody sealed before the change and wrote after the last look at them: the old
/// key stays in the database, sealed under the new one, until the database is opened the next time, when
/// nobody can be writing late. Then they are re-encrypted, and the old key goes.
#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "storage/kv_store.hpp"
#include "storage/vault.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace isacbot::storage {

/// Where the sealed bytes of a row begin; nullopt: the row has none. Every table that seals is listed here.
std::optional<std::size_t> sealed_offset(table t, std::string_view key);

struct rotation_work {
  /// Commits one batch. Several writers may be at work meanwhile.
  std::function<result<void>(write_batch batch, sync s)> write;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = [](auto, auto) {};
  /// Asked between batches.
  std::function<bool()> stopping = [] { return false; };
};

/// Changes the key, or goes on with a change to the same key that was interrupted.
/// @returns how many rows were re-encrypted
/// @error ec::conflict: `next` is the key in use, or a change to another key is under way; ec::cancelled:
///        stopped, to be called again; ec::corrupted: a row cannot be opened, nothing is lost; what `write`
///        fails with
result<std::uint64_t> rotate_master_key(const kv_store& store, vault& sealer, const secret& next,
                                        const rotation_work& work);

/// The end of a change, at the next opening, before anybody else writes. Does nothing where there is none.
/// @error as rotate_master_key
result<void> finish_rotation(kv_store& store, vault& sealer);

} // namespace isacbot::storage
