/// Leases of long rate limits: what counts as taken after a crash (domain/limit_leases, domain/day_counter).
/// Keyed hashes and numbers only, so not sealed.
#pragma once

#include "domain/day_counter.hpp"
#include "domain/keyed_hash.hpp"
#include "domain/limit_leases.hpp"
#include "storage/kv_store.hpp"
#include "storage/vault.hpp"

#include <utility>
#include <vector>

namespace isacbot::storage {

struct saved_limits {
  std::vector<std::pair<domain::bucket_lease, sys_time>> buckets; ///< with the time each is full again
  std::vector<domain::day_lease> days;
};

class limits_table {
 public:
  /// Both outlive the table.
  limits_table(const kv_store& store, const vault& sealer) : store_(&store), vault_(&sealer) {}

  /// Keys buckets and companies; secret, and the same for the life of the database.
  [[nodiscard]] domain::hash_key hash_key() const;

  static void put(write_batch& batch, const domain::bucket_lease& lease, sys_time full_at);
  static void put(write_batch& batch, const domain::day_lease& lease);
  static void erase(write_batch& batch, std::uint64_t bucket);

  /// What still counts at `now`. Adds the removal of what doesn't, and of rows that cannot be read.
  /// @error ec::io_failure
  result<saved_limits> load(write_batch& batch, sys_time now) const;

 private:
  const kv_store* store_;
  const vault* vault_;
};

} // namespace isacbot::storage
