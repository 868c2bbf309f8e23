#include "storage/duplicates_table.hpp"

#include "storage/expiry.hpp"
#include "storage/keys.hpp"

#include <algorithm>

namespace isacbot::storage {

result<bool> duplicates_table::remember(write_batch& batch, std::string_view kind, std::string_view id,
                                        sys_time now, milliseconds keep) const {
  std::string key = vault_->fingerprint("duplicate", {kind, id});
  result<expiring_row> row = get_expiring(*store_, tables::duplicates, key, now);
  if (!row)
    return row.error();
  if (row->content)
    return false;
  batch.expect(tables::duplicates, key, std::move(row->stored));
  put_expiring(batch, tables::duplicates, std::move(key), now + std::max(keep, least_memory), {});
  return true;
}

result<bool> duplicates_table::contains(std::string_view kind, std::string_view id, sys_time now) const {
  std::string key = vault_->fingerprint("duplicate", {kind, id});
  result<expiring_row> row = get_expiring(*store_, tables::duplicates, key, now);
  if (!row)
    return row.error();
  return row->content.has_value();
}

} // namespace isacbot::storage
