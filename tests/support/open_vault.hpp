/// A vault for tests of what is sealed, not of sealing.
#pragma once

#include "storage/vault.hpp"

#include <string>
#include <vector>

namespace isacbot::test {

/// @param fill every byte of the master key
inline secret test_master_key(char fill = 'k') {
  return secret(std::string(32, fill));
}

/// Ties the store to test_master_key(), or opens it again.
inline storage::vault open_vault(storage::kv_store& store, random_source& random) {
  return storage::vault::open(store, {test_master_key()}, random).value();
}

} // namespace isacbot::test
