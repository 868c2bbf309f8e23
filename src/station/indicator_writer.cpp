#include "station/indicator_writer.hpp"

#include "station/enclave_update.hpp"

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
  std::lock_guard lock(mutex_);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto outcome = try_submit(submission, typed.rows, record);
    if (outcome || outcome.error().code != ec::precondition_failed)
      return outcome;
  }
  return fail(ec::overloaded, "too many writers of one enclave at once", "try again");
}

result<submission_outcome> indicator_writer::try_submit(const checked_submission& submission,
                                                        const std::vector<typed_row>& rows,
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
  for (const enclave& where : submission.enclaves) {
    if (rows.empty())
      break;
    enclave_update update(store_, where);
    if (auto begun = update.begin(); !begun)
      return begun.error();
    for (const typed_row& row : rows)
      if (auto added = update.add(row, submission.content.tags, record.applied); !added)
        return added.error();
    if (auto written = update.write_to(batch); !written)
      return written.error();
  }
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
