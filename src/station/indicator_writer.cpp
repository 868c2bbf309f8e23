#include "station/indicator_writer.hpp"

#include "station/enclave_update.hpp"

#include <algorithm>
#include <utility>

namespace isacbot::station {

using storage::write_batch;

namespace {

constexpr int max_attempts = 64;

} // namespace

result<std::optional<submission_outcome>> indicator_writer::judge(const remembered& before,
                                                                  std::string_view content_hash) const {
  if (!before.record || settings_.ignore_key)
    return std::optional<submission_outcome>();
  if (before.record->content_hash != content_hash)
    return fail(ec::conflict, "the Idempotency-Key was used for another submission", "use a new key");
  return std::optional(submission_outcome{before.record->submission_id, true});
}

result<std::optional<submission_outcome>>
indicator_writer::find_replay(std::uint32_t company, std::string_view idempotency_key,
                              const trustar::indicator_submission& content, sys_time now) const {
  if (idempotency_key.empty())
    return std::optional<submission_outcome>();
  auto before = find_idempotency(store_, company, idempotency_key, now, settings_.memory);
  if (!before)
    return before.error();
  return judge(*before, hash_content(content));
}

/// Strictly increasing within the process; after a restart the clock has moved on.
std::uint64_t indicator_writer::take_order(sys_time now) {
  auto wanted = static_cast<std::uint64_t>(std::max<std::int64_t>(to_epoch_ms(now), 0)) * 1'000;
  std::uint64_t last = last_order_.load();
  while (!last_order_.compare_exchange_weak(last, std::max(wanted, last + 1)))
    ;
  return std::max(wanted, last + 1);
}

result<submission_outcome> indicator_writer::submit(const checked_submission& submission, sys_time now) {
  typed_rows typed = find_types(submission.content.content, names_);
  submission_record record;
  record.id = submission.id;
  record.company = submission.company;
  record.user_key = submission.user_key;
  record.idempotency_key = submission.idempotency_key;
  record.content_hash = hash_content(submission.content);
  record.applied = now;
  record.accepted = typed.rows.size();
  for (const enclave& where : submission.enclaves)
    record.enclave_ids.push_back(where.id);
  record.skipped = std::move(typed.skipped);
  record.order = take_order(now);
  pending_submission pending{submission.id,           record.order,         now, submission.enclaves,
                             submission.content.tags, std::move(typed.rows)};
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto outcome = try_submit(pending, record);
    if (outcome || outcome.error().code != ec::precondition_failed)
      return outcome;
  }
  return fail(ec::overloaded, "too many submissions with one key at once", "try again");
}

result<submission_outcome> indicator_writer::try_submit(const pending_submission& pending,
                                                        const submission_record& record) {
  write_batch batch;
  if (auto done = forget_expired(batch, store_, record.applied, settings_.memory); !done)
    return done.error();
  if (!record.idempotency_key.empty()) {
    auto before =
        find_idempotency(store_, record.company, record.idempotency_key, record.applied, settings_.memory);
    if (!before)
      return before.error();
    auto replay = judge(*before, record.content_hash);
    if (!replay)
      return replay.error();
    if (*replay)
      return **replay;
    put_idempotency(batch, record, *before, settings_.memory);
  }
  if (!pending.rows.empty())
    put_pending(batch, pending);
  put_submission(batch, record);
  if (auto written = store_.write(batch, storage::sync::yes); !written)
    return written.error();
  return submission_outcome{record.id, false};
}

result<bool> indicator_writer::change_enclave(const enclave& where, const change& make) {
  std::lock_guard lock(mutex_);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    enclave_update rows(store_, where);
    if (auto begun = rows.begin(); !begun)
      return begun.error();
    auto changed = make(rows);
    if (!changed || !*changed)
      return changed;
    write_batch batch;
    if (auto written = rows.write_to(batch); !written)
      return written.error();
    auto written = store_.write(batch, storage::sync::yes);
    if (written)
      return true;
    if (written.error().code != ec::precondition_failed)
      return written.error();
  }
  return fail(ec::overloaded, "too many writers of one enclave at once", "try again");
}

result<void> indicator_writer::tag(const enclave& where, std::string_view type, std::string_view value,
                                   const std::string& name, sys_time now) {
  auto done = change_enclave(where, [&](enclave_update& rows) -> result<bool> {
    auto tagged = rows.tag(type, value, name, now);
    return tagged ? result<bool>(true) : tagged.error();
  });
  return done ? result<void>() : done.error();
}

result<bool> indicator_writer::untag(const enclave& where, std::string_view type, std::string_view value,
                                     std::string_view name_or_guid) {
  return change_enclave(where, [&](enclave_update& rows) { return rows.untag(type, value, name_or_guid); });
}

} // namespace isacbot::station
