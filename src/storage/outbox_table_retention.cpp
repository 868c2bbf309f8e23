/// How submissions end for good: receipts and dead letters that have been kept long enough.
#include "storage/outbox_table.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::storage {

namespace {

using domain::part_state;

/// Keys and values behind a cursor. @returns whether that was the end of the range
result<bool> next_rows(const kv_store& store, table t, std::string_view prefix, std::string& cursor,
                       std::size_t limit, std::vector<std::pair<std::string, std::string>>& rows) {
  bool end = true;
  result<void> scanned = store.scan(t, cursor.empty() ? prefix : cursor, end_of_prefix(prefix),
                                    [&](std::string_view key, std::string_view value) {
                                      if (rows.size() == limit) {
                                        end = false;
                                        return false;
                                      }
                                      rows.emplace_back(key, value);
                                      return true;
                                    });
  if (!scanned)
    return scanned.error();
  cursor = end || rows.empty() ? std::string{} : rows.back().first + '\0';
  return end;
}

} // namespace

result<bool> outbox_table::has_load(const domain::part& part) const {
  result<std::string> key = keys::part(part.submission, part.number);
  if (!key)
    return key.error();
  result<std::optional<std::string>> stored = store_->get(tables::part_rows, *key);
  if (!stored)
    return stored.error();
  return stored->has_value();
}

result<void> outbox_table::expire_receipts(write_batch& batch, sys_time before, std::string& cursor,
                                           std::size_t limit) const {
  std::vector<std::pair<std::string, std::string>> rows;
  if (result<bool> read = next_rows(*store_, tables::submissions, {}, cursor, limit, rows); !read)
    return read.error();
  for (auto& [key, sealed] : rows) {
    result<secret> plain = vault_->unseal(tables::submissions, key, sealed);
    if (!plain)
      return plain.error();
    result<submission_header> head = decode_submission_header(plain->reveal());
    if (!head)
      return head.error();
    if (head->submission.created >= before)
      continue;
    // Everything about it has to be over, and for so long.
    bool over = true;
    write_batch removal;
    std::optional<error> fault;
    result<void> scanned = store_->scan(
        tables::parts, key, end_of_prefix(key), [&](std::string_view part_key, std::string_view value) {
          result<stored_part> part = open_part(part_key, value);
          if (!part) {
            fault = part.error();
            return false;
          }
          over = part->finished && *part->finished < before;
          if (over && part->part.state == part_state::buried) {
            result<bool> kept = has_load(part->part);
            over = kept && !*kept;
          }
          removal.expect(tables::parts, std::string(part_key), std::string(value));
          removal.erase(tables::parts, std::string(part_key));
          return over;
        });
    if (!scanned)
      return scanned;
    if (fault)
      return *fault;
    if (!over)
      continue;
    for (const write_batch::precondition& condition : removal.preconditions())
      batch.expect(condition.where, condition.key, condition.expected);
    for (const write_batch::operation& operation : removal.operations())
      batch.erase(operation.where, operation.key);
    batch.erase(tables::outbox_index, keys::index(keys::index_kind::unprocessed, key));
    batch.expect(tables::submissions, key, std::move(sealed));
    batch.erase(tables::submissions, std::move(key));
  }
  return {};
}

result<void> outbox_table::expire_dead_letters(write_batch& batch, sys_time before, sys_time now,
                                               std::string& cursor, std::size_t limit) const {
  const std::string prefix(1, static_cast<char>(keys::index_kind::buried));
  std::vector<std::pair<std::string, std::string>> rows;
  if (result<bool> read = next_rows(*store_, tables::outbox_index, prefix, cursor, limit, rows); !read)
    return read.error();
  for (auto& [index_key, nothing] : rows) {
    const std::string key = index_key.substr(prefix.size());
    result<std::optional<std::string>> sealed = store_->get(tables::parts, key);
    if (!sealed)
      return sealed.error();
    if (!*sealed)
      continue;
    result<stored_part> part = open_part(key, **sealed);
    if (!part)
      return part.error();
    if (!part->finished || *part->finished >= before)
      continue;
    result<std::optional<domain::submission>> about = find_submission(part->part.submission);
    if (!about)
      return about.error();
    const std::string cause =
        std::exchange(part->part.last_error, "kept for as long as dead letters are, never delivered");
    if (!cause.empty())
      part->part.last_error += ": " + cause;
    part->finished = now;
    batch.expect(tables::parts, key, std::move(**sealed));
    put_part(batch, key, *part);
    batch.erase(tables::part_rows, key);
    batch.erase(tables::outbox_index, std::move(index_key));
    if (*about)
      note(batch, **about, "part_expired", part->part.idempotency_key(), part->part.last_error, now);
  }
  return {};
}

} // namespace isacbot::storage
