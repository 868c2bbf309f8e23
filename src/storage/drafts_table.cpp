#include "storage/drafts_table.hpp"

#include "storage/keys.hpp"

namespace isacbot::storage {

void drafts_table::put(write_batch& batch, const member& owner, std::string_view id, std::string_view content,
                       sys_time expires) const {
  std::string key = keys::draft(owner, id);
  std::string sealed = vault_->seal(tables::drafts, key, content);
  put_expiring(batch, tables::drafts, std::move(key), expires, sealed);
}

void drafts_table::erase(write_batch& batch, const member& owner, std::string_view id) const {
  batch.erase(tables::drafts, keys::draft(owner, id));
}

result<void> drafts_table::erase_all(write_batch& batch, const member& owner) const {
  std::string prefix = keys::of_member(owner);
  return store_->scan(tables::drafts, prefix, end_of_prefix(prefix), [&](std::string_view key, auto) {
    batch.erase(tables::drafts, std::string(key));
    return true;
  });
}

result<std::optional<secret>> drafts_table::get(const member& owner, std::string_view id,
                                                sys_time now) const {
  std::string key = keys::draft(owner, id);
  result<expiring_row> row = get_expiring(*store_, tables::drafts, key, now);
  if (!row)
    return row.error();
  return open(key, *row);
}

result<std::optional<secret>> drafts_table::consume(write_batch& batch, const member& owner,
                                                    std::string_view id, sys_time now) const {
  std::string key = keys::draft(owner, id);
  result<expiring_row> row = get_expiring(*store_, tables::drafts, key, now);
  if (!row)
    return row.error();
  result<std::optional<secret>> content = open(key, *row);
  if (content && *content) {
    batch.expect(tables::drafts, key, std::move(row->stored));
    batch.erase(tables::drafts, std::move(key));
  }
  return content;
}

result<std::optional<secret>> drafts_table::open(std::string_view key, const expiring_row& row) const {
  if (!row.content)
    return std::nullopt;
  result<secret> content = vault_->unseal(tables::drafts, key, *row.content);
  if (!content)
    return content.error();
  return std::optional(std::move(*content));
}

} // namespace isacbot::storage
