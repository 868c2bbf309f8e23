#include "station/indicator_writer.hpp"

#include "station/case_fold.hpp"
#include "station/keys.hpp"
#include "station/record.hpp"
#include "station/trigram_index.hpp"

#include <limits>
#include <unordered_map>
#include <utility>

namespace isacbot::station {

using storage::write_batch;

namespace {

constexpr int max_attempts = 64;
constexpr std::uint8_t head_version = 1;

/// Changes with every write to an enclave: the one condition that covers all rows read.
struct enclave_head {
  std::uint64_t revision = 0;
  std::uint32_t next_number = 0;
};

std::string encode(const enclave_head& head) {
  return record_writer(head_version).number(head.revision).number(head.next_number).take();
}

result<enclave_head> decode_head(const std::optional<std::string>& bytes) {
  enclave_head head;
  if (!bytes)
    return head;
  record_reader reader(*bytes, head_version);
  head.revision = reader.number();
  head.next_number = static_cast<std::uint32_t>(reader.number());
  if (auto ok = reader.check("enclave head"); !ok)
    return ok.error();
  return head;
}

/// A row before and after the submission.
struct changed_row {
  std::optional<indicator_row> before;
  indicator_row after;
};

/// Adds the rows of one submission to one enclave.
class enclave_update {
 public:
  enclave_update(const storage::kv_store& store, const enclave& where) : store_(store), where_(where) {}

  /// Reads the head, before any row: the batch is refused when the enclave has changed since this moment.
  result<void> begin() {
    auto stored = store_.get(tables::enclave_heads, keys::number(where_.number));
    if (!stored)
      return stored.error();
    head_before_ = std::move(*stored);
    auto head = decode_head(head_before_);
    if (!head)
      return head.error();
    head_ = *head;
    return {};
  }

  result<void> add(const typed_row& row, const std::vector<trustar::tag>& tags, sys_time now) {
    std::string key = keys::indicator(where_.number, row.value, row.type);
    auto [at, fresh] = rows_.try_emplace(key);
    if (fresh) {
      order_.push_back({&at->first, &row});
      auto stored = store_.get(tables::indicators, key);
      if (!stored)
        return stored.error();
      if (*stored) {
        auto decoded = decode_indicator_row(**stored);
        if (!decoded)
          return decoded.error();
        at->second.before = *decoded;
        at->second.after = std::move(*decoded);
      }
    }
    changed_row& changed = at->second;
    bool known = changed.before || !fresh;
    changed.after = add_sighting(known ? std::optional(std::move(changed.after)) : std::nullopt,
                                 row.submitted, tags_in_enclave(row.submitted, tags, where_.id), now);
    return {};
  }

  result<void> write_to(write_batch& batch) {
    posting_batch postings(where_.number, head_.next_number);
    for (const auto& [key, row] : order_) { // in the order handed in, so that numbers are too
      if (head_.next_number == std::numeric_limits<std::uint32_t>::max())
        return fail(ec::too_large, "the enclave is full");
      write_row(batch, *key, *row, postings);
    }
    if (auto written = postings.write_to(batch, store_); !written)
      return written.error();
    ++head_.revision;
    batch.expect(tables::enclave_heads, keys::number(where_.number), head_before_);
    batch.put(tables::enclave_heads, keys::number(where_.number), encode(head_));
    return {};
  }

 private:
  void write_row(write_batch& batch, const std::string& key, const typed_row& row, posting_batch& postings) {
    changed_row& changed = rows_.at(key);
    std::string packed = keys::pack(row.value, row.type);
    if (!changed.before) {
      changed.after.number = head_.next_number++;
      batch.put(tables::indicator_numbers, keys::indicator_number(where_.number, changed.after.number),
                packed);
      postings.add(fold_case(row.value), changed.after.number);
    } else if (changed.before->last_seen != changed.after.last_seen) {
      batch.erase(tables::indicators_by_last_seen,
                  keys::by_last_seen(where_.number, changed.before->last_seen, changed.before->number));
    }
    batch.put(tables::indicators_by_last_seen,
              keys::by_last_seen(where_.number, changed.after.last_seen, changed.after.number),
              std::move(packed));
    batch.put(tables::indicators, key, encode(changed.after));
  }

  struct ordered_row {
    const std::string* key;
    const typed_row* row;
  };

  const storage::kv_store& store_;
  const enclave& where_;
  std::optional<std::string> head_before_;
  enclave_head head_;
  std::unordered_map<std::string, changed_row> rows_; ///< its nodes stay where they are
  std::vector<ordered_row> order_;
};

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

} // namespace isacbot::station
